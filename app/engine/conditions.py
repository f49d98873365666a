"""Conditional events: evaluated when they are armed, and again when a variable they use changes in what they see.

Owns which change concerns which condition (Camunda 8.9: one evaluation for all the changes of one step, scopes from the
outside in, stopping where something was interrupted). A condition that is not true, or cannot be evaluated, waits on.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from app.engine import evaluate, subscriptions
from app.engine.failure import StepFailure
from app.engine.kinds import Kind
from app.engine.token import Phase, Subscription, Token
from app.engine.triggers import ConditionalTrigger
from app.engine.variables import holder_of

if TYPE_CHECKING:
    from app.engine.runtime import Runtime

Change = tuple[Token, str, bool]


def consider_new(token: Token, events: Sequence[str] | None = None) -> None:
    """Evaluate the conditions the token has just begun to wait for: all of its own, or those of `events`."""
    for subscription in _conditionals(token):
        if events is None or subscription.element_id in events:
            _try(token, subscription)


def consider(run: Runtime, changes: list[Change]) -> None:
    """Evaluate every condition that one of the changes concerns, once."""
    if not run.spec.has_conditions or run.ended is not None:
        return
    for token in _outside_in(run.task_tree):
        for subscription in _conditionals(token):
            if any(_concerns(token, subscription, change) for change in changes):
                _try(token, subscription)


def _outside_in(root: Token) -> list[Token]:
    found = [root]
    for token in found:
        found += token.live_children
    return found


def _conditionals(token: Token) -> list[Subscription]:
    return [item for item in token.subscriptions if item.kind is Kind.CONDITIONAL]


def _trigger_of(token: Token, subscription: Subscription) -> ConditionalTrigger:
    trigger = token.workflow.definition.elements[subscription.element_id].triggers[subscription.trigger]
    assert isinstance(trigger, ConditionalTrigger)
    return trigger


def _concerns(token: Token, subscription: Subscription, change: Change) -> bool:
    holder, name, created = change
    trigger = _trigger_of(token, subscription)
    expression = trigger.condition.expression
    names = trigger.variable_names or (expression.free_names if expression else frozenset())
    if name not in names:
        return False
    if trigger.variable_events and ("create" if created else "update") not in trigger.variable_events:
        return False
    return not token.is_gone and holder_of(token, name) is holder


def _try(token: Token, subscription: Subscription) -> None:
    if token.is_gone or token.phase == Phase.TERMINATING or subscription not in token.subscriptions:
        return
    try:
        holds = evaluate.boolean(token, _trigger_of(token, subscription).condition)
    except StepFailure:
        return
    if holds:
        subscriptions.trigger(token, subscription, {})
