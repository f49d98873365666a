"""Which rules a value can match, looked up by column instead of rule by rule.

For one input column: a bit mask of rules for every number, string or boolean, found by bisection or by dictionary. It
is built from the checked syntax trees of the cells; no code is generated from a model. Cells that are not plain tests
are left to their closures (`open_rules`), as are values of another kind than the cells', so the answer is theirs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from app.feel import tree
from app.feel.values import DECIMAL128, NUMBER_FAULTS

Lookup = Callable[[Any], int]
"""A value's mask of rules; negative where the index has no answer for such a value."""

UNKNOWN: Final = -1
# Beyond 34 digits an int is not what FEEL would calculate with.
_LARGEST: Final = 10**34
# A column of more rules times ends than this (12 MB of masks) is left to its closures.
_MOST_BITS: Final = 100_000_000


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of numbers; None is unbounded."""

    low: Decimal | None
    high: Decimal | None
    low_in: bool
    high_in: bool


@dataclass(frozen=True, slots=True)
class PlainTests:
    """A cell that tests against constants of one kind: spans of numbers, or a set of strings or booleans."""

    kind: str
    spans: tuple[Span, ...] = ()
    values: frozenset[Any] = frozenset()
    negated: bool = False


@dataclass(frozen=True, slots=True)
class ColumnIndex:
    """`find` answers for values of `kind`; rules in `open_rules` match only if their closure says so too."""

    kind: str
    find: Lookup
    open_rules: int


def build_index(cells: Sequence[tree.UnaryTestsNode | None]) -> ColumnIndex | None:
    """Return the index of a column (None: a cell that is any), or None where no cell is plain."""
    plain = [None if cell is None else plain_tests(cell) for cell in cells]
    kinds = [tests.kind for tests in plain if tests is not None]
    if not kinds:
        return None
    kind = max(sorted(set(kinds)), key=kinds.count)
    always = 0
    open_rules = 0
    indexed: list[tuple[int, PlainTests]] = []
    for number, (cell, tests) in enumerate(zip(cells, plain, strict=True)):
        bit = 1 << number
        if cell is None:
            always |= bit
        elif tests is None or tests.kind != kind:
            open_rules |= bit
        else:
            indexed.append((bit, tests))
    if 4 * sum(len(tests.spans) for _, tests in indexed) * len(cells) > _MOST_BITS:
        return None
    find = _numbers(indexed, always | open_rules) if kind == "number" else _members(kind, indexed, always | open_rules)
    return ColumnIndex(kind, find, open_rules)


def plain_tests(cell: tree.UnaryTestsNode) -> PlainTests | None:
    """Return what a cell tests, None when it is not against constants of one kind."""
    found = [_plain_test(test) for test in cell.tests]
    if not found or any(test is None for test in found):
        return None
    tests = [test for test in found if test is not None]
    if len({test.kind for test in tests}) != 1:
        return None
    return PlainTests(
        tests[0].kind,
        tuple(span for test in tests for span in test.spans),
        frozenset().union(*(test.values for test in tests)),
        cell.negated,
    )


def _plain_test(test: tree.Node) -> PlainTests | None:
    if isinstance(test, tree.InputTest):
        return _compared(test.operator, constant_of(test.operand))
    if not isinstance(test, tree.ExpressionTest) or test.asks:
        return None
    if isinstance(test.expression, tree.RangeNode):
        return _between(test.expression)
    return _compared("=", constant_of(test.expression))


def constant_of(node: tree.Node) -> Any:
    """Return the number, string or boolean a node stands for; None for anything else, null included."""
    if isinstance(node, tree.Negation):
        value = constant_of(node.operand)
        return -value if isinstance(value, Decimal) else None
    if isinstance(node, tree.Literal) and isinstance(node.value, bool | str | Decimal):
        return node.value
    return None


def _compared(operator: str, value: Any) -> PlainTests | None:
    if isinstance(value, Decimal):
        spans = {
            "=": Span(value, value, True, True),
            "<": Span(None, value, True, False),
            "<=": Span(None, value, True, True),
            ">": Span(value, None, False, True),
            ">=": Span(value, None, True, True),
        }
        return PlainTests("number", (spans[operator],)) if operator in spans else None
    if operator != "=" or value is None:
        return None
    return PlainTests("boolean" if isinstance(value, bool) else "string", values=frozenset({value}))


def _between(node: tree.RangeNode) -> PlainTests | None:
    low = None if node.low is None else constant_of(node.low)
    high = None if node.high is None else constant_of(node.high)
    if not isinstance(low, Decimal) or not isinstance(high, Decimal) or low > high:
        return None
    return PlainTests("number", (Span(low, high, node.low_included, node.high_included),))


def _members(kind: str, indexed: list[tuple[int, PlainTests]], always: int) -> Lookup:
    elsewhere = always | sum(bit for bit, tests in indexed if tests.negated)
    masks: dict[Any, int] = {}
    for bit, tests in indexed:
        for value in tests.values:
            # In a test that lists it a value is told from all others: the rule's bit is the other one there.
            masks[value] = masks.get(value, elsewhere) ^ bit
    wanted = bool if kind == "boolean" else str

    def find(value: Any) -> int:
        return masks.get(value, elsewhere) if type(value) is wanted else UNKNOWN

    return find


def _numbers(indexed: list[tuple[int, PlainTests]], always: int) -> Lookup:
    ends = {end for _, tests in indexed for span in tests.spans for end in (span.low, span.high) if end is not None}
    points = sorted(ends)
    # Slot 2i is the gap below point i, slot 2i + 1 the point itself, the last slot everything above.
    changes = [0] * (2 * len(points) + 2)
    for bit, tests in indexed:
        for first, last in _joined(tests.spans, points):
            changes[first] ^= bit
            changes[last + 1] ^= bit
    masks: list[int] = []
    mask = always | sum(bit for bit, tests in indexed if tests.negated)
    for change in changes[:-1]:
        mask ^= change
        masks.append(mask)
    # Whole ends as ints: comparing int with int costs a third of comparing int with Decimal.
    quick = [int(point) if point == point.to_integral_value() else point for point in points]
    count = len(points)

    def find(value: Any) -> int:
        kind = type(value)
        if kind is int and -_LARGEST < value < _LARGEST:
            at = bisect_left(quick, value)
            return masks[2 * at + 1] if at < count and quick[at] == value else masks[2 * at]
        if kind is float and -_LARGEST < value < _LARGEST:
            value = Decimal(repr(value))
        elif kind is not Decimal:
            return UNKNOWN
        try:
            value = DECIMAL128.plus(value)
            at = bisect_left(points, value)
        except NUMBER_FAULTS:
            return UNKNOWN
        return masks[2 * at + 1] if at < count and points[at] == value else masks[2 * at]

    return find


def _joined(spans: Iterable[Span], points: list[Decimal]) -> list[tuple[int, int]]:
    """The slots of spans as stretches that do not overlap, each from its first to its last slot."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(_slots(span, points) for span in spans):
        if first > last:
            continue
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined


def _slots(span: Span, points: list[Decimal]) -> tuple[int, int]:
    first = 0 if span.low is None else 2 * bisect_left(points, span.low) + (1 if span.low_in else 2)
    last = 2 * len(points) if span.high is None else 2 * bisect_left(points, span.high) + (1 if span.high_in else 0)
    return first, last
