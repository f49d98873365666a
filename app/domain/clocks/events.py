"""What can happen to a clock. Facts only: `at` is when it happened, wherever and whenever it was written down."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockEvent:
    """Something that happened `at` an aware instant, `by` somebody, proven by `document`; `id` is unique."""

    id: str
    at: datetime
    by: str
    document: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Started(ClockEvent):
    """The event the limit runs from: receipt, forwarding, a step entered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Classed(ClockEvent):
    """The complaint was put into a class that has a length of its own."""

    complexity: str
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Paused(ClockEvent):
    """Time is left out from here on. `notice` names the proof that the customer was told."""

    reason: str
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Resumed(ClockEvent):
    """The pause `pause` (an event's id) is over."""

    pause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extended(ClockEvent):
    """The clock may run to `length` in all; `approver` of `level` decided, `notice` proves the customer was told."""

    length: int
    approver: str
    level: str
    reason: str
    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stopped(ClockEvent):
    """What was due has been done; `notice` proves that the customer was told, where that is part of it."""

    notice: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Superseded(ClockEvent):
    """Another clock (`successor`) takes this one's place: merged, restarted for new facts, another regime."""

    successor: str
    reason: str = ""
