"""FEEL's range: two ends, each in or out, either perhaps open (DMN 1.5, 10.3.2.7).

Owns what lies in a range. Ends and values compare as `app.feel.values.equality.compare` says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.feel.values.ordering import compare


@dataclass(frozen=True, slots=True)
class Range:
    """`[low..high]` and its kin. `one_sided`: made as `(< 10)` or `(>= 5)`, which equals no range with a null end."""

    low: Any
    high: Any
    low_included: bool = True
    high_included: bool = True
    one_sided: bool = False

    def contains(self, value: Any) -> bool | None:
        """Return whether `value` lies inside; None when it cannot be compared with an end."""
        if value is None:
            return None
        return _and(self._above_low(value), self._below_high(value))

    def _above_low(self, value: Any) -> bool | None:
        if self.low is None:
            return True if self.one_sided else None
        order = compare(value, self.low)
        return None if order is None else order > 0 or (order == 0 and self.low_included)

    def _below_high(self, value: Any) -> bool | None:
        if self.high is None:
            return True if self.one_sided else None
        order = compare(value, self.high)
        return None if order is None else order < 0 or (order == 0 and self.high_included)


def make_range(
    low: Any, high: Any, low_included: bool, high_included: bool, *, one_sided: bool = False
) -> Range | None:
    """Return the range, or None when its ends cannot be compared or stand the wrong way round."""
    if low is not None and high is not None:
        order = compare(low, high)
        if order is None or order > 0:
            return None
    elif not one_sided and low is None and high is None:
        return None
    for end in (low, high):
        if end is not None and compare(end, end) is None:
            return None
    return Range(low, high, low_included, high_included, one_sided)


def _and(left: bool | None, right: bool | None) -> bool | None:
    if left is False or right is False:
        return False
    return None if left is None or right is None else True
