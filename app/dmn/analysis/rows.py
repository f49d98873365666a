"""How a table's rows lie to each other: overlaps, gaps, rows that can never be reached, rows that say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from typing import Any

from app.dmn.analysis.columns import Column
from app.dmn.analysis.coverage import (
    Box,
    Budget,
    Point,
    SearchBudgetError,
    first_region,
    holds_within,
    intersection,
    is_covered,
    uncovered_points,
)
from app.dmn.analysis.findings import Finding, Kind, Severity
from app.dmn.table import CompiledRule, CompiledTable
from app.feel import to_text

MOST_GAPS = 5
MOST_OVERLAPS = 100
SEARCH_STATES = 200_000

COMPLETE_POLICIES = ("UNIQUE", "ANY", "FIRST", "PRIORITY")
"""Policies under which an input that no row holds is worth a warning; the others list what there is, maybe nothing."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row as boxes: where it certainly holds, and where it may."""

    rule: CompiledRule
    sure: Box
    possible: Box

    @property
    def number(self) -> int:
        return self.rule.rule.number

    def says_the_same(self, other: _Row) -> bool:
        """Tell whether two rows give the same outputs, as far as texts and constants tell."""
        if self.rule.constant is not None and other.rule.constant is not None:
            return self.rule.constant == other.rule.constant
        return [cell.text for cell in self.rule.rule.outputs] == [cell.text for cell in other.rule.rule.outputs]


class RowAnalysis:
    """One table's rows against each other. `columns` must not depend on each other (`app/dmn/analysis` sees to it)."""

    def __init__(self, decision: str, table: CompiledTable, columns: list[Column]) -> None:
        self.decision = decision
        self.table = table
        self.columns = columns
        self.policy = table.table.hit_policy
        self.whole: Box = tuple((1 << len(column.regions.values)) - 1 for column in columns)
        self.universe: Box = tuple(column.universe for column in columns)
        # Null is no input a gap is shown for, but rows may meet on it; values that are not allowed are no input at all.
        self.meeting: Box = tuple(column.universe | ~column.regions.not_null for column in columns)
        self.rows = [
            _Row(
                rule,
                tuple(column.sure[at] & self.meeting[place] for place, column in enumerate(columns)),
                tuple(column.possible[at] & self.meeting[place] for place, column in enumerate(columns)),
            )
            for at, rule in enumerate(table.rules)
        ]

    def findings(self) -> Iterator[Finding]:
        """Yield what the hit policy makes worth saying."""
        yield from self._dead()
        yield from islice(self._pairs(), MOST_OVERLAPS)
        if self.policy == "FIRST":
            yield from self._within_budget(self._masked)
        if self.policy in COMPLETE_POLICIES and not any(default is not None for default in self.table.defaults):
            yield from self._within_budget(self._gaps)

    def _dead(self) -> Iterator[Finding]:
        for row in self.rows:
            empty = [column.title for column, mask in zip(self.columns, row.possible, strict=True) if not mask]
            if empty:
                text = f"Row {row.number} can never hold: no value passes {', '.join(map(repr, empty))}"
                yield self._finding("dead", "warning", text, [row], column=empty[0])

    def _pairs(self) -> Iterator[Finding]:
        for first, second in combinations(self.rows, 2):
            met = intersection(first.sure, second.sure)
            if met is not None:
                finding = self._meeting(first, second, met)
                if finding is not None:
                    yield finding

    def _meeting(self, first: _Row, second: _Row, met: Box) -> Finding | None:
        rows = f"Rows {first.number} and {second.number}"
        example = self._example(tuple(first_region(mask, free) for mask, free in zip(met, self.universe, strict=True)))
        same = first.says_the_same(second)
        told = _example_in_words(example)
        if first.sure == second.sure and same:
            severity: Severity = "error" if self.policy == "UNIQUE" else "warning"
            return self._finding("duplicate", severity, f"{rows} are the same rule", [first, second], example)
        if self.policy == "UNIQUE" or (self.policy == "ANY" and not same):
            why = "only one may" if self.policy == "UNIQUE" else "they give different outputs"
            return self._finding(
                "overlap", "error", f"{rows} both hold for {told}, but {why}", [first, second], example
            )
        if same and self.policy in ("ANY", "PRIORITY"):
            for inner, outer in ((first, second), (second, first)):
                if holds_within(inner.sure, outer.sure):
                    text = (
                        f"Row {inner.number} adds nothing: row {outer.number} holds wherever it does and says the same"
                    )
                    return self._finding("subsumed", "note", text, [inner, outer], example)
        return None

    def _masked(self) -> Iterator[Finding]:
        for at, row in enumerate(self.rows):
            if any(not mask for mask in row.possible):
                continue
            before = [earlier for earlier in self.rows[:at] if intersection(earlier.sure, row.possible)]
            if before and is_covered(row.possible, [earlier.sure for earlier in before], Budget(SEARCH_STATES)):
                numbers = ", ".join(str(earlier.number) for earlier in before)
                text = f"Row {row.number} is never reached: rows above it ({numbers}) take all its inputs"
                yield self._finding("masked", "warning", text, [row, *before])

    def _gaps(self) -> Iterator[Finding]:
        boxes = [row.possible for row in self.rows]
        for point in islice(uncovered_points(self.universe, boxes, Budget(SEARCH_STATES)), MOST_GAPS):
            example = self._example(point)
            yield self._finding("gap", "warning", f"No row holds for {_example_in_words(example)}", [], example)

    def _within_budget(self, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
        try:
            yield from look()
        except SearchBudgetError:
            text = (
                f"The table is too entangled to look at every combination; the search stopped after {SEARCH_STATES:,}"
            )
            yield self._finding("undecided", "note", text, [])

    def _example(self, point: Point) -> dict[str, Any]:
        return {
            column.title: column.regions.values[region]
            for column, region in zip(self.columns, point, strict=True)
            if region is not None and not column.unused
        }

    def _finding(
        self,
        kind: Kind,
        severity: Severity,
        text: str,
        rows: list[_Row],
        example: dict[str, Any] | None = None,
        column: str | None = None,
    ) -> Finding:
        numbers = tuple(row.number for row in rows)
        ids = tuple(row.rule.rule.id for row in rows)
        return Finding(kind, severity, self.decision, text, numbers, ids, column, example)


def _example_in_words(example: dict[str, Any]) -> str:
    told = ", ".join(f"{title} = {in_words(value)}" for title, value in example.items())
    return told or "any input"


def in_words(value: Any) -> str:
    """Return a value as FEEL writes it."""
    return f'"{value}"' if isinstance(value, str) else to_text(value)
