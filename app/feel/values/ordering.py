"""Which of two FEEL values comes first (DMN 1.5, 10.3.2.13.2): numbers, strings, and temporals of one kind.

Owns the order and the place of a temporal on its line. Ranges and equality build on it.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.times import FeelDateTime, FeelTime


def compare(left: Any, right: Any) -> int | None:
    """Return -1, 0 or 1 as `left` comes before, with or after `right`; None for values without an order."""
    kind = type(left)
    if kind is not type(right):
        return None
    if kind in _PLAINLY_ORDERED:
        return -1 if left < right else int(left > right)
    key = PLACES.get(kind)
    if key is None:
        return None
    first, second = key(left), key(right)
    # A local time and one with a zone are not on one line: their keys differ in the first part.
    if first[0] != second[0]:
        return None
    return -1 if first < second else int(first > second)


_PLAINLY_ORDERED = frozenset({Decimal, str})

PLACES: dict[type, Callable[[Any], tuple[bool, Any]]] = {
    FeelDate: lambda date: (True, (date.year, date.month, date.day)),
    FeelTime: lambda time: (time.is_local, time.utc_nanos),
    FeelDateTime: lambda instant: (instant.is_local, instant.epoch_nanos),
    DaysTimeDuration: lambda duration: (True, duration.nanos),
    YearsMonthsDuration: lambda duration: (True, duration.total_months),
}
"""By class: which line the value is on, and where."""
