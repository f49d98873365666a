"""Finds who leads a person: the direct superior (直属上级), else the head of the unit or of the nearest above it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Connection, Row

from app.storage.accounts import find_account
from app.storage.people import find_person
from app.storage.units import find_unit


def find_leader(connection: Connection, person: str) -> str | None:
    """Return who leads a person and has an active account; None where nobody does."""
    place = find_person(connection, person)
    if place is None:
        return None
    if place.superior is not None and find_account(connection, place.superior) is not None:
        return str(place.superior)
    leaders = (unit.head for unit in units_above(connection, place.unit_id) if unit.head not in (None, person))
    return next((head for head in leaders if find_account(connection, head) is not None), None)


def leads(connection: Connection, superior: str, person: str) -> bool:
    """Tell whether somebody is above a person in the reporting line, however far."""
    seen: set[str] = set()
    place = find_person(connection, person)
    while place is not None and place.superior is not None and place.superior not in seen:
        if place.superior == superior:
            return True
        seen.add(place.superior)
        place = find_person(connection, place.superior)
    return False


def units_above(connection: Connection, unit_id: str | None) -> Iterator[Row[Any]]:
    """Yield a unit, the one above it, and so on."""
    while unit_id is not None and (unit := find_unit(connection, unit_id)) is not None:
        yield unit
        unit_id = unit.parent_id
