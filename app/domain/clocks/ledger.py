"""The deadline, and every day on the way to it: counted or left out, with what it rests on.

The rule for days: the day of the start is not counted (民法典 201); a day on which the clock stood still from midnight
to midnight is left out; any other calendar day (or working day, for working-day clocks) is counted, the number itself
included (以内, order 2020-3 art 43). So a day that is paused in part is counted: the deadline is never later than any
reading of the rule would have it. Hour clocks leave out exactly the time they stood still.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum

from app.domain.calendars import Calendar, working_hours_after, working_seconds_between
from app.domain.clocks.definition import ClockDefinition, Unit
from app.domain.clocks.events import Paused, Superseded
from app.domain.clocks.history import ClockHistory
from app.errors import InvalidInputError

MOST_DAYS = 40_000
Interval = tuple[datetime, datetime]


class Standing(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    OVERDUE = "overdue"
    MET = "met"
    MISSED = "missed"
    SUPERSEDED = "superseded"


@dataclass(frozen=True, slots=True)
class LedgerDay:
    """One day: its running number where it is counted (`number`), else None with the reason; what that rests on."""

    day: date
    number: int | None
    reason: str = ""
    rests_on: str = ""
    document: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """A clock drawn up as of an instant.

    `deadline` is the last instant in time (UTC); while a pause lasts it is what it would be if the pause ended now.
    `days` run from the start to the deadline; hour clocks have none. `left_seconds` is what is left, below 0 when late:
    working time for working hours, else calendar time. `provisional_years` are years on the way without official data.
    """

    standing: Standing
    started_at: datetime
    deadline: datetime
    length: int
    days: tuple[LedgerDay, ...]
    left_seconds: float
    provisional_years: tuple[int, ...]


def draw_ledger(history: ClockHistory, definition: ClockDefinition, calendar: Calendar, *, now: datetime) -> Ledger:
    """Return the ledger of a clock as of `now`; nothing that happened after an end changes it."""
    ended = history.ended
    as_of = ended.at if ended else now
    deadline = deadline_of(history, definition, calendar, now=as_of)
    standing = _standing(history, definition, calendar, deadline, as_of)
    days: tuple[LedgerDay, ...] = ()
    if definition.counts_days:
        days = _days(history, definition, calendar, as_of)
    first, last = (instant.astimezone(calendar.zone).date() for instant in (history.started_at, deadline))
    depends = definition.unit in (Unit.WORKING_DAYS, Unit.WORKING_HOURS)
    return Ledger(
        standing=standing,
        started_at=history.started_at,
        deadline=deadline,
        length=history.length(definition),
        days=days,
        left_seconds=_left(definition, calendar, as_of, deadline),
        provisional_years=calendar.provisional_years(first, last) if depends else (),
    )


def deadline_of(history: ClockHistory, definition: ClockDefinition, calendar: Calendar, *, now: datetime) -> datetime:
    """Return the last instant in time, in UTC; a pause that lasts is taken to end at `now`."""
    if definition.counts_days:
        days = _days(history, definition, calendar, now)
        end = time(definition.ends) if definition.ends < 24 else time()
        day = days[-1].day + timedelta(days=definition.ends == 24)
        return datetime.combine(day, end, calendar.zone).astimezone(UTC)
    pauses = _still(history, now)
    length = history.length(definition)
    deadline = _after_hours(definition, calendar, history.started_at, length)
    for begins, ends in pauses:
        # What is left when the clock stops is what is left when it goes on.
        if begins >= deadline:
            break
        if definition.unit is Unit.HOURS:
            deadline += ends - begins
        else:
            left = working_seconds_between(calendar, begins, deadline) / 3600
            deadline = working_hours_after(calendar, ends, left)
    return deadline.astimezone(UTC)


def _after_hours(definition: ClockDefinition, calendar: Calendar, start: datetime, length: int) -> datetime:
    if definition.unit is Unit.HOURS:
        return start + timedelta(hours=length)
    return working_hours_after(calendar, start, length)


def _standing(
    history: ClockHistory, definition: ClockDefinition, calendar: Calendar, deadline: datetime, as_of: datetime
) -> Standing:
    ended = history.ended
    if isinstance(ended, Superseded):
        return Standing.SUPERSEDED
    if ended is not None:
        return Standing.MET if ended.at <= deadline else Standing.MISSED
    lasting = [pause.at for pause, over in history.pauses() if over is None and pause.at <= as_of]
    if definition.counts_days:
        # A pause that begins on the last day leaves no day out: the deadline stands, and passes.
        is_paused = any(begins <= _last_day(definition, calendar, deadline) for begins in lasting)
    else:
        is_paused = any(begins < deadline for begins in lasting)
    if is_paused:
        return Standing.PAUSED
    return Standing.OVERDUE if as_of > deadline else Standing.RUNNING


def _last_day(definition: ClockDefinition, calendar: Calendar, deadline: datetime) -> datetime:
    """Return the instant at which the last counted day begins."""
    local = deadline.astimezone(calendar.zone)
    return datetime.combine(local.date() - timedelta(days=definition.ends == 24), time(), calendar.zone)


def _left(definition: ClockDefinition, calendar: Calendar, as_of: datetime, deadline: datetime) -> float:
    if definition.unit is Unit.WORKING_HOURS:
        return working_seconds_between(calendar, as_of, deadline)
    return (deadline - as_of).total_seconds()


def _still(history: ClockHistory, now: datetime) -> list[Interval]:
    """Return the stretches in which the clock stood still, merged and in order."""
    start = history.started_at
    merged: list[Interval] = []
    spans = [(max(pause.at, start), over or max(now, pause.at)) for pause, over in history.pauses()]
    for begins, ends in sorted(span for span in spans if span[0] < span[1]):
        if merged and begins <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], ends))
        else:
            merged.append((begins, ends))
    return merged


def _days(
    history: ClockHistory, definition: ClockDefinition, calendar: Calendar, now: datetime
) -> tuple[LedgerDay, ...]:
    still = _still(history, now)
    length = history.length(definition)
    day = history.started_at.astimezone(calendar.zone).date()
    days = [LedgerDay(day, None, "day of the start", definition.article, history.events[0].document)]
    counted = 0
    while counted < length:
        if len(days) > MOST_DAYS:
            raise InvalidInputError(
                f"Expected {definition.name} to end within {MOST_DAYS:,} days on calendar {calendar.name!r}, "
                "but it does not"
            )
        day += timedelta(days=1)
        left_out = _left_out(day, history, definition, calendar, still)
        counted += left_out is None
        days.append(left_out or LedgerDay(day, counted, rests_on=definition.article))
    return tuple(days)


def _left_out(
    day: date, history: ClockHistory, definition: ClockDefinition, calendar: Calendar, still: list[Interval]
) -> LedgerDay | None:
    begins = datetime.combine(day, time(), calendar.zone)
    ends = datetime.combine(day + timedelta(days=1), time(), calendar.zone)
    if any(pause[0] <= begins and ends <= pause[1] for pause in still):
        pause = _pause_on(begins, history)
        rule = definition.find_pause(pause.reason)
        return LedgerDay(day, None, pause.reason, rule.article if rule else "", pause.document)
    if definition.unit is Unit.WORKING_DAYS and not calendar.is_working_day(day):
        special = calendar.by_day.get(day)
        return LedgerDay(day, None, special.name if special else "weekend", special.source if special else "")
    return None


def _pause_on(instant: datetime, history: ClockHistory) -> Paused:
    """Return the pause that held at `instant`; there is one."""
    return next(pause for pause, over in history.pauses() if pause.at <= instant and (over is None or instant < over))
