"""A decision table ready to run: inputs evaluated, rules matched, outputs combined (DMN 1.5, clause 8).

Owns matching and the table's part of the trace. Matching goes by column index, and by the cells' closures where that
has no answer; the trace asks every cell, because it must say which one failed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from app.dmn.column_index import ColumnIndex
from app.dmn.errors import DmnError, Place
from app.dmn.expressions import Evaluator, coerce
from app.dmn.hit_policy import Hit, HitPolicy, PolicyError, Row
from app.dmn.item_types import ItemType
from app.dmn.model import DecisionTable, InputClause, Rule
from app.dmn.run import DmnRun
from app.dmn.trace import InputTrace, MatchTrace, MissTrace, OutputTrace, TableTrace
from app.feel import Expression, Scope, UnaryTests, to_feel, to_text

Context = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CompiledInput:
    """An input column. `expression` is None where its text is broken; `tested` masks the rules with a test in it.

    `reads_text`: it reads a variable of no known type, so ISO text there becomes the date or duration of its own type.
    """

    clause: InputClause
    place: Place
    evaluate: Evaluator
    expression: Expression | None
    kind: ItemType
    allowed: UnaryTests | None
    listed: UnaryTests | None
    index: ColumnIndex | None
    tested: int
    reads_text: bool


@dataclass(frozen=True, slots=True)
class CompiledOutput:
    """An output column: its type, and the tests of its output values where it lists them."""

    kind: ItemType
    allowed: UnaryTests | None


@dataclass(frozen=True, slots=True)
class CompiledRule:
    """A row: one test a column (None is any), one evaluator an output, and the outputs themselves where constant."""

    rule: Rule
    tests: tuple[UnaryTests | None, ...]
    outputs: tuple[Evaluator, ...]
    output_expressions: tuple[Expression | None, ...]
    constant: Row | None


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table with its parsed cells; `problems` make it evaluate to null with those errors."""

    table: DecisionTable
    place: Place
    scope: Scope
    inputs: tuple[CompiledInput, ...]
    outputs: tuple[CompiledOutput, ...]
    rules: tuple[CompiledRule, ...]
    policy: HitPolicy
    defaults: tuple[Evaluator | None, ...]
    problems: tuple[DmnError, ...]

    def evaluate(self, context: Context, run: DmnRun) -> Any:
        """Return the table's result over a context."""
        if self.problems:
            run.record(*self.problems)
            return None
        run.step(len(self.rules) >> 4)
        values = [self._input(column, context, run) for column in self.inputs]
        if not all(self._is_allowed(*pair, context, run) for pair in zip(self.inputs, values, strict=True)):
            return None
        if run.trace is not None:
            return self._evaluate_traced(values, context, run, run.trace.add)
        return self._outcome(self._matches(values, context, run), context, run)[0]

    def _input(self, column: CompiledInput, context: Context, run: DmnRun) -> Any:
        value = column.evaluate(context, run)
        if column.reads_text and isinstance(value, str):
            value = to_feel(value, column.kind.kind)
        return coerce(value, column.kind, column.place, run)

    def _is_allowed(self, column: CompiledInput, value: Any, context: Context, run: DmnRun) -> bool:
        if column.allowed is None:
            return True
        before = len(run.warnings)
        allowed = column.allowed.matches(value, context, run) is True
        run.locate(before, column.place)
        if not allowed:
            wanted = column.clause.allowed_values
            reason = f"Expected one of {wanted}, but the input is {to_text(value)}"
            run.fail("INPUT_NOT_ALLOWED", reason, column.place)
        return allowed

    def _matches(self, values: list[Any], context: Context, run: DmnRun) -> Iterator[CompiledRule]:
        """Yield the rules that match, in order, as far as they are asked for."""
        candidates = (1 << len(self.rules)) - 1
        unsure = 0
        for column, value in zip(self.inputs, values, strict=True):
            found = -1 if column.index is None else column.index.find(value)
            if found < 0:
                unsure |= column.tested
            elif column.index is not None:
                candidates &= found
                unsure |= column.index.open_rules
        while candidates:
            lowest = candidates & -candidates
            candidates ^= lowest
            rule = self.rules[lowest.bit_length() - 1]
            if not lowest & unsure or self._first_failing(rule, values, context, run) is None:
                yield rule

    def _first_failing(self, rule: CompiledRule, values: list[Any], context: Context, run: DmnRun) -> int | None:
        for number, (test, value) in enumerate(zip(rule.tests, values, strict=True)):
            if test is None:
                continue
            before = len(run.warnings)
            passed = test.matches(value, context, run) is True
            if len(run.warnings) > before:
                run.locate(before, self.place.at(row=rule.rule.number, column=self.inputs[number].clause.title))
            if not passed:
                return number
        return None

    def _outcome(self, matched: Iterator[CompiledRule], context: Context, run: DmnRun) -> tuple[Any, list[Hit]]:
        hits: list[Hit] = []
        for rule in matched:
            outputs = rule.constant
            if outputs is None:
                outputs = tuple(evaluate(context, run) for evaluate in rule.outputs)
            hits.append(Hit(rule.rule, outputs))
            if self.table.hit_policy == "FIRST" or (self.table.hit_policy == "UNIQUE" and len(hits) == 2):
                break
        if not hits:
            return self.policy.without_hits(self._default_row(context, run)), hits
        try:
            return self.policy.result(hits, run), hits
        except PolicyError as error:
            run.fail("HIT_POLICY", str(error), self.place)
            return None, hits

    def _default_row(self, context: Context, run: DmnRun) -> Row | None:
        if not any(self.defaults):
            return None
        return tuple(None if evaluate is None else evaluate(context, run) for evaluate in self.defaults)

    def _evaluate_traced(self, values: list[Any], context: Context, run: DmnRun, record: Any) -> Any:
        matched: list[CompiledRule] = []
        missed: list[MissTrace] = []
        for rule in self.rules:
            before = len(run.located)
            failing = self._first_failing(rule, values, context, run)
            if failing is None:
                matched.append(rule)
            else:
                why = run.located[-1].reason if len(run.located) > before else None
                missed.append(self._miss(rule, failing, why))
        value, hits = self._outcome(iter(matched), context, run)
        record(
            TableTrace(
                element=self.place.decision or "",
                hit_policy=self.table.hit_policy,
                inputs=tuple(
                    InputTrace(column.clause.id, column.clause.title, each)
                    for column, each in zip(self.inputs, values, strict=True)
                ),
                matched=tuple(self._match(hit) for hit in hits),
                missed=tuple(missed),
                value=value,
            )
        )
        return value

    def _miss(self, rule: CompiledRule, failing: int, why: str | None) -> MissTrace:
        clause = self.inputs[failing].clause
        cell = rule.rule.inputs[failing]
        return MissTrace(rule.rule.id, rule.rule.number, failing + 1, clause.title, cell.text, why)

    def _match(self, hit: Hit) -> MatchTrace:
        outputs = tuple(
            OutputTrace(clause.id, clause.name or clause.title, value)
            for clause, value in zip(self.table.outputs, hit.outputs, strict=True)
        )
        return MatchTrace(hit.rule.id, hit.rule.number, hit.rule.remarks, outputs)
