"""How points and ranges lie to each other, `before` to `coincides` (DMN 1.5, table 82, after Allen).

A point may stand for the range that holds only it. Ends that cannot be compared make the answer null.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from app.feel.builtins.declare import built_in, refuse, takes
from app.feel.signature import BuiltIn
from app.feel.values import Range, compare

if TYPE_CHECKING:
    from app.feel.environment import Run


class _Incomparable(Exception):  # noqa: N818 - a signal inside this file, not a failure
    """Two ends have no order between them."""


def _order(left: Any, right: Any) -> int:
    order = compare(left, right)
    if order is None:
        raise _Incomparable
    return order


def _before(a: Range, b: Range) -> bool:
    order = _order(a.high, b.low)
    return order < 0 or (order == 0 and not (a.high_included and b.low_included))


def _meets(a: Range, b: Range) -> bool:
    return a.high_included and b.low_included and _order(a.high, b.low) == 0


def _overlaps(a: Range, b: Range) -> bool:
    return not _before(a, b) and not _before(b, a)


def _starts_earlier(a: Range, b: Range) -> bool:
    order = _order(a.low, b.low)
    return order < 0 or (order == 0 and a.low_included and not b.low_included)


def _ends_earlier(a: Range, b: Range) -> bool:
    order = _order(a.high, b.high)
    return order < 0 or (order == 0 and not a.high_included and b.high_included)


def _same_start(a: Range, b: Range) -> bool:
    return _order(a.low, b.low) == 0 and a.low_included == b.low_included


def _same_end(a: Range, b: Range) -> bool:
    return _order(a.high, b.high) == 0 and a.high_included == b.high_included


def _overlaps_before(a: Range, b: Range) -> bool:
    return _starts_earlier(a, b) and not _before(a, b) and not _ends_earlier(b, a)


def _finishes(a: Range, b: Range) -> bool:
    return _same_end(a, b) and not _starts_earlier(a, b)


def _includes(a: Range, b: Range) -> bool:
    return not _starts_earlier(b, a) and not _ends_earlier(a, b)


def _starts(a: Range, b: Range) -> bool:
    return _same_start(a, b) and not _ends_earlier(b, a)


def _coincides(a: Range, b: Range) -> bool:
    return _same_start(a, b) and _same_end(a, b)


_Relation = Callable[[Range, Range], bool]


def _swapped(relation: _Relation) -> _Relation:
    return lambda a, b: relation(b, a)


def _asking(relation: _Relation) -> Callable[[Run, Any, Any], bool | None]:
    def ask(run: Run, first: Any, second: Any) -> bool | None:
        try:
            return relation(_as_range(first), _as_range(second))
        except _Incomparable:
            return refuse(run, "Expected points and ends that can be compared, but they cannot")

    return ask


def _as_range(value: Any) -> Range:
    return value if isinstance(value, Range) else Range(value, value)


_POINTS = ("point1: any", "point2: any")
_POINT_RANGE = ("point: any", "range: range")
_RANGE_POINT = ("range: range", "point: any")
_RANGES = ("range1: range", "range2: range")


def _relation(name: str, relation: _Relation, *forms: tuple[str, str], en: str, zh: str, example: str) -> BuiltIn:
    ask = _asking(relation)
    return built_in(name, *(takes(ask, *form) for form in forms), gives="boolean", en=en, zh=zh, example=example)


RANGE_FUNCTIONS = (
    _relation(
        "before",
        _before,
        _RANGES,
        _RANGE_POINT,
        _POINT_RANGE,
        _POINTS,
        en="Whether the first lies wholly before the second.",
        zh="前者是否完全在后者之前。",
        example="before([1..5), [5..10]) = true",
    ),
    _relation(
        "after",
        _swapped(_before),
        _RANGES,
        _RANGE_POINT,
        _POINT_RANGE,
        _POINTS,
        en="Whether the first lies wholly after the second.",
        zh="前者是否完全在后者之后。",
        example="after(10, [1..5]) = true",
    ),
    _relation(
        "meets",
        _meets,
        _RANGES,
        en="Whether the first range ends where the second begins, both ends included.",
        zh="前一区间的终点是否恰为后一区间的起点（两端均含）。",
        example="meets([1..5], [5..10]) = true",
    ),
    _relation(
        "met by",
        _swapped(_meets),
        _RANGES,
        en="Whether the first range begins where the second ends, both ends included.",
        zh="前一区间的起点是否恰为后一区间的终点（两端均含）。",
        example="met by([5..10], [1..5]) = true",
    ),
    _relation(
        "overlaps",
        _overlaps,
        _RANGES,
        en="Whether two ranges have a point in common.",
        zh="两个区间是否有公共点。",
        example="overlaps([1..5], [3..8]) = true",
    ),
    _relation(
        "overlaps before",
        _overlaps_before,
        _RANGES,
        en="Whether the first range begins before the second and ends inside it.",
        zh="前一区间是否先开始并在后一区间内结束。",
        example="overlaps before([1..5], [3..8]) = true",
    ),
    _relation(
        "overlaps after",
        _swapped(_overlaps_before),
        _RANGES,
        en="Whether the first range begins inside the second and ends after it.",
        zh="前一区间是否在后一区间内开始并在其后结束。",
        example="overlaps after([3..8], [1..5]) = true",
    ),
    _relation(
        "finishes",
        _finishes,
        _RANGES,
        _POINT_RANGE,
        en="Whether the first lies in the second and ends with it.",
        zh="前者是否在后者之内并与其同时结束。",
        example="finishes(10, [1..10]) = true",
    ),
    _relation(
        "finished by",
        _swapped(_finishes),
        _RANGES,
        _RANGE_POINT,
        en="Whether the second lies in the first and ends with it.",
        zh="后者是否在前者之内并与其同时结束。",
        example="finished by([1..10], 10) = true",
    ),
    _relation(
        "includes",
        _includes,
        _RANGES,
        _RANGE_POINT,
        en="Whether the second lies in the first.",
        zh="后者是否在前者之内。",
        example="includes([1..10], 5) = true",
    ),
    _relation(
        "during",
        _swapped(_includes),
        _RANGES,
        _POINT_RANGE,
        en="Whether the first lies in the second.",
        zh="前者是否在后者之内。",
        example="during(5, [1..10]) = true",
    ),
    _relation(
        "starts",
        _starts,
        _RANGES,
        _POINT_RANGE,
        en="Whether the first lies in the second and begins with it.",
        zh="前者是否在后者之内并与其同时开始。",
        example="starts(1, [1..10]) = true",
    ),
    _relation(
        "started by",
        _swapped(_starts),
        _RANGES,
        _RANGE_POINT,
        en="Whether the second lies in the first and begins with it.",
        zh="后者是否在前者之内并与其同时开始。",
        example="started by([1..10], 1) = true",
    ),
    _relation(
        "coincides",
        _coincides,
        _RANGES,
        _POINTS,
        en="Whether two points, or two ranges, are the same.",
        zh="两点或两个区间是否相同。",
        example="coincides(5, 5) = true",
    ),
)
"""In the order of the docs page."""
