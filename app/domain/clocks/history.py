"""A clock's events in the order in which they happened, and what follows from them without a calendar.

Events may be written down late and in any order: what counts is when they happened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.domain.clocks.definition import ClockDefinition
from app.domain.clocks.events import Classed, ClockEvent, Extended, Paused, Resumed, Started, Stopped, Superseded
from app.errors import InvalidInputError

ENDS = (Stopped, Superseded)


class ClockEventError(InvalidInputError):
    """An event that may not happen to this clock; `fields` names what is missing or wrong."""


@dataclass(frozen=True, slots=True)
class ClockHistory:
    """The events of one clock in the order in which they happened."""

    events: tuple[ClockEvent, ...]

    @classmethod
    def of(cls, events: Iterable[ClockEvent]) -> ClockHistory:
        """Put events in order: by instant, the start first and an end last where instants are equal, then by id."""
        return cls(tuple(sorted(events, key=lambda event: (event.at, _rank(event), event.id))))

    @property
    def started_at(self) -> datetime:
        """When the clock started; ClockEventError when it has not."""
        if not self.events or not isinstance(self.events[0], Started):
            raise ClockEventError("Expected a clock to begin with its start, but the first event is another")
        return self.events[0].at

    @property
    def ended(self) -> Stopped | Superseded | None:
        """The event that ended the clock, or None while it runs."""
        last = self.events[-1] if self.events else None
        return last if isinstance(last, ENDS) else None

    def pauses(self) -> tuple[tuple[Paused, datetime | None], ...]:
        """Return each pause with the instant it was over, None while it lasts."""
        over = {event.pause: event.at for event in self.events if isinstance(event, Resumed)}
        return tuple((event, over.get(event.id)) for event in self.events if isinstance(event, Paused))

    def length(self, definition: ClockDefinition, at: datetime | None = None) -> int:
        """Return the length that holds, or held at `at`: of the last class decided, or of an extension beyond it."""
        length = definition.lengths[definition.first_class]
        extended = 0
        for event in self.events:
            if at is not None and event.at > at:
                break
            if isinstance(event, Classed):
                length = definition.lengths[event.complexity]
            elif isinstance(event, Extended):
                extended = max(extended, event.length)
        return max(length, extended)


def _rank(event: ClockEvent) -> int:
    return 0 if isinstance(event, Started) else 2 if isinstance(event, ENDS) else 1
