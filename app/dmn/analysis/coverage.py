"""Which combinations of a table's regions are hit by which rows.

Works on bit masks alone: each column is cut into numbered regions (`app/dmn/analysis/regions.py`), a row is one mask a
column. Knows no FEEL and no DMN. After Calvanese et al. 2016 (arXiv 1603.07466): rows are boxes, an overlap is an
intersection of two boxes, a gap is a point outside all of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

Box = tuple[int, ...]
"""One mask a column: bit r is set where the row's cell holds for region r."""

Point = tuple[int | None, ...]
"""One region's number a column; None where any region will do."""


class SearchBudgetError(Exception):
    """The table is too entangled to be decided within the budget; a finding says so instead of guessing."""


@dataclass
class Budget:
    """How many search states may still be looked at."""

    states: int

    def spend(self) -> None:
        """Count one state; SearchBudgetError when none is left."""
        self.states -= 1
        if self.states < 0:
            raise SearchBudgetError


def intersection(first: Box, second: Box) -> Box | None:
    """Return the box both rows hold for, or None when some column keeps them apart."""
    met = []
    for one, other in zip(first, second, strict=True):
        both = one & other
        if not both:
            return None
        met.append(both)
    return tuple(met)


def holds_within(inner: Box, outer: Box) -> bool:
    """Tell whether every point of `inner` is one of `outer`."""
    return all(not one & ~other for one, other in zip(inner, outer, strict=True))


def first_region(mask: int, preferred: int) -> int:
    """Return the lowest region of `mask`, of the `preferred` ones where there is one."""
    mask = mask & preferred or mask
    return (mask & -mask).bit_length() - 1


def uncovered_points(universe: Box, rows: Sequence[Box], budget: Budget) -> Iterator[Point]:
    """Yield points of `universe` that no row holds, at most one for each way the search can reach an empty set of rows.

    Depth-first over the columns, carrying the set of rows that still hold; two paths that leave the same rows are one.
    Raises SearchBudgetError when the budget runs out.
    """
    width = len(universe)
    hits = [_rows_by_region(universe[column], [row[column] for row in rows]) for column in range(width)]
    unbound = _unbound_from(universe, rows)
    seen: set[tuple[int, int]] = set()
    stack: list[tuple[int, int, Point]] = [(0, (1 << len(rows)) - 1, ())]
    while stack:
        column, active, path = stack.pop()
        if not active:
            yield path + (None,) * (width - column)
            continue
        if active & unbound[column] or (column, active) in seen:
            continue
        seen.add((column, active))
        budget.spend()
        branches: dict[int, int] = {}
        for region, holding in hits[column]:
            branches.setdefault(active & holding, region)
        stack.extend((column + 1, left, (*path, region)) for left, region in reversed(branches.items()))


def is_covered(box: Box, rows: Sequence[Box], budget: Budget) -> bool:
    """Tell whether the rows together hold for every point of `box`."""
    return next(uncovered_points(box, rows, budget), None) is None


def _rows_by_region(universe: int, masks: Sequence[int]) -> list[tuple[int, int]]:
    """List each region of the universe with the set of rows whose mask has it."""
    regions = [region for region in range(universe.bit_length()) if universe >> region & 1]
    return [(region, sum(1 << row for row, mask in enumerate(masks) if mask >> region & 1)) for region in regions]


def _unbound_from(universe: Box, rows: Sequence[Box]) -> list[int]:
    """Return, for each column, the rows that hold for all of the universe from there on; the last entry is all rows."""
    unbound = [(1 << len(rows)) - 1]
    for column in reversed(range(len(universe))):
        whole = sum(1 << row for row, box in enumerate(rows) if not universe[column] & ~box[column])
        unbound.append(unbound[-1] & whole)
    return list(reversed(unbound))
