"""A table's input columns as regions and masks: which row's cell holds where, as far as that can be known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.dmn.analysis.cells import find_constants
from app.dmn.analysis.regions import COUNTS, NUMBERS, WHOLE_NUMBERS, Axis, Regions, cut
from app.dmn.table import CompiledInput, CompiledTable
from app.feel import DEFAULT, SIMPLE_TYPES, Run, UnaryTests, tree

WHOLE_TYPES = ("integer", "long")
COUNTING = ("count", "string length", "day of year", "week of year")
ANALYSED_TYPES = frozenset(
    {
        "number",
        "string",
        "boolean",
        "date",
        "time",
        "date and time",
        "days and time duration",
        "years and months duration",
    }
)


@dataclass(frozen=True, slots=True)
class Column:
    """One input expression, which one or more of the table's columns test.

    `universe` masks the regions an input can have, null left out; `sure` has, for each row, the regions where its cells
    certainly hold, `possible` those where they may (they differ where a cell cannot be analysed). `constants` are what
    the cells name, by row; `open_rows` are the rows (numbers from 1) with a cell that cannot be analysed. `reads` are
    the variables the input is worked out from, with the path into them: ("complaint", "amount").
    """

    title: str
    regions: Regions
    universe: int
    sure: tuple[int, ...]
    possible: tuple[int, ...]
    constants: tuple[tuple[Any, ...], ...]
    open_rows: tuple[int, ...]
    reads: frozenset[tuple[str, ...]]
    unused: bool


def read_columns(table: CompiledTable) -> list[Column]:
    """Return the table's columns in order; columns with the same input expression become one."""
    groups: dict[str, list[int]] = {}
    for at, column in enumerate(table.inputs):
        groups.setdefault(" ".join(column.clause.expression.split()), []).append(at)
    return [_column(table, places) for places in groups.values()]


def _column(table: CompiledTable, places: Sequence[int]) -> Column:
    first = table.inputs[places[0]]
    everything: list[Any] = []
    constants: list[list[Any]] = []
    open_rows: list[int] = []
    cells: list[list[UnaryTests | None]] = []
    for row, rule in enumerate(table.rules, start=1):
        named: list[Any] = []
        cells.append([rule.tests[at] for at in places])
        for test in filter(None, cells[-1]):
            found = find_constants(test.text, test.tree)
            if found is None:
                open_rows.append(row)
            else:
                named += found
        constants.append(named)
        everything += named
    allowed = _allowed(first)
    everything += allowed[1] if allowed else []
    regions = cut(everything, _kind(first), _numbers(first))
    universe = regions.not_null
    if allowed:
        universe &= _mask(regions, allowed[0])
    whole = (1 << len(regions.values)) - 1
    masks = [
        0 if _names_nothing(row, named) else _row_mask(regions, row, whole)
        for row, named in zip(cells, constants, strict=True)
    ]
    unknown = set(open_rows)
    return Column(
        title=first.clause.title,
        regions=regions,
        universe=universe,
        sure=tuple(0 if row in unknown else mask for row, mask in enumerate(masks, start=1)),
        possible=tuple(whole if row in unknown else mask for row, mask in enumerate(masks, start=1)),
        constants=tuple(map(tuple, constants)),
        open_rows=tuple(dict.fromkeys(open_rows)),
        reads=frozenset(_paths(first.expression.tree)) if first.expression else frozenset(),
        unused=all(test is None for row in cells for test in row),
    )


def _names_nothing(tests: Sequence[UnaryTests | None], constants: Sequence[Any]) -> bool:
    """Tell a cell whose constant is null though it does not say so, such as a range the wrong way round."""
    return None in constants and not any(test is not None and "null" in test.text for test in tests)


def _row_mask(regions: Regions, tests: Sequence[UnaryTests | None], whole: int) -> int:
    mask = whole
    for test in tests:
        if test is not None:
            mask &= _mask(regions, test)
    return mask


def _mask(regions: Regions, test: UnaryTests) -> int:
    run = Run(DEFAULT)
    return regions.mask(lambda value: test.matches(value, {}, run) is True)


def _paths(node: tree.Node) -> Iterator[tuple[str, ...]]:
    """Yield the variables a construct reads, each with the longest path into it that is written out."""
    path: list[str] = []
    inner = node
    while isinstance(inner, tree.Path):
        path.append(inner.name)
        inner = inner.source
    if isinstance(inner, tree.Name):
        if not inner.built_in:
            yield (inner.name, *reversed(path))
        return
    for part in tree.children(inner if path else node):
        yield from _paths(part)


def _allowed(column: CompiledInput) -> tuple[UnaryTests, list[Any]] | None:
    """Return the column's allowed values and the constants they name; None when there are none to go by."""
    if column.listed is None:
        return None
    constants = find_constants(column.listed.text, column.listed.tree)
    return None if constants is None else (column.listed, constants)


def _kind(column: CompiledInput) -> str | None:
    declared = column.kind.kind
    kind = declared if declared.name in ANALYSED_TYPES or column.expression is None else column.expression.tree.type
    return kind.name if kind.name in ANALYSED_TYPES and kind == SIMPLE_TYPES[kind.name] else None


def _numbers(column: CompiledInput) -> Axis:
    if (column.clause.type_ref or "").rpartition(":")[2] in WHOLE_TYPES:
        return WHOLE_NUMBERS
    node = column.expression.tree if column.expression else None
    counting = isinstance(node, tree.Call) and isinstance(node.callee, tree.Name) and node.callee.name in COUNTING
    return COUNTS if counting else NUMBERS
