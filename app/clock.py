"""The one clock: every instant comes from here, aware and in UTC, so that tests and demos can move it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Whoever can say what time it is."""

    def now(self) -> datetime:
        """Return the current instant, aware, in UTC."""
        ...


class SystemClock:
    """The machine's own time."""

    def now(self) -> datetime:
        """Return the machine's current instant in UTC, to the millisecond: what is shown is what is kept and found."""
        now = datetime.now(UTC)
        return now.replace(microsecond=now.microsecond // 1000 * 1000)


@dataclass
class PinnedClock:
    """A clock that stands at `at` until it is moved; for tests, replays and demo mode."""

    at: datetime

    def __post_init__(self) -> None:
        self.pin(self.at)

    def now(self) -> datetime:
        """Return the pinned instant."""
        return self.at

    def pin(self, at: datetime) -> None:
        """Stand at `at`; a naive instant is refused with ValueError."""
        if at.tzinfo is None:
            raise ValueError(f"Expected an instant with a time zone, but {at.isoformat()} has none")
        self.at = at.astimezone(UTC)

    def move(self, length: timedelta) -> None:
        """Move by `length`, which may be negative."""
        self.at += length
