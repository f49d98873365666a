"""Our own functions of working time: days and hours that count in a named calendar, which the environment holds.

FEEL has no calendars. A date is taken as its midnight in the environment's zone, and a date in gives a date out.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import TYPE_CHECKING, TypeVar
from zoneinfo import ZoneInfo

from app.feel.builtins.declare import built_in, refuse, takes
from app.feel.values import FeelDate, FeelDateTime, FeelTime
from app.feel.values.numbers import whole
from app.feel.values.zones import find_zone

if TYPE_CHECKING:
    from app.feel.environment import Calendars, Run

DEFAULT_CALENDAR = "default"
_MOST_DAYS = 50_000
T = TypeVar("T")


def working_days_after(
    run: Run, start: FeelDate | FeelDateTime, days: Decimal, calendar: str = DEFAULT_CALENDAR
) -> FeelDate | FeelDateTime | None:
    """Return the date, or the instant, so many working days later (earlier, when negative)."""
    count = whole(days)
    if count is None or abs(count) > _MOST_DAYS:
        return refuse(run, f"Expected a whole number of days up to {_MOST_DAYS}, but it is {days}")
    calendars, at = _calendars(run), _instant(run, start)
    if calendars is None or at is None:
        return None
    return _result(run, start, calendar, calendars.working_days_after(calendar, at, count))


def working_hours_after(
    run: Run, start: FeelDate | FeelDateTime, hours: Decimal, calendar: str = DEFAULT_CALENDAR
) -> FeelDateTime | None:
    """Return the instant so many working hours later; a date counts from its midnight."""
    if abs(hours) > _MOST_DAYS * 24:
        return refuse(run, f"Expected at most {_MOST_DAYS * 24} hours, but it is {hours}")
    calendars, at = _calendars(run), _instant(run, start)
    if calendars is None or at is None:
        return None
    instant = (
        start if isinstance(start, FeelDateTime) else FeelDateTime(start, FeelTime(0, 0, 0, 0, None, run.env.zone))
    )
    found = _result(run, instant, calendar, calendars.working_hours_after(calendar, at, float(hours)))
    return found if isinstance(found, FeelDateTime) else None


def working_days_between(
    run: Run, start: FeelDate | FeelDateTime, end: FeelDate | FeelDateTime, calendar: str = DEFAULT_CALENDAR
) -> Decimal | None:
    """Return how many working days lie after `start`, up to and including `end`."""
    calendars, first, last = _calendars(run), _instant(run, start), _instant(run, end)
    if calendars is None or first is None or last is None:
        return None
    count = calendars.working_days_between(calendar, first, last)
    return _no_calendar(run, calendar) if count is None else Decimal(count)


def is_working_day(run: Run, day: FeelDate | FeelDateTime, calendar: str = DEFAULT_CALENDAR) -> bool | None:
    """Return whether it is a working day."""
    calendars, at = _calendars(run), _instant(run, day)
    if calendars is None or at is None:
        return None
    answer = calendars.is_working_day(calendar, at)
    return _no_calendar(run, calendar) if answer is None else answer


def _calendars(run: Run) -> Calendars | None:
    if run.env.calendars is None:
        run.warn("NO_CALENDAR", "Expected calendars of working time, but this evaluation has none")
    return run.env.calendars


def _no_calendar(run: Run, calendar: str) -> T | None:
    run.warn("NO_CALENDAR", f'Expected a calendar that covers these days, but "{calendar}" is none')
    return None


def _zone(run: Run) -> datetime.tzinfo:
    return find_zone(run.env.zone) or ZoneInfo("UTC")


def _instant(run: Run, value: FeelDate | FeelDateTime) -> datetime.datetime | None:
    local = value if isinstance(value, FeelDateTime) else FeelDateTime(value, FeelTime(0, 0, 0))
    found = local.to_python(_zone(run))
    return found if found is not None else refuse(run, f"Expected a date of the years 2 to 9998, but it is {value}")


def _result(
    run: Run, start: FeelDate | FeelDateTime, calendar: str, found: datetime.datetime | None
) -> FeelDate | FeelDateTime | None:
    if found is None:
        return _no_calendar(run, calendar)
    if isinstance(start, FeelDate):
        there = found.astimezone(_zone(run))
        return FeelDate(there.year, there.month, there.day)
    if start.is_local:
        return FeelDateTime.from_python(found.astimezone(_zone(run)).replace(tzinfo=None))
    nanos = FeelDateTime.from_python(found.astimezone(datetime.UTC)).epoch_nanos
    return FeelDateTime.from_epoch_nanos(nanos, start.time.offset, start.time.zone)


_WHEN = "date|date and time"

WORKING_TIME_FUNCTIONS = (
    built_in(
        "working days after",
        takes(working_days_after, f"start: {_WHEN}", "days: number", "calendar?: string"),
        gives="any",
        en="The date, or date and time, so many working days later in a calendar; earlier when negative.",
        zh="按日历从某日起若干个工作日之后（负数为之前）的日期或日期时间。",
        example='working days after(@"2026-03-02", 5, "bank")',
    ),
    built_in(
        "working hours after",
        takes(working_hours_after, f"start: {_WHEN}", "hours: number", "calendar?: string"),
        gives="date and time",
        en="The date and time so many working hours later in a calendar.",
        zh="按日历从某时刻起若干个工作小时之后的日期时间。",
        example='working hours after(@"2026-03-02T16:00:00+08:00", 4, "bank")',
    ),
    built_in(
        "working days between",
        takes(working_days_between, f"start: {_WHEN}", f"end: {_WHEN}", "calendar?: string"),
        gives="number",
        en="How many working days of a calendar lie after the start, up to and including the end.",
        zh="起始日之后至结束日（含）之间的工作日数。",
        example='working days between(@"2026-03-02", @"2026-03-09", "bank")',
    ),
    built_in(
        "is working day",
        takes(is_working_day, f"date: {_WHEN}", "calendar?: string"),
        gives="boolean",
        en="Whether a day is a working day of a calendar.",
        zh="某日在日历中是否为工作日。",
        example='is working day(@"2026-03-01", "bank")',
    ),
)
"""In the order of the docs page."""
