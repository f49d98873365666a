"""The date and time functions (DMN 1.5, table 79), `is`, and Camunda's `last day of month`.

`now` and `today` see the run's one instant, in the environment's zone.
"""

from __future__ import annotations

from datetime import UTC
from decimal import Decimal
from typing import TYPE_CHECKING

from app.feel.builtins.declare import built_in, takes
from app.feel.values import FeelDate, FeelDateTime, is_same
from app.feel.values.dates import days_in_month
from app.feel.values.zones import find_zone

if TYPE_CHECKING:
    from app.feel.environment import Run

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def now(run: Run) -> FeelDateTime:
    """Return the run's instant in the environment's zone; with a plain Z where that zone is UTC."""
    name = run.env.zone
    if name == "UTC":
        return FeelDateTime.from_python(run.instant())
    return FeelDateTime.from_python(run.instant().astimezone(find_zone(name) or UTC), name)


def today(run: Run) -> FeelDate:
    """Return the run's date in the environment's zone."""
    return now(run).date


def date_of(value: FeelDate | FeelDateTime) -> FeelDate:
    """Return a date, or the date of a date and time."""
    return value.date if isinstance(value, FeelDateTime) else value


def _last_day_of_month(_run: Run, value: FeelDate | FeelDateTime) -> FeelDate:
    date = date_of(value)
    return FeelDate(date.year, date.month, days_in_month(date.year, date.month))


TEMPORAL_FUNCTIONS = (
    built_in(
        "now",
        takes(now),
        gives="date and time",
        en="The current date and time in the institution's zone; one evaluation sees one instant.",
        zh="当前日期时间（机构所在时区）；一次求值只看到同一时刻。",
        example='now() > @"2020-01-01T00:00:00Z"',
        deterministic=False,
    ),
    built_in(
        "today",
        takes(today),
        gives="date",
        en="The current date in the institution's zone.",
        zh="当前日期（机构所在时区）。",
        example='today() > @"2020-01-01"',
        deterministic=False,
    ),
    built_in(
        "day of week",
        takes(lambda _run, value: _DAYS[date_of(value).weekday - 1], "date: date|date and time"),
        gives="string",
        en="The English name of the day of the week.",
        zh="星期几（英文名）。",
        example='day of week(@"2026-03-02") = "Monday"',
    ),
    built_in(
        "day of year",
        takes(lambda _run, value: Decimal(date_of(value).day_of_year), "date: date|date and time"),
        gives="number",
        en="The day counted from 1 January.",
        zh="一年中的第几天。",
        example='day of year(@"2026-02-01") = 32',
    ),
    built_in(
        "week of year",
        takes(lambda _run, value: Decimal(date_of(value).week_of_year), "date: date|date and time"),
        gives="number",
        en="The ISO 8601 week of the year.",
        zh="ISO 8601 周数。",
        example='week of year(@"2020-01-01") = 1',
    ),
    built_in(
        "month of year",
        takes(lambda _run, value: _MONTHS[date_of(value).month - 1], "date: date|date and time"),
        gives="string",
        en="The English name of the month.",
        zh="月份（英文名）。",
        example='month of year(@"2026-03-02") = "March"',
    ),
    built_in(
        "last day of month",
        takes(_last_day_of_month, "date: date|date and time"),
        gives="date",
        en="The last day of the date's month.",
        zh="所在月份的最后一天。",
        example='last day of month(@"2024-02-10") = @"2024-02-29"',
    ),
    built_in(
        "is",
        takes(lambda _run, value1=None, value2=None: is_same(value1, value2), "value1?: any", "value2?: any"),
        gives="boolean",
        en="Whether two values are the same in kind and every part, so that a zone's name differs from its offset.",
        zh="两个值的类型和各部分是否完全相同；时区名与偏移量不算相同。",
        example='is(@"10:00:00Z", @"10:00:00@Etc/UTC") = false',
    ),
)
"""In the order of the docs page."""
