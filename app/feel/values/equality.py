"""When two FEEL values are equal, and when they are the same (DMN 1.5, 10.3.2.13.1, table 54).

Owns both relations: `feel_equal` answers None where FEEL says null, `is_same` always answers. Lists and contexts may
share parts many times over, as in `{a: [1, 1], b: [a, a]}`, so pairs already found equal are not compared again.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import NANOS, DaysTimeDuration, YearsMonthsDuration
from app.feel.values.ordering import PLACES
from app.feel.values.ranges import Range
from app.feel.values.times import FeelDateTime, FeelTime

_PLAINLY_EQUAL = frozenset({Decimal, str, bool, FeelDate, DaysTimeDuration, YearsMonthsDuration})
_Pairs = set[tuple[int, int]]


def feel_equal(left: Any, right: Any) -> bool | None:
    """Return whether the values are equal; None for values of different kinds. Null equals only null."""
    if left is None or right is None:
        return left is right
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _PLAINLY_EQUAL:
        return bool(left == right)
    if kind is FeelTime or kind is FeelDateTime:
        return _times_equal(left, right)
    if kind is Range:
        return _ranges_equal(left, right)
    if kind is list or kind is dict:
        return _structures_equal(left, right, set())
    return bool(left == right)  # functions


def is_same(left: Any, right: Any) -> bool:
    """Return what `is(left, right)` asks: same kind and same parts, a zone's name and an offset included."""
    return _same(left, right, set())


def _times_equal(left: FeelTime | FeelDateTime, right: FeelTime | FeelDateTime) -> bool | None:
    # The parts that equality compares are hour, minute, second and offset; a fraction of a second is none of them.
    line_left, place_left = PLACES[type(left)](left)
    line_right, place_right = PLACES[type(right)](right)
    return bool(place_left // NANOS == place_right // NANOS) if line_left == line_right else None


def _ranges_equal(left: Range, right: Range) -> bool:
    forms = ((each.low_included, each.high_included, each.one_sided) for each in (left, right))
    if next(forms) != next(forms):
        return False
    return feel_equal(left.low, right.low) is True and feel_equal(left.high, right.high) is True


def _structures_equal(left: Any, right: Any, equal: _Pairs) -> bool:
    if type(left) is not type(right) or type(left) not in (list, dict):
        return feel_equal(left, right) is True
    pair = (id(left), id(right))
    if left is right or pair in equal:
        return True
    if type(left) is list:
        same = len(left) == len(right) and all(_structures_equal(a, b, equal) for a, b in zip(left, right, strict=True))
    else:
        same = left.keys() == right.keys() and all(_structures_equal(left[key], right[key], equal) for key in left)
    if same:
        equal.add(pair)
    return same


def _same(left: Any, right: Any, same: _Pairs) -> bool:
    if type(left) is not type(right):
        return False
    if not isinstance(left, list | dict):
        return bool(left == right)
    pair = (id(left), id(right))
    if left is right or pair in same:
        return True
    if isinstance(left, list):
        found = len(left) == len(right) and all(_same(a, b, same) for a, b in zip(left, right, strict=True))
    else:
        found = left.keys() == right.keys() and all(_same(left[key], right[key], same) for key in left)
    if found:
        same.add(pair)
    return found
