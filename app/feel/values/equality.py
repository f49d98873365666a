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

_Seen = dict[tuple[int, int], bool]
"""What was found for two lists or contexts, by their identities."""


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
    return _is_same(left, right, {})


def _is_same(left: Any, right: Any, seen: _Seen) -> bool:
    if type(left) is not type(right) or not isinstance(left, list | dict):
        return type(left) is type(right) and bool(left == right)
    pair = (id(left), id(right))
    if pair not in seen:
        if isinstance(left, list):
            parts = zip(left, right, strict=False)
            seen[pair] = len(left) == len(right) and all(_is_same(a, b, seen) for a, b in parts)
        else:
            seen[pair] = left.keys() == right.keys() and all(
                _is_same(value, right[key], seen) for key, value in left.items()
            )
    return seen[pair]


def _times_equal(left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> bool | None:
    # The parts that equality compares are hour, minute, second and offset; a fraction of a second is none of them.
    order_left, order_right = _ORDER[type(left)](left), _ORDER[type(right)](right)
    if order_left[0] != order_right[0]:
        return None
    return bool(order_left[1] // 1_000_000_000 == order_right[1] // 1_000_000_000)


def _structures_equal(left: Any, right: Any, seen: _Seen) -> bool:
    """Compare two lists or two contexts; `seen` keeps each pair's answer.

    Parts may be shared, as in `{a: [1, 1], b: [a, a], c: [b, b]}`: compared anew each time, the work would double at
    every level.
    """
    pair = (id(left), id(right))
    if pair not in seen:
        if isinstance(left, list):
            parts = zip(left, right, strict=False)
            seen[pair] = len(left) == len(right) and all(_parts_equal(a, b, seen) for a, b in parts)
        else:
            seen[pair] = left.keys() == right.keys() and all(
                _parts_equal(value, right[key], seen) for key, value in left.items()
            )
    return seen[pair]


def _parts_equal(left: Any, right: Any, seen: _Seen) -> bool:
    if type(left) is type(right) and type(left) in (list, dict):
        return _structures_equal(left, right, seen)
    return feel_equal(left, right) is True


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
    list: lambda left, right: _structures_equal(left, right, {}),
    dict: lambda left, right: _structures_equal(left, right, {}),
}
_ORDER: dict[type, Callable[[Any], tuple[bool, Any]]] = {
    FeelDate: lambda date: (True, (date.year, date.month, date.day)),
    FeelTime: lambda time: (time.is_local, time.utc_nanos),
    FeelDateTime: lambda instant: (instant.is_local, instant.epoch_nanos),
    DaysTimeDuration: lambda duration: (True, duration.nanos),
    YearsMonthsDuration: lambda duration: (True, duration.total_months),
}
