"""What a row of the clocks table says, read strictly: the definition, whom it binds, what ends it, when to warn.

A clock keeps its row as it was when it started, so this also reads rows that the table no longer has.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from app.domain.clocks.definition import APPROVER_LEVELS, ClockDefinition, ExtensionRule, PauseRule, Unit
from app.errors import InvalidInputError

INSTITUTION = "institution"
PARTIES = (INSTITUTION, "customer", "regulator")
CERTAINTIES = ("V", "V2", "M")


class ClockRuleError(InvalidInputError):
    """A row of the clocks table does not describe a clock; the message names row and column."""


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One row of the table. `party` is who has to act; `stops` are the events that end the clock by themselves."""

    definition: ClockDefinition
    name_en: str
    party: str
    stops: frozenset[str]
    warn_before: timedelta | None


def read_rule(row: Mapping[str, Any], version: int) -> ClockRule:
    """Return the rule in a row of outputs of the clocks table's version; raises ClockRuleError."""
    lengths = _lengths(row)
    first_class = _text(row, "firstClass")
    if first_class not in lengths:
        raise _wrong(row, "firstClass", f"one of the classes {', '.join(lengths)}", first_class)
    definition = ClockDefinition(
        id=_text(row, "id"),
        version=version,
        name=_text(row, "nameZh"),
        article=_text(row, "article"),
        certainty=_one_of(row, "certainty", CERTAINTIES),
        unit=Unit(_one_of(row, "unit", tuple(Unit))),
        lengths=lengths,
        first_class=first_class,
        calendar=_text(row, "calendar"),
        pauses=tuple(_pause(row, each) for each in _contexts(row, "pauses")),
        extensions=tuple(_extension(row, each) for each in _contexts(row, "extensions")),
        ends=_whole(row, "ends", row.get("ends"), 1, 24),
    )
    stops = row.get("stops")
    if not isinstance(stops, list) or not all(isinstance(each, str) for each in stops):
        raise _wrong(row, "stops", "a list of events", stops)
    warn = row.get("warnHours")
    warn_before = None if warn is None else timedelta(hours=_whole(row, "warnHours", warn, 1, 10_000))
    return ClockRule(definition, _text(row, "nameEn"), _one_of(row, "party", PARTIES), frozenset(stops), warn_before)


def _lengths(row: Mapping[str, Any]) -> dict[str, int]:
    given = row.get("lengths")
    if not isinstance(given, Mapping) or not given:
        raise _wrong(row, "lengths", "a context of class and length", given)
    return {str(name): _whole(row, "lengths", length, 1, 10_000) for name, length in given.items()}


def _pause(row: Mapping[str, Any], given: Mapping[str, Any]) -> PauseRule:
    reason, article = given.get("reason"), given.get("article")
    if not isinstance(reason, str) or not isinstance(article, str):
        raise _wrong(row, "pauses", "contexts with reason, article and notice", given)
    return PauseRule(reason, article, given.get("notice") is True)


def _extension(row: Mapping[str, Any], given: Mapping[str, Any]) -> ExtensionRule:
    level, article = given.get("level"), given.get("article")
    if not isinstance(level, str) or level not in APPROVER_LEVELS or not isinstance(article, str):
        raise _wrong(row, "extensions", f"contexts with article and a level of {', '.join(APPROVER_LEVELS)}", given)
    length = _whole(row, "extensions", given.get("length"), 1, 10_000)
    return ExtensionRule(length, level, article, given.get("notice") is not False)


def _contexts(row: Mapping[str, Any], column: str) -> list[Mapping[str, Any]]:
    given = row.get(column)
    if not isinstance(given, list) or not all(isinstance(each, Mapping) for each in given):
        raise _wrong(row, column, "a list of contexts", given)
    return given


def _text(row: Mapping[str, Any], column: str) -> str:
    given = row.get(column)
    if not isinstance(given, str) or not given:
        raise _wrong(row, column, "text", given)
    return given


def _one_of(row: Mapping[str, Any], column: str, choices: tuple[str, ...]) -> Any:
    given = row.get(column)
    if given not in choices:
        raise _wrong(row, column, f"one of {', '.join(choices)}", given)
    return given


def _whole(row: Mapping[str, Any], column: str, given: Any, least: int, most: int) -> int:
    if not isinstance(given, int) or isinstance(given, bool) or not least <= given <= most:
        raise _wrong(row, column, f"a whole number from {least} to {most}", given)
    return given


def _wrong(row: Mapping[str, Any], column: str, expected: str, given: Any) -> ClockRuleError:
    return ClockRuleError(
        f"Expected {expected} in the column {column} of the clock {row.get('id')!r}, but got {given!r}"
    )
