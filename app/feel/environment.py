"""What surrounds an evaluation: the clock, calendars, limits and functions given to it, and the record it leaves.

Owns the frozen `Environment` and the mutable `Run`. Knows no syntax and no built-in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random, SystemRandom
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from app.clock import Clock, SystemClock
from app.feel.errors import FeelLimitError

if TYPE_CHECKING:
    from app.feel.signature import BuiltIn

Value = Any
"""A FEEL value: None, bool, Decimal, str, list, dict[str, Value], a temporal, Range or Function."""


class Position(NamedTuple):
    """A stretch of the text: `line` and `column` count from 1, `start` and `end` are offsets, end excluded."""

    line: int
    column: int
    start: int
    end: int


class Warning_(NamedTuple):  # noqa: N801 - `Warning` is Python's own
    """Why something became null. `code` is stable and in capitals; `reason` is a sentence for a person."""

    position: Position | None
    code: str
    reason: str


class Calendars(Protocol):
    """Working time by the calendar's name; instants are aware. Each answers None where there is no such calendar."""

    def working_days_after(self, calendar: str, start: datetime, n: int) -> datetime | None:
        """Return the instant `n` working days after `start` (before it, when negative)."""
        ...

    def working_hours_after(self, calendar: str, start: datetime, hours: float) -> datetime | None:
        """Return the instant `hours` working hours after `start`."""
        ...

    def working_days_between(self, calendar: str, start: datetime, end: datetime) -> int | None:
        """Return how many working days lie after `start` up to and including `end`."""
        ...

    def is_working_day(self, calendar: str, day: datetime) -> bool | None:
        """Return whether `day` is a working day."""
        ...


@dataclass(frozen=True, slots=True)
class Limits:
    """Caps on one evaluation; passing one raises FeelLimitError that names it."""

    steps: int = 1_000_000
    list_items: int = 100_000
    string_length: int = 1_000_000
    call_depth: int = 100


@dataclass(frozen=True, slots=True)
class Environment:
    """What an evaluation may use from outside; frozen, shared between evaluations.

    `zone` is an IANA name for `now()` and `today()`; `functions` are further built-ins by name, behind FEEL's own.
    `randomness` is what `random number` and `uuid` draw from; a seeded one makes them repeatable.
    """

    clock: Clock = field(default_factory=SystemClock)
    calendars: Calendars | None = None
    zone: str = "UTC"
    limits: Limits = Limits()
    functions: Mapping[str, BuiltIn] = field(default_factory=dict)
    randomness: Random = field(default_factory=SystemRandom)


DEFAULT = Environment()


class Run:
    """The mutable part of one evaluation: steps taken, warnings, and the one instant that `now()` and `today()` see."""

    __slots__ = ("_instant", "depth", "env", "limits", "steps_left", "warnings")

    def __init__(self, env: Environment = DEFAULT, instant: datetime | None = None) -> None:
        self.env = env
        self.limits = env.limits
        self.steps_left = env.limits.steps
        self.depth = 0
        self.warnings: list[Warning_] = []
        self._instant = instant

    def instant(self) -> datetime:
        """Return the evaluation's instant, aware, in UTC; the clock is asked once."""
        if self._instant is None:
            self._instant = self.env.clock.now().astimezone(UTC)
        return self._instant

    @property
    def instant_used(self) -> datetime | None:
        """The instant, when something asked for it; else None."""
        return self._instant

    def warn(self, code: str, reason: str, position: Position | None = None) -> None:
        """Note why a value is null; without a position, the enclosing call gives its own."""
        if len(self.warnings) < 1000:
            self.warnings.append(Warning_(position, code, reason))

    def place(self, position: Position) -> None:
        """Give `position` to the latest warnings that have none."""
        warnings = self.warnings
        at = len(warnings) - 1
        while at >= 0 and warnings[at].position is None:
            warnings[at] = warnings[at]._replace(position=position)
            at -= 1

    def step(self, count: int = 1) -> None:
        """Count work done; FeelLimitError past `Limits.steps`."""
        self.steps_left -= count
        if self.steps_left < 0:
            allowed = self.limits.steps
            raise FeelLimitError(
                "steps", allowed, f"Expected at most {allowed} steps in one evaluation, but it needs more"
            )

    def check_list(self, size: int) -> None:
        """Refuse a list of more than `Limits.list_items` items, before it is built."""
        allowed = self.limits.list_items
        if size > allowed:
            raise FeelLimitError(
                "list_items", allowed, f"Expected a list of at most {allowed} items, but it has {size}"
            )

    def check_string(self, length: int) -> None:
        """Refuse a string of more than `Limits.string_length` characters, before it is built."""
        allowed = self.limits.string_length
        if length > allowed:
            raise FeelLimitError(
                "string_length", allowed, f"Expected a string of at most {allowed} characters, but it has {length}"
            )


class Evaluation(NamedTuple):
    """What an evaluation gave: the value, why parts of it are null, and the instant it used (None: none)."""

    value: Value
    warnings: tuple[Warning_, ...]
    instant: datetime | None
