"""What a kind of clock is: its lengths, what may pause or extend it, and the article each rests on.

A definition is one version, effective from a date; a clock keeps the version it was started with.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal

Certainty = Literal["V", "V2", "M"]
"""How sure a limit is: V read in the rule's own text, V2 in a secondary copy, M from memory and to be checked."""


class Unit(StrEnum):
    """What a length counts."""

    CALENDAR_DAYS = "calendar days"
    WORKING_DAYS = "working days"
    HOURS = "hours"
    WORKING_HOURS = "working hours"


APPROVER_LEVELS: Mapping[str, int] = {
    "handler": 0,
    "department head": 1,
    "branch management": 2,
    "superior institution": 3,
    "head-office senior management": 3,
}
"""How far an approver's say reaches; a level is enough when it is at least as high as the one a rule asks for."""


@dataclass(frozen=True, slots=True)
class PauseRule:
    """A reason to leave time out, and the article that says so. With `notice` the customer must be told."""

    reason: str
    article: str
    notice: bool = False


@dataclass(frozen=True, slots=True)
class ExtensionRule:
    """How far a clock may be extended in all, and who may: an approver of `level` or higher, with the customer told."""

    length: int
    level: str
    article: str
    notice: bool = True


@dataclass(frozen=True, slots=True)
class ClockDefinition:
    """One version of a kind of clock.

    `lengths` maps a class ("simple", "complex") to a length in `unit`; `first_class` is the one before anybody decides.
    Day clocks do not count the day of the start and end with the last counted day (at `ends` o'clock, 24 for midnight);
    a number "within" which something is due includes itself. `calendar` names the one that working time is read on.
    """

    id: str
    version: int
    name: str
    article: str
    certainty: Certainty
    unit: Unit
    lengths: Mapping[str, int]
    first_class: str
    calendar: str
    pauses: tuple[PauseRule, ...] = ()
    extensions: tuple[ExtensionRule, ...] = ()
    ends: int = 24

    @property
    def counts_days(self) -> bool:
        """Whether the ledger is one of whole days."""
        return self.unit in (Unit.CALENDAR_DAYS, Unit.WORKING_DAYS)

    def find_pause(self, reason: str) -> PauseRule | None:
        """Return the rule that lets time be left out for `reason`, or None."""
        return next((rule for rule in self.pauses if rule.reason == reason), None)
