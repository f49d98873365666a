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
    `accounts`: usernames that somebody said are those complained about; `cleared`: of whom somebody said they are not.
    """

    respondents: Sequence[str]
    business: Sequence[str]
    unit: str
    deciders: frozenset[str] = frozenset()
    accounts: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()

    @property
    def is_none(self) -> bool:
        """Whether nobody and nothing is named."""
        return not (self.respondents or self.business or self.unit or self.deciders or self.accounts)


@dataclass(frozen=True)
class Organisation:
    """Everybody's place by username; what each unit may be written as (id and names); who leads it or one above it."""

    places: Mapping[str, Place]
    unit_names: Mapping[str, frozenset[str]]
    heads: Mapping[str, frozenset[str]]


def interest_in(
    fields: Mapping[str, Any],
    deciders: frozenset[str] = frozenset(),
    accounts: frozenset[str] = frozenset(),
    cleared: frozenset[str] = frozenset(),
) -> Interest:
    """Return what a complaint's fields name, and what people have said of it since."""
    unit = str(fields.get("respondentUnit") or "").strip()
    named = _names(fields.get("respondentStaff")), _names(fields.get("businessStaff"))
    return Interest(*named, unit, deciders, accounts, cleared)


def _names(text: Any) -> Sequence[str]:
    return [name for name in re.split(r"[、，,;；/\n]+", str(text or "").replace(" ", "")) if name]


def people_named(names: Sequence[str], places: Mapping[str, Place]) -> frozenset[str]:
    """Return whom names mean: `zhangmin` and `张敏(zhangmin)` the account, `张敏` everybody who is called that."""
    found: set[str] = set()
    for name in names:
        match = _NAME.fullmatch(name)
        called, account = match.groups() if match is not None else (name, name)
        if account in places:
            found.add(account)
        else:
            found |= {one.username for one in places.values() if one.display_name.replace(" ", "") == called}
    return frozenset(found)


def relation_of(username: str, interest: Interest, organisation: Organisation) -> Relation:
    """Return how `username` stands to a complaint."""
    if username not in organisation.places:
        return Relation.DECIDED if username in interest.deciders else Relation.NONE
    return relations_of(interest, organisation).get(username, Relation.NONE)


def relations_of(interest: Interest, organisation: Organisation) -> dict[str, Relation]:
    """Return how everybody stands to a complaint who stands to it in any way, by username: the nearest relation."""
    places = organisation.places
    respondents = (people_named(interest.respondents, places) - interest.cleared) | interest.accounts
    units = {places[name].unit_id for name in respondents if name in places} - {None}
    named = {unit for unit, names in organisation.unit_names.items() if interest.unit and interest.unit in names}
    above = {head for unit in units if unit for head in organisation.heads.get(unit, ())}
    above |= {name for one in respondents if one in places for name in _superiors(places[one], places)}
    # The nearest last, so that it stays.
    found = {one.username: Relation.UNIT for one in places.values() if one.unit_id in units | named}
    found |= dict.fromkeys(above, Relation.SUPERIOR)
    found |= dict.fromkeys(interest.deciders & places.keys(), Relation.DECIDED)
    found |= dict.fromkeys(people_named(interest.business, places), Relation.BUSINESS)
    return found | dict.fromkeys(respondents, Relation.RESPONDENT)


def _superiors(person: Place, places: Mapping[str, Place]) -> set[str]:
    found: set[str] = set()
    above = person.superior
    while above is not None and above not in found:
        found.add(above)
        above = places[above].superior if above in places else None
    return found


_NAME = re.compile(r"([^()（）]+)[(（]([^()（）]+)[)）]")
"""A name with its account in brackets."""
