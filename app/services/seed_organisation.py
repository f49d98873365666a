"""Draws the demo bank's organisation: units, posts, people with their superiors, and one absence.

The data stands in `app/data/demo_bank/organisation.yaml`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import yaml

from app.domain.organisation import GROUPS
from app.services.seed_account import seed_account
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import add_absence
from app.storage.people import write_person
from app.storage.units import list_units, write_post, write_unit

FILE = Path(__file__).parents[1] / "data" / "demo_bank" / "organisation.yaml"


def seed_organisation(work: UnitOfWork, password: str) -> None:
    """Make the demo bank's units, posts and people, each with `password`; nothing where there are units already.

    Accounts that exist stay as they are, and only get their place.
    """
    if list_units(work.connection):
        return
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    for person in data["people"]:
        seed_account(
            work,
            person["username"],
            password=password,
            display_name=person.get("name", person["username"]),
            roles=person.get("roles", ["clerk"]),
            groups=person.get("groups", []),
        )
    for unit in data["units"]:
        row = {"id": unit["id"], "kind": unit["kind"], "name_zh": unit["zh"], "name_en": unit["en"]}
        places = {"parent_id": unit.get("parent"), "head": unit["head"], "calendar": unit.get("calendar")}
        write_unit(work.connection, row | places)
    for group, names in GROUPS.items():
        row = {"id": group, "name_zh": names.zh, "name_en": names.en, "unit_id": data["posts"].get(group)}
        write_post(work.connection, row)
    for person in data["people"]:
        place = {"unit_id": person["unit"], "superior": person.get("superior"), "calendar": None}
        write_person(work.connection, {"username": person["username"], **place})
    for absence in data["absences"]:
        _plan_absence(work, absence)


def _plan_absence(work: UnitOfWork, absence: Mapping[str, Any]) -> None:
    today = work.now.astimezone(work.runtime.zone).replace(hour=0, minute=0, second=0, microsecond=0)
    span = {
        "starts_at": today + timedelta(days=absence["from_days"]),
        "ends_at": today + timedelta(days=absence["to_days"]),
    }
    who = {"username": absence["username"], "stand_in": absence["stand_in"]}
    add_absence(work.connection, {"key": work.next_key(), **who, **span, "created_at": work.now, "cancelled_at": None})
