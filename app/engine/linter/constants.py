"""Checks of FEEL expressions without variables: what they give is known at deployment, and so is that it will not do.

Only a value of the wrong kind is refused. Null is left to the instance: it may come of a function not known here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from app.engine.formula import Formula
from app.engine.functions import ENGINE_FUNCTIONS
from app.engine.model import Element
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import Source
from app.engine.specs.loops import MOST_ITERATIONS
from app.engine.timers import TimerError, TimerKind, first_due
from app.engine.triggers import ConditionalTrigger, MessageTrigger, SignalTrigger, TimerTrigger
from app.engine.work import MultiInstanceLoop, StandardLoop
from app.feel import Environment, FeelError, Run, to_text

Fits = Callable[[Any], bool]
Wanted = tuple[Formula | None, str, Fits]
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)


def check_constants(source: Source, scopes: Scopes) -> None:
    """Refuse expressions that can only give a value of the wrong kind."""
    for flow in scopes.flows.values():
        _check(source, scopes, flow.id, (flow.condition, "true or false", _is_boolean))
    for element in scopes.elements.values():
        for wanted in (*_of_work(element), *_of_user_task(element), *_of_loops(element), *_of_triggers(element)):
            _check(source, scopes, element.id, wanted)


def _check(source: Source, scopes: Scopes, element_id: str, wanted: Wanted) -> None:
    formula, kind, fits = wanted
    if formula is None or formula.expression is None or formula.expression.free_names:
        return
    try:
        value = formula.expression.value({}, Run(Environment(functions=ENGINE_FUNCTIONS)))
    except FeelError as problem:
        source.refuse(scopes.nodes[element_id], f"Expected {formula.text!r} to be evaluated, but {problem}")
        return
    if value is not None and not fits(value):
        message = f"Expected the result of {formula.text!r} to be {kind}, but it is {to_text(value)}"
        source.refuse(scopes.nodes[element_id], message)


def _of_work(element: Element) -> Iterator[Wanted]:
    if element.job:
        yield element.job.type, "a string", _is_string
    if element.decision:
        yield element.decision.decision_id, "a string", _is_string
    if element.call:
        yield element.call.process_id, "a string", _is_string


def _of_user_task(element: Element) -> Iterator[Wanted]:
    if element.user_task:
        yield element.user_task.assignee, "a string", _is_string
        yield element.user_task.candidate_groups, "a list of strings", _is_list_of_strings
        yield element.user_task.candidate_users, "a list of strings", _is_list_of_strings
        yield element.user_task.priority, "a whole number from 0 to 100", _is_priority
        yield element.user_task.due_date, "a date and time", _is_due(TimerKind.DATE)
        yield element.user_task.follow_up_date, "a date and time", _is_due(TimerKind.DATE)


def _of_loops(element: Element) -> Iterator[Wanted]:
    if isinstance(element.loop, MultiInstanceLoop):
        yield element.loop.input_collection, "a list", _is_list
        yield element.loop.cardinality, f"a whole number from 0 to {MOST_ITERATIONS}", _is_count
        yield element.loop.completion_condition, "true or false", _is_boolean
    if isinstance(element.loop, StandardLoop):
        yield element.loop.condition, "true or false", _is_boolean
    if element.ad_hoc:
        yield element.ad_hoc.active_elements, "a list of strings", _is_list_of_strings
        yield element.ad_hoc.completion_condition, "true or false", _is_boolean
    yield element.activation_condition, "true or false", _is_boolean


_TIMERS = {TimerKind.DATE: "a date and time", TimerKind.DURATION: "a duration", TimerKind.CYCLE: "a cycle"}


def _of_triggers(element: Element) -> Iterator[Wanted]:
    for trigger in element.triggers:
        if isinstance(trigger, TimerTrigger):
            yield trigger.value, _TIMERS[trigger.kind], _is_due(trigger.kind)
        elif isinstance(trigger, MessageTrigger):
            yield trigger.name, "a string", _is_string
            yield trigger.correlation_key, "a string or a number", _is_key
        elif isinstance(trigger, SignalTrigger):
            yield trigger.name, "a string", _is_string
        elif isinstance(trigger, ConditionalTrigger):
            yield trigger.condition, "true or false", _is_boolean


def _is_boolean(value: Any) -> bool:
    return isinstance(value, bool)


def _is_string(value: Any) -> bool:
    return isinstance(value, str) and value != ""


def _is_key(value: Any) -> bool:
    return _is_string(value) or isinstance(value, Decimal)


def _is_list(value: Any) -> bool:
    return isinstance(value, list)


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(item, str) for item in value)


def _is_count(value: Any) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value() and 0 <= value <= MOST_ITERATIONS


def _is_priority(value: Any) -> bool:
    return isinstance(value, Decimal) and value == value.to_integral_value() and 0 <= value <= 100


def _is_due(kind: TimerKind) -> Fits:
    def fits(value: Any) -> bool:
        try:
            first_due(value, kind, _SOME_DAY, UTC)
        except TimerError:
            return False
        return True

    return fits
