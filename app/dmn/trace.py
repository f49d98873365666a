"""What an evaluation leaves for people who ask why: decisions in order, inputs as seen, rules hit and missed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class InputTrace:
    """One input column and the value it had."""

    id: str | None
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class OutputTrace:
    """One output of a matched rule."""

    id: str | None
    name: str
    value: Any


@dataclass(frozen=True, slots=True)
class MatchTrace:
    """A rule that matched: `number` counts rows from 1."""

    id: str | None
    number: int
    annotations: tuple[str, ...]
    outputs: tuple[OutputTrace, ...]


@dataclass(frozen=True, slots=True)
class MissTrace:
    """A rule that did not match, and the first cell that failed: its column from 1, that column's title, its text.

    `reason` is given where the test was neither true nor false (null), as FEEL warned.
    """

    id: str | None
    number: int
    column: int
    title: str
    text: str
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class TableTrace:
    """One table evaluated: in the logic of which element, with which inputs and outcome."""

    element: str
    hit_policy: str
    inputs: tuple[InputTrace, ...]
    matched: tuple[MatchTrace, ...]
    missed: tuple[MissTrace, ...]
    value: Any


@dataclass(slots=True)
class DecisionTrace:
    """One decision evaluated: what it was given by the elements it requires, its tables, its value."""

    id: str
    name: str
    required: dict[str, Any]
    tables: list[TableTrace] = field(default_factory=list)
    value: Any = None


@dataclass(slots=True)
class Trace:
    """A whole evaluation: the model, and its decisions, required ones before those that need them."""

    model: str
    namespace: str
    decisions: list[DecisionTrace] = field(default_factory=list)
    _open: list[DecisionTrace] = field(default_factory=list, repr=False)

    def enter(self, decision: DecisionTrace) -> None:
        """Open a decision: tables evaluated from here on are its own."""
        self._open.append(decision)

    def leave(self, value: Any) -> None:
        """Close the decision opened last."""
        decision = self._open.pop()
        decision.value = value
        self.decisions.append(decision)

    def add(self, table: TableTrace) -> None:
        """Record a table of the open decision."""
        if self._open:
            self._open[-1].tables.append(table)
