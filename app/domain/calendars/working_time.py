"""Counting in working days and working hours.

Instants are aware; they are read on the calendar's own clock. A count of working days keeps the time of day. All
searches are bounded, so a calendar without working days ends in an error and not in a loop.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from app.domain.calendars.calendar import Calendar
from app.errors import InvalidInputError

MOST_DAYS = 40_000
"""About 110 years: farther than any deadline, near enough to search day by day."""


def working_days_after(calendar: Calendar, start: datetime, count: int) -> datetime:
    """Return the instant on the `count`th working day after `start` (before it when negative), at the same time of day.

    The day of `start` itself is never counted. With 0 the instant is `start`. Raises InvalidInputError past the bound.
    """
    local = start.astimezone(calendar.zone)
    step = timedelta(days=1 if count > 0 else -1)
    day, left = local.date(), abs(count)
    for _ in range(MOST_DAYS):
        if not left:
            return datetime.combine(day, local.timetz(), calendar.zone).astimezone(UTC)
        day += step
        left -= calendar.is_working_day(day)
    raise _too_far(calendar, f"{count} working days")


def working_days_between(calendar: Calendar, start: datetime, end: datetime) -> int:
    """Return how many working days lie after `start` up to and including `end`; negative when `end` is earlier."""
    first, last = (instant.astimezone(calendar.zone).date() for instant in (start, end))
    if last < first:
        return -working_days_between(calendar, end, start)
    if (last - first).days > MOST_DAYS:
        raise _too_far(calendar, f"{(last - first).days} days")
    return sum(calendar.is_working_day(first + timedelta(days=ahead)) for ahead in range(1, (last - first).days + 1))


def working_hours_after(calendar: Calendar, start: datetime, hours: float) -> datetime:
    """Return the instant at which `hours` working hours have passed since `start`; raises InvalidInputError below 0."""
    if hours < 0:
        raise InvalidInputError(f"Expected working hours of 0 or more, but got {hours}")
    left = timedelta(hours=hours)
    instant = start.astimezone(UTC)
    for opens, closes in _spans_from(calendar, start):
        begins = max(opens, instant)
        if begins + left <= closes:
            return begins + left
        left -= max(closes - begins, timedelta())
    raise _too_far(calendar, f"{hours} working hours")


def working_seconds_between(calendar: Calendar, start: datetime, end: datetime) -> float:
    """Return the working time from `start` to `end` in seconds; negative when `end` is earlier."""
    if end < start:
        return -working_seconds_between(calendar, end, start)
    total = timedelta()
    for opens, closes in _spans_from(calendar, start):
        if opens >= end:
            break
        total += max(min(closes, end) - max(opens, start), timedelta())
    return total.total_seconds()


def working_length(calendar: Calendar, start: datetime, end: datetime) -> tuple[int, timedelta]:
    """Return the working time from `start` to a later `end` as whole working days and what is left of one.

    A whole day is as long as the calendar's hours of one. Days in between are counted, not walked hour by hour.
    """
    first, last = (instant.astimezone(calendar.zone).date() for instant in (start, end))
    if (last - first).days > MOST_DAYS:
        raise _too_far(calendar, f"{(last - first).days} days")
    between = sum(calendar.is_working_day(first + timedelta(days=ahead)) for ahead in range(1, (last - first).days))
    edges = sum((_within(calendar, day, start, end) for day in {first, last}), timedelta())
    whole = sum((datetime.combine(first, to) - datetime.combine(first, at) for at, to in calendar.hours), timedelta())
    if not whole:
        return between, timedelta()
    return between + edges // whole, edges % whole


def _within(calendar: Calendar, day: date, start: datetime, end: datetime) -> timedelta:
    spans = _spans_of(calendar, day)
    return sum((max(min(closes, end) - max(opens, start), timedelta()) for opens, closes in spans), timedelta())


def _spans_from(calendar: Calendar, start: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Yield the working spans that end after `start`, in UTC, up to the bound."""
    day = start.astimezone(calendar.zone).date()
    for _ in range(MOST_DAYS):
        for opens, closes in _spans_of(calendar, day):
            if closes > start:
                yield opens, closes
        day += timedelta(days=1)


def _spans_of(calendar: Calendar, day: date) -> Iterator[tuple[datetime, datetime]]:
    if calendar.is_working_day(day):
        for opens, closes in calendar.hours:
            yield (
                datetime.combine(day, opens, calendar.zone).astimezone(UTC),
                datetime.combine(day, closes, calendar.zone).astimezone(UTC),
            )


def _too_far(calendar: Calendar, wanted: str) -> InvalidInputError:
    return InvalidInputError(
        f"Expected {wanted} to lie within {MOST_DAYS:,} days on the calendar {calendar.name!r}, but they do not"
    )
