"""The properties of temporal values and ranges, `.year` to `.end included` (DMN 1.5, table 65).

Owns the table of them; contexts and lists are the language's.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.ranges import Range
from app.feel.values.times import FeelDateTime, FeelTime


def _offset(value: FeelTime | FeelDateTime) -> DaysTimeDuration | None:
    seconds = value.utc_offset
    return None if seconds is None else DaysTimeDuration.of_seconds(seconds)


_DATE: Mapping[str, Callable[[Any], Any]] = {
    "year": lambda date: Decimal(date.year),
    "month": lambda date: Decimal(date.month),
    "day": lambda date: Decimal(date.day),
    "weekday": lambda date: Decimal(date.weekday),
}
_TIME: Mapping[str, Callable[[Any], Any]] = {
    "hour": lambda time: Decimal(time.hour),
    "minute": lambda time: Decimal(time.minute),
    "second": lambda time: Decimal(time.second),
    "timezone": lambda time: time.zone,
}


def _of_part(part: str, reads: Mapping[str, Callable[[Any], Any]]) -> dict[str, Callable[[Any], Any]]:
    def through(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
        return lambda value: read(getattr(value, part))

    return {name: through(read) for name, read in reads.items()}


PROPERTIES: Mapping[type, Mapping[str, Callable[[Any], Any]]] = {
    FeelDate: _DATE,
    FeelTime: {**_TIME, "time offset": _offset},
    FeelDateTime: {**_of_part("date", _DATE), **_of_part("time", _TIME), "time offset": _offset},
    DaysTimeDuration: {
        "days": lambda length: Decimal(length.days),
        "hours": lambda length: Decimal(length.hours),
        "minutes": lambda length: Decimal(length.minutes),
        "seconds": lambda length: Decimal(length.seconds),
    },
    YearsMonthsDuration: {
        "years": lambda length: Decimal(length.years),
        "months": lambda length: Decimal(length.months),
    },
    Range: {
        "start": lambda value: value.low,
        "end": lambda value: value.high,
        "start included": lambda value: value.low_included,
        "end included": lambda value: value.high_included,
    },
}
"""By class of value, then by property name: what reads it. A name that is not here is no property of that value."""
