"""Where values enter and leave: plain Python and JSON values to FEEL's, and back.

Owns both directions and their caps. Texts become temporals only where a type asks for it.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from app.feel.errors import FeelError, FeelLimitError
from app.feel.types import ANY, DATE, DATE_TIME, DAYS_TIME, TIME, YEARS_MONTHS, ContextType, ListType, Type
from app.feel.values import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, YearsMonthsDuration, kind_of, to_text
from app.feel.values.numbers import fits, from_python
from app.feel.values.parsing import parse_date, parse_date_time, parse_duration, parse_time
from app.feel.values.zones import offset_text

MOST_NESTED = 200
"""How deep lists and contexts may lie in one another."""

MOST_VALUES = 1_000_000
"""How many items and entries a JSON value may have in all."""

_MOST_INTEGER_DIGITS = 34


def to_feel(value: Any, kind: Type | None = None) -> Any:
    """Return a JSON or Python value as FEEL's.

    Floats go through their text; Python dates, times and lengths become FEEL's. Where `kind` is a temporal type,
    ISO text is read as one; text that spells none stays text. Raises FeelError for NaN, numbers past 10**6144, other
    classes and keys that are no strings, FeelLimitError for nesting deeper than MOST_NESTED.
    """
    return _inward(value, kind or ANY, 0)


def to_json(value: Any) -> Any:
    """Return a FEEL value as JSON's: whole numbers of at most 34 digits as int, other numbers as exact Decimal.

    Temporals become ISO 8601 text (a zone's name its offset), ranges and functions their FEEL text. Raises
    FeelLimitError past MOST_NESTED and MOST_VALUES.
    """
    return _outward(value, 0, [MOST_VALUES])


def _inward(value: Any, kind: Type, depth: int) -> Any:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        read = _TEXTS.get(kind)
        found = read(value) if read is not None else None
        return value if found is None else found
    if isinstance(value, int | float | Decimal):
        return _number(value)
    if isinstance(value, list | tuple):
        item_kind = kind.item if isinstance(kind, ListType) else kind
        return [_inward(item, item_kind, _deeper(depth)) for item in value]
    if isinstance(value, Mapping):
        kinds = kind.entries if isinstance(kind, ContextType) else {}
        return {_key(key): _inward(item, kinds.get(key, ANY), _deeper(depth)) for key, item in value.items()}
    return _from_class(value)


def _number(value: int | float | Decimal) -> Decimal:
    number = fits(value) if isinstance(value, Decimal) else from_python(value)
    if number is None:
        raise FeelError(f"Expected a number below 10**6144, but it is a Python {type(value).__name__} that is none")
    return number


def _from_class(value: Any) -> Any:
    if isinstance(value, datetime.datetime):
        return FeelDateTime.from_python(value)
    if isinstance(value, datetime.date):
        return FeelDate(value.year, value.month, value.day)
    if isinstance(value, datetime.time):
        return parse_time(value.isoformat())
    if isinstance(value, datetime.timedelta):
        return DaysTimeDuration((value.days * 86_400 + value.seconds) * 1_000_000_000 + value.microseconds * 1000)
    if kind_of(value) == "function" and not callable(getattr(value, "call", None)):
        raise FeelError(f"Expected a JSON value, but it is a Python {type(value).__name__}")
    return value


def _key(key: Any) -> str:
    if not isinstance(key, str):
        raise FeelError(f"Expected keys that are strings, but one is a Python {type(key).__name__}")
    return key


def _deeper(depth: int) -> int:
    if depth >= MOST_NESTED:
        raise FeelLimitError(
            "nesting", MOST_NESTED, f"Expected a value nested at most {MOST_NESTED} deep, but it is deeper"
        )
    return depth + 1


def _outward(value: Any, depth: int, room: list[int]) -> Any:
    if value is None or isinstance(value, bool | str):
        return value
    if isinstance(value, Decimal):
        return int(value) if value.adjusted() < _MOST_INTEGER_DIGITS and value == value.to_integral_value() else value
    if isinstance(value, list | dict):
        # Parts may be shared, as in `{a: [1, 1], b: [a, a]}`: a small value may be an endless JSON text.
        room[0] -= len(value)
        if room[0] < 0:
            raise FeelLimitError("values", MOST_VALUES, f"Expected at most {MOST_VALUES} values, but there are more")
        if isinstance(value, list):
            return [_outward(item, _deeper(depth), room) for item in value]
        return {key: _outward(item, _deeper(depth), room) for key, item in value.items()}
    if isinstance(value, FeelDateTime | FeelTime):
        return _iso_text(value)
    return to_text(value)


def _iso_text(value: FeelDateTime | FeelTime) -> str:
    text = str(value)
    if "@" not in text:
        return text
    return text.partition("@")[0] + offset_text(value.utc_offset or 0)


def _date(text: str) -> FeelDate | None:
    # Forms send a date as a date and time (its first ten characters are the day that was picked).
    instant = parse_date_time(text)
    return instant.date if instant is not None else parse_date(text)


def _date_time(text: str) -> FeelDateTime | None:
    day = parse_date(text)
    return parse_date_time(text) if day is None else FeelDateTime(day, FeelTime(0, 0, 0, 0, 0))


def _days_time(text: str) -> DaysTimeDuration | None:
    length = parse_duration(text)
    return length if isinstance(length, DaysTimeDuration) else None


def _years_months(text: str) -> YearsMonthsDuration | None:
    length = parse_duration(text)
    return length if isinstance(length, YearsMonthsDuration) else None


_TEXTS: dict[Type, Callable[[str], Any]] = {
    DATE: _date,
    TIME: parse_time,
    DATE_TIME: _date_time,
    DAYS_TIME: _days_time,
    YEARS_MONTHS: _years_months,
}
