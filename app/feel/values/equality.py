"""When two FEEL values are equal, which comes first, and when they are the same (DMN 1.5, 10.3.2.13, table 54).

Owns the three relations: `feel_equal` and `compare` answer None where FEEL says null; `is_same` always answers.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.times import FeelDateTime, FeelTime


def feel_equal(left: Any, right: Any) -> bool | None:
    """Return whether the values are equal; None for values of different kinds. Null equals only null."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _PLAINLY_EQUAL:
        return bool(left == right)
    test = _EQUALITY.get(kind)
    return test(left, right) if test is not None else _ranges_or_functions_equal(left, right)


def compare(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1 as `left` comes before, with or after `right`; None for values without an order."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _PLAINLY_ORDERED:
        return -1 if left < right else int(left > right)
    key = _ORDER.get(kind)
    if key is None:
        return None
    first, second = key(left), key(right)
    # A local time and one with a zone are not on one line: their keys differ in the first part.
    if first[0] != second[0]:
        return None
    return -1 if first < second else int(first > second)


def is_same(left: Any, right: Any) -> bool:
    """Return what `is(left, right)` asks: same kind and same parts, a zone's name and an offset included."""
    if type(left) is not type(right):
        return False
    if isinstance(left, list):
        return len(left) == len(right) and all(is_same(a, b) for a, b in zip(left, right, strict=True))
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(is_same(value, right[key]) for key, value in left.items())
    return bool(left == right)


def _times_equal(left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> bool | None:
    # The parts that equality compares are hour, minute, second and offset; a fraction of a second is none of them.
    order_left, order_right = _ORDER[type(left)](left), _ORDER[type(right)](right)
    if order_left[0] != order_right[0]:
        return None
    return bool(order_left[1] // 1_000_000_000 == order_right[1] // 1_000_000_000)


def _lists_equal(left: list[Any], right: list[Any]) -> bool:
    return len(left) == len(right) and all(feel_equal(a, b) is True for a, b in zip(left, right, strict=True))


def _contexts_equal(left: dict[str, Any], right: dict[str, Any]) -> bool:
    return left.keys() == right.keys() and all(feel_equal(value, right[key]) is True for key, value in left.items())


def _ranges_or_functions_equal(left: Any, right: Any) -> bool:
    parts = getattr(type(left), "__slots__", ())
    if "low_included" not in parts:
        return left is right
    return all(feel_equal(getattr(left, part), getattr(right, part)) is True for part in parts)


_PLAINLY_EQUAL = frozenset({Decimal, str, bool, FeelDate, DaysTimeDuration, YearsMonthsDuration})
_PLAINLY_ORDERED = frozenset({Decimal, str})
_EQUALITY: dict[type, Callable[[Any, Any], bool | None]] = {
    FeelTime: _times_equal,
    FeelDateTime: _times_equal,
    list: _lists_equal,
    dict: _contexts_equal,
}
_ORDER: dict[type, Callable[[Any], tuple[bool, Any]]] = {
    FeelDate: lambda date: (True, (date.year, date.month, date.day)),
    FeelTime: lambda time: (time.is_local, time.utc_nanos),
    FeelDateTime: lambda instant: (instant.is_local, instant.epoch_nanos),
    DaysTimeDuration: lambda duration: (True, duration.nanos),
    YearsMonthsDuration: lambda duration: (True, duration.total_months),
}
