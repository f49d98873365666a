"""A step's time limit that stands still while a clock is paused: when it is due after the pauses.

Like a clock of hours it leaves out exactly the time that it stood still: calendar time, or the working time of a
calendar. Knows no task and no timer.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.calendars import Calendar, working_hours_after, working_seconds_between
from app.domain.clocks.history import ClockHistory

Stretch = tuple[datetime, datetime | None]
"""A time in which clocks stood still; None as its end while it lasts."""


@dataclass(frozen=True, slots=True)
class StepLimit:
    """When a limit is due; `still_since` says since when it stands still, and `due_at` is then what it was before."""

    due_at: datetime
    still_since: datetime | None = None


def still_stretches(histories: Iterable[ClockHistory]) -> list[Stretch]:
    """Return the stretches in which any of these clocks stood still, merged and in order; an ended clock's end ends."""
    spans: list[Stretch] = []
    for history in histories:
        ended = history.ended.at if history.ended else None
        for pause, over in history.pauses():
            begins, ends = max(pause.at, history.started_at), over or ended
            if ends is None or begins < ends:
                spans.append((begins, ends))
    merged: list[Stretch] = []
    for begins, ends in sorted(spans, key=lambda span: span[0]):
        last = merged[-1] if merged else None
        if last is None or (last[1] is not None and last[1] < begins):
            merged.append((begins, ends))
        elif last[1] is not None:
            merged[-1] = (last[0], None if ends is None else max(last[1], ends))
    return merged


def move_limit(
    due_at: datetime, since: datetime, stretches: Sequence[Stretch], calendar: Calendar | None = None
) -> StepLimit:
    """Return the limit that was set at `since` to `due_at`, after these stretches; with a calendar in working time.

    What was due when a stretch began is due: a pause takes no lateness back.
    """
    for begins, ends in stretches:
        begins = max(begins, since)
        if begins >= due_at:
            break
        if ends is None:
            return StepLimit(due_at, begins)
        if ends <= begins:
            continue
        if calendar is None:
            due_at += ends - begins
        else:
            left = working_seconds_between(calendar, begins, due_at) / 3600
            due_at = working_hours_after(calendar, ends, left)
    return StepLimit(due_at)


def count_from(opened_at: datetime, since: datetime, stretches: Sequence[Stretch]) -> datetime | None:
    """Return `opened_at` with all calendar time left out that stood still after `since`; None while it stands still."""
    for begins, ends in stretches:
        if ends is None:
            return None
        opened_at += max(ends - max(begins, since), timedelta())
    return opened_at


def until(stretches: Sequence[Stretch], at: datetime) -> list[Stretch]:
    """Return the stretches as they would be if whatever still lasts were over at `at`."""
    return [(begins, at if ends is None else min(ends, at)) for begins, ends in stretches if begins < at]
