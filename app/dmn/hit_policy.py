"""From matched rules to a table's result: the seven hit policies and the four aggregations (DMN 1.5, 8.2.10).

Knows rule numbers and output rows; no cells and no expressions.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from app.dmn.model import Aggregation, DecisionTable, Rule
from app.feel import Run, compare, feel_equal, kind_of
from app.feel.values import add

Row = tuple[Any, ...]
"""One rule's outputs, a value a column."""

Priorities = tuple[tuple[Any, ...] | None, ...]
"""For each output column its values, best first; None where the column says none."""

_SUMMABLE = frozenset({"number", "days and time duration", "years and months duration"})
_ORDERED = _SUMMABLE | {"string", "date", "time", "date and time"}


class PolicyError(Exception):
    """The matched rules contradict the hit policy; the message names them."""


@dataclass(frozen=True, slots=True)
class Hit:
    """One matched rule and what it gives."""

    rule: Rule
    outputs: Row


class HitPolicy:
    """A table's policy; `result` is asked with the hits in rule order, never none of them."""

    def __init__(self, table: DecisionTable, priorities: Priorities) -> None:
        self.names = tuple(each.name or f"output {number}" for number, each in enumerate(table.outputs, start=1))
        self.kind = table.hit_policy
        self.aggregation = table.aggregation
        self.priorities = priorities

    def result(self, hits: Sequence[Hit], run: Run) -> Any:
        """Return what the hits come to; PolicyError where the policy forbids them."""
        if self.kind == "UNIQUE" and len(hits) > 1:
            raise PolicyError(f"Expected at most one rule to match (UNIQUE), but {_both(hits[0], hits[1])} do")
        if self.kind in ("UNIQUE", "FIRST"):
            return self.value(hits[0].outputs)
        if self.kind == "ANY":
            return self.value(_agreed(hits))
        if self.kind == "PRIORITY":
            return self.value(self.by_priority(hits)[0].outputs)
        if self.kind == "OUTPUT ORDER":
            return [self.value(hit.outputs) for hit in self.by_priority(hits)]
        if self.aggregation is not None:
            return self._aggregate(self.aggregation, [hit.outputs for hit in hits], run)
        return [self.value(hit.outputs) for hit in hits]

    def without_hits(self, defaults: Row | None) -> Any:
        """Return what no match comes to: the defaults, 0 for a count, else null."""
        if defaults is None:
            return Decimal(0) if self.aggregation == "COUNT" else None
        value = self.value(defaults)
        is_list = self.kind in ("OUTPUT ORDER", "RULE ORDER") or (self.kind == "COLLECT" and self.aggregation is None)
        return [value] if is_list else value

    def value(self, outputs: Row) -> Any:
        """Return a row as a value: the output itself when there is one column, a context when there are several."""
        return outputs[0] if len(self.names) == 1 else dict(zip(self.names, outputs, strict=True))

    def by_priority(self, hits: Sequence[Hit]) -> list[Hit]:
        """Return the hits by the order of output values, the first column weighing most; rule order breaks ties."""
        return sorted(hits, key=lambda hit: [*map(_rank, hit.outputs, self.priorities)])

    def _aggregate(self, aggregation: Aggregation, rows: list[Row], run: Run) -> Any:
        if aggregation == "COUNT":
            return Decimal(len(rows))
        columns = [[row[column] for row in rows] for column in range(len(self.names))]
        if aggregation == "SUM":
            return self.value(tuple(_sum(values, run) for values in columns))
        wanted = -1 if aggregation == "MIN" else 1
        return self.value(tuple(_extreme(values, wanted) for values in columns))


def _rank(value: Any, wanted: tuple[Any, ...] | None) -> int:
    if wanted is None:
        return 0
    return next((at for at, each in enumerate(wanted) if feel_equal(value, each) is True), len(wanted))


def _agreed(hits: Sequence[Hit]) -> Row:
    first = hits[0]
    for other in hits[1:]:
        if not all(feel_equal(a, b) is True for a, b in zip(first.outputs, other.outputs, strict=True)):
            raise PolicyError(f"Expected rules that agree (ANY), but {_both(first, other)} give different outputs")
    return first.outputs


def _sum(values: list[Any], run: Run) -> Any:
    _need_one_kind(values, _SUMMABLE)
    total = values[0]
    for value in values[1:]:
        total = add(run, total, value)
    return total


def _extreme(values: list[Any], wanted: int) -> Any:
    _need_one_kind(values, _ORDERED)
    best = values[0]
    for value in values[1:]:
        if compare(value, best) == wanted:
            best = value
    return best


def _need_one_kind(values: list[Any], allowed: frozenset[str]) -> None:
    found = {kind_of(value) for value in values}
    if len(found) > 1 or not found <= allowed:
        raise PolicyError(f"Expected outputs of one kind to aggregate, but found {', '.join(sorted(found))}")


def _both(first: Hit, second: Hit) -> str:
    return f"{_named(first.rule)} and {_named(second.rule)}"


def _named(rule: Rule) -> str:
    return f"row {rule.number} (rule {rule.id})" if rule.id else f"row {rule.number}"
