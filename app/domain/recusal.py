"""Who has a direct interest in a complaint (回避): how a person stands to those it names. Knows no rows, no table."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Relation(StrEnum):
    """How somebody stands to a complaint, the nearest first."""

    RESPONDENT = "respondent"
    BUSINESS = "business"
    DECIDED = "decided"
    SUPERIOR = "superior"
    UNIT = "unit"
    NONE = "none"


@dataclass(frozen=True)
class Place:
    """A person's place in the organisation: name, unit (id or None), direct superior (username or None)."""

    username: str
    display_name: str
    unit_id: str | None
    superior: str | None


@dataclass(frozen=True)
class Interest:
    """What a complaint names: staff complained about, who handled the business, the unit (names or ids as written).

    `deciders`: usernames of those who decided the complaint, where the step belongs to a review of that decision.
    """

    respondents: Sequence[str]
    business: Sequence[str]
    unit: str
    deciders: frozenset[str] = frozenset()


def interest_in(fields: Mapping[str, Any], deciders: frozenset[str] = frozenset()) -> Interest:
    """Return what a complaint's fields name."""
    unit = str(fields.get("respondentUnit") or "").strip()
    return Interest(_names(fields.get("respondentStaff")), _names(fields.get("businessStaff")), unit, deciders)


def _names(text: Any) -> Sequence[str]:
    return [name for name in re.split(r"[、，,;；/\n]+", str(text or "").replace(" ", "")) if name]


def relation_of(
    username: str, interest: Interest, places: Mapping[str, Place], unit_names: Mapping[str, frozenset[str]]
) -> Relation:
    """Return how `username` stands to a complaint.

    `places` are everybody's by username; `unit_names` what each unit may be written as: its id and its names.
    """
    person = places.get(username)
    if person is None:
        return Relation.DECIDED if username in interest.deciders else Relation.NONE
    if _is_named(person, interest.respondents):
        return Relation.RESPONDENT
    if _is_named(person, interest.business):
        return Relation.BUSINESS
    if username in interest.deciders:
        return Relation.DECIDED
    respondents = [place for place in places.values() if _is_named(place, interest.respondents)]
    if any(username in _superiors(place, places) for place in respondents):
        return Relation.SUPERIOR
    if interest.unit and interest.unit in unit_names.get(person.unit_id or "", frozenset()):
        return Relation.UNIT
    shared = any(place.unit_id == person.unit_id for place in respondents if place.unit_id is not None)
    return Relation.UNIT if shared else Relation.NONE


def _is_named(person: Place, names: Sequence[str]) -> bool:
    return person.username in names or person.display_name.replace(" ", "") in names


def _superiors(person: Place, places: Mapping[str, Place]) -> set[str]:
    found: set[str] = set()
    above = person.superior
    while above is not None and above not in found:
        found.add(above)
        above = places[above].superior if above in places else None
    return found
