"""Who may see a complaint: everybody it was given to, and those whose office it is to see all. Knows no rows.

A subject is whoever sight is given to, written as a task's candidates are: `u:` and a person, `g:` and a group.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from app.domain.actor import OPERATE, Actor

OVERSEE, READ = "oversee", "read"
SEE_ALL = frozenset({OVERSEE, OPERATE, READ})
"""Scopes whose holders see every complaint: compliance, operators, and auditors."""

_NUMBER = re.compile(r"TS-\d{4}-\d{6,}")


def sees_all(actor: Actor) -> bool:
    """Whether every complaint is this actor's to see."""
    return not SEE_ALL.isdisjoint(actor.scopes)


def as_worker(actor: Actor) -> Actor:
    """Return the actor as it may change complaints: an auditor's look at all of them changes none."""
    return replace(actor, scopes=actor.scopes - {READ}) if READ in actor.scopes else actor


def subjects_of(actor: Actor) -> list[str]:
    """Return the subjects whose sight this actor has: itself and its groups, whom it supervises or stands in for."""
    people = {actor.username, *actor.supervises, *actor.stands_in_for}
    groups = {*actor.groups, *(group for group, _ in actor.lent_groups)}
    return sorted({*people_as_subjects(people), *groups_as_subjects(groups)})


def people_as_subjects(people: Iterable[str]) -> list[str]:
    """Return people as subjects."""
    return [f"u:{name}" for name in people]


def groups_as_subjects(groups: Iterable[str]) -> list[str]:
    """Return groups as subjects."""
    return [f"g:{name}" for name in groups]


def is_group(subject: str) -> bool:
    """Whether sight was given to a group: with a task that is offered to it, never by a copy or a mention."""
    return subject.startswith("g:")


def may_be_complaint_number(business_id: str | None) -> bool:
    """Whether a business id is written as a complaint's number is; most instances' are not, and cost nothing more."""
    return business_id is not None and _NUMBER.fullmatch(business_id) is not None
