"""Runs scenarios against a model, and counts which rules of which tables they hit."""

from __future__ import annotations

import json
from dataclasses import dataclass

from app.clock import Clock
from app.dmn.loading import Model
from app.dmn.model import Decision, DecisionTable
from app.dmn.run import Evaluation
from app.dmn.table_tests.suite import Scenario, Suite
from app.dmn.trace import TableTrace
from app.feel import Calendars, Value, feel_equal, to_json


@dataclass(frozen=True, slots=True)
class ScenarioResult:
    """What one scenario gave. `problem` says in a sentence why it failed; None where it passed.

    `matched` holds the rules of the asked decision's own table, by id, or by number where a rule has none.
    """

    scenario: Scenario
    value: Value
    matched: tuple[str, ...]
    problem: str | None


@dataclass(frozen=True, slots=True)
class RuleCoverage:
    """How often each rule of a decision's table was hit, in row order; `missed` are the row numbers never hit."""

    decision: str
    hits: tuple[int, ...]

    @property
    def missed(self) -> tuple[int, ...]:
        """The row numbers that no scenario hit."""
        return tuple(number for number, count in enumerate(self.hits, start=1) if not count)


@dataclass(frozen=True, slots=True)
class SuiteReport:
    """All results of a suite, and the coverage of every table that took part."""

    suite: Suite
    results: tuple[ScenarioResult, ...]
    coverage: tuple[RuleCoverage, ...]

    @property
    def failed(self) -> tuple[ScenarioResult, ...]:
        """The results that are not as promised."""
        return tuple(result for result in self.results if result.problem is not None)


def run_suite(model: Model, suite: Suite, *, clock: Clock, calendars: Calendars | None = None) -> SuiteReport:
    """Evaluate every scenario; an error of the model is a failed scenario, not the end of the run.

    Raises UnknownDecisionError when the model has no such decision.
    """
    sizes = {
        element.name: len(element.expression.rules)
        for element in model.definitions.elements.values()
        if isinstance(element, Decision) and isinstance(element.expression, DecisionTable)
    }
    hits: dict[str, list[int]] = {}
    results: list[ScenarioResult] = []
    for scenario in suite.scenarios:
        evaluation = model.evaluate(suite.decision, scenario.inputs, clock=clock, calendars=calendars, trace=True)
        tables = _tables(evaluation)
        for table in tables:
            if table.element in sizes:
                counts = hits.setdefault(table.element, [0] * sizes[table.element])
                for match in table.matched:
                    counts[match.number - 1] += 1
        results.append(_judge(scenario, evaluation))
    coverage = tuple(RuleCoverage(name, tuple(counts)) for name, counts in hits.items())
    return SuiteReport(suite, tuple(results), coverage)


def _tables(evaluation: Evaluation) -> list[TableTrace]:
    return [table for decision in evaluation.trace.decisions for table in decision.tables] if evaluation.trace else []


def _judge(scenario: Scenario, evaluation: Evaluation) -> ScenarioResult:
    asked = evaluation.trace.decisions[-1].tables if evaluation.trace and evaluation.trace.decisions else []
    rules = [(match.id, str(match.number)) for table in asked for match in table.matched]
    matched = tuple(id_ or number for id_, number in rules)
    problem = None
    if evaluation.errors:
        problem = str(evaluation.errors[0])
    elif not _same(evaluation.value, scenario.expect):
        because = f" ({evaluation.warnings[0].reason})" if evaluation.warnings else ""
        problem = f"Expected {_written(scenario.expect)}, but got {_written(evaluation.value)}{because}"
    elif scenario.rules is not None and not _named(scenario.rules, rules):
        problem = f"Expected the rules {', '.join(scenario.rules)}, but {', '.join(matched) or 'none'} matched"
    return ScenarioResult(scenario, evaluation.value, matched, problem)


def _written(value: Value) -> str:
    return json.dumps(to_json(value), ensure_ascii=False, default=str)


def _same(value: Value, expected: Value) -> bool:
    return value is None if expected is None else feel_equal(value, expected) is True


def _named(wanted: tuple[str, ...], rules: list[tuple[str | None, str]]) -> bool:
    return len(wanted) == len(rules) and all(name in rule for name, rule in zip(wanted, rules, strict=True))
