"""Checks an event table against the catalogue before it may be deployed: every problem, with its row and column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from app.dmn import DmnError, Model, Place
from app.dmn.model import Decision, DecisionTable, OutputClause, Rule
from app.domain.automation.actions import ACTIONS, PARAMETERS, Action, parameter_problems
from app.domain.automation.events import TABLES
from app.feel import FeelError, compile_expression, to_json

EMPTY = ("", "-", "null")


class _Unknown:
    """A cell whose value is only known when it is evaluated."""


UNKNOWN = _Unknown()


def check_event_table(model: Model) -> list[DmnError]:
    """Return the problems of a file's event tables; none for other tables.

    A table is one if its decision's id is in TABLES. It must be COLLECT without aggregation, with an output `action`
    that names one of the catalogue's in every row, and the action's parameters in columns of their names. Formulas in
    parameter cells are looked at when they are evaluated.
    """
    return [problem for decision in model.decisions if decision.id in TABLES for problem in _problems(model, decision)]


def _problems(model: Model, decision: Decision) -> Iterator[DmnError]:
    place = Place(model.definitions.file, decision.id)
    table = decision.expression
    if not isinstance(table, DecisionTable) or table.hit_policy != "COLLECT" or table.aggregation is not None:
        yield DmnError("Expected an event table to be a COLLECT table without aggregation, but it is not", place)
        return
    names = [clause.name for clause in table.outputs]
    if "action" not in names:
        yield DmnError("Expected an event table to have an output 'action', but it has none", place)
        return
    for clause in table.outputs:
        if clause.name != "action" and clause.name not in PARAMETERS:
            message = f"Expected outputs to be parameters of the catalogue, but {clause.name!r} is none"
            yield DmnError(message, place.at(column=clause.title))
    for rule in table.rules:
        yield from _row_problems(table.outputs, rule, place.at(row=rule.number))


def _row_problems(outputs: Sequence[OutputClause], rule: Rule, place: Place) -> Iterator[DmnError]:
    titles = {clause.name or "": clause.title for clause in outputs}
    cells = {clause.name or "": _value(cell.text) for clause, cell in zip(outputs, rule.outputs, strict=True)}
    action = _action(cells.pop("action"))
    if action is None:
        message = f"Expected an action among {', '.join(ACTIONS)}, written as a text, but there is another or none"
        yield DmnError(message, place.at(column=titles["action"]))
        return
    given = {name: value for name, value in cells.items() if value is not None and name in PARAMETERS}
    formulas = {name for name, value in given.items() if value is UNKNOWN}
    for name, message in parameter_problems(action, given):
        if name not in formulas or name not in action.parameters:
            yield DmnError(message, place.at(column=titles.get(name, titles["action"])))


def _action(value: Any) -> Action | None:
    return ACTIONS.get(value) if isinstance(value, str) else None


def _value(text: str) -> Any:
    """A literal cell's value, None for an empty one, UNKNOWN for a formula that needs its inputs."""
    if text.strip() in EMPTY:
        return None
    try:
        expression = compile_expression(text)
    except FeelError:
        return UNKNOWN  # the reader has refused the table for it already
    return UNKNOWN if expression.free_names else to_json(expression.evaluate({}).value)
