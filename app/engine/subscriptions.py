"""What tokens wait for: timers, messages, signals, conditions; and what happens when one of them comes.

Owns opening, closing and triggering subscriptions of catching events, at boundary, in the flow, behind event-based
gateways and as starts of event sub-processes. Errors and escalations have no subscriptions: `app.engine.propagation`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING

from SpiffWorkflow import TaskState

from app.engine import evaluate
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType, Kind, Why
from app.engine.model import Element, ElementType
from app.engine.outcome import (
    ConditionalSubscriptionOpened,
    MessageSubscriptionOpened,
    SignalSubscriptionOpened,
    TimerArmed,
)
from app.engine.timers import Due, TimerError, first_due, moved, next_due
from app.engine.token import Phase, Subscription, Token
from app.engine.triggers import ConditionalTrigger, MessageTrigger, SignalTrigger, TimerTrigger

if TYPE_CHECKING:
    from app.engine.runtime import Runtime

Planned = list[tuple[Subscription, str]]  # with a message's correlation key


def plan(token: Token, events: Iterable[str]) -> Planned:
    """Evaluate what the catching elements `events` wait for; may raise StepFailure."""
    found: Planned = []
    for element_id in events:
        element = token.workflow.definition.elements[element_id]
        for index, trigger in enumerate(element.triggers):
            if isinstance(trigger, TimerTrigger):
                found.append((_plan_timer(token, element_id, index, trigger), ""))
            elif isinstance(trigger, MessageTrigger):
                name = evaluate.string(token, trigger.name)
                assert trigger.correlation_key is not None
                key = evaluate.text(token, trigger.correlation_key)
                found.append((Subscription(0, Kind.MESSAGE, element_id, index, name), key))
            elif isinstance(trigger, SignalTrigger):
                found.append(
                    (Subscription(0, Kind.SIGNAL, element_id, index, evaluate.string(token, trigger.name)), "")
                )
            elif isinstance(trigger, ConditionalTrigger):
                found.append((Subscription(0, Kind.CONDITIONAL, element_id, index), ""))
    return found


def _plan_timer(token: Token, element_id: str, index: int, trigger: TimerTrigger) -> Subscription:
    run = token.workflow
    value = evaluate.json_value(token, trigger.value)
    try:
        due = first_due(value, trigger.kind, run.now, run.ports.zone)
    except TimerError as problem:
        raise StepFailure(
            ErrorType.EXTRACT_VALUE_ERROR, f"The timer {trigger.value.text!r} of {element_id!r}: {problem}"
        ) from problem
    return Subscription(0, Kind.TIMER, element_id, index, "", due.at.isoformat(), due.remaining, due.cycle)


def open_all(token: Token, planned: Planned) -> None:
    """Give every planned subscription a key, keep it with the token and record it."""
    for subscription, correlation_key in planned:
        subscription.key = token.workflow.ports.keys.next()
        token.subscriptions.append(subscription)
        _record(token, subscription, correlation_key)


def _record(token: Token, subscription: Subscription, correlation_key: str) -> None:
    run = token.workflow
    element = run.definition.elements[subscription.element_id]
    common = (subscription.key, token.key, subscription.element_id)
    if subscription.kind is Kind.TIMER:
        due = datetime.fromisoformat(subscription.due)
        left = -1 if subscription.remaining is None else subscription.remaining - 1
        run.record.timers.append(TimerArmed(*common, due, left if _repeats(element) else 0))
    elif subscription.kind is Kind.MESSAGE:
        run.record.messages.append(
            MessageSubscriptionOpened(*common, subscription.name, correlation_key, element.interrupting)
        )
    elif subscription.kind is Kind.SIGNAL:
        run.record.signals.append(SignalSubscriptionOpened(*common, subscription.name, element.interrupting))
    else:
        trigger = element.triggers[subscription.trigger]
        assert isinstance(trigger, ConditionalTrigger)
        names, events = tuple(sorted(trigger.variable_names)), tuple(sorted(trigger.variable_events))
        run.record.conditionals.append(ConditionalSubscriptionOpened(*common, trigger.condition.text, names, events))


def close_all(token: Token) -> None:
    """Cancel everything the token waits for."""
    for subscription in token.subscriptions:
        token.workflow.close(subscription.kind, subscription.key, Why.CANCELLED)
    token.subscriptions = []


def _repeats(element: Element) -> bool:
    """Whether the event can come again while its subscription lives."""
    return not element.interrupting and element.type in (ElementType.BOUNDARY_EVENT, ElementType.START_EVENT)


def trigger(token: Token, subscription: Subscription, variables: dict[str, str]) -> None:
    """What `subscription` of `token` waited for has come, with variables (JSON texts)."""
    run = token.workflow
    element = run.definition.elements[subscription.element_id]
    if element.parallel_multiple and len(element.triggers) > 1:
        collected = _collect(token, element, subscription, variables)
        if collected is None:
            return
        variables = collected
    elif not _repeats(element) or subscription.kind is Kind.TIMER:
        token.subscriptions.remove(subscription)
        run.close(subscription.kind, subscription.key, Why.COMPLETED)
        if _repeats(element) and subscription.kind is Kind.TIMER:
            _rearm(token, subscription)
    catch(token, element, variables)


def postpone(token: Token, subscription: Subscription, at: datetime) -> None:
    """The timer `subscription` is due at another instant than when it was armed; so are those that follow it."""
    due = Due(datetime.fromisoformat(subscription.due), subscription.remaining, subscription.cycle)
    later = moved(due, at, token.workflow.ports.zone)
    subscription.due, subscription.cycle = later.at.isoformat(), later.cycle


def _rearm(token: Token, subscription: Subscription) -> None:
    run = token.workflow
    due = Due(datetime.fromisoformat(subscription.due), subscription.remaining, subscription.cycle)
    following = next_due(due, run.now, run.ports.zone)
    if following is not None:
        again = replace(
            subscription, due=following.at.isoformat(), remaining=following.remaining, cycle=following.cycle
        )
        open_all(token, [(again, "")])


def _collect(
    token: Token, element: Element, subscription: Subscription, variables: dict[str, str]
) -> dict[str, str] | None:
    """Parallel multiple: None until every trigger has come. Note `collected`: by element, what came so far."""
    run = token.workflow
    token.subscriptions.remove(subscription)
    run.close(subscription.kind, subscription.key, Why.COMPLETED)
    collected = token.notes.setdefault("collected", {})
    so_far = collected.setdefault(element.id, {})
    so_far.update(variables)
    if any(other.element_id == element.id for other in token.subscriptions):
        return None
    del collected[element.id]
    if _repeats(element):
        try:
            open_all(token, plan(token, (element.id,)))
        except StepFailure as failure:
            run.raise_incident(token, failure.error_type, failure.message)
    return dict(so_far)


def catch(token: Token, element: Element, variables: dict[str, str]) -> None:
    """The catching event `element`, for which `token` waited, has happened."""
    if not _may_catch(token, element):
        return
    if element.type is ElementType.BOUNDARY_EVENT:
        _catch_at_boundary(token, element, variables)
    elif element.type is ElementType.START_EVENT:
        _start_event_sub_process(token, element, variables)
    elif element.id == token.task_spec.element.id:
        token.workflow.finish(token, variables)
    else:
        token.note("caught", element.id)  # behind an event-based gateway
        token.note("passed_on", variables)
        token.workflow.finish(token)


def _may_catch(token: Token, element: Element) -> bool:
    """Whether the token still waits: it works, or failed to hand on its results, or is a scope about to end."""
    if token.phase == Phase.OUTPUTS:
        return element.type is ElementType.START_EVENT or token.has_state(TaskState.ERROR)
    return token.phase == Phase.ACTIVE


def _catch_at_boundary(host: Token, element: Element, variables: dict[str, str]) -> None:
    run = host.workflow
    if not element.interrupting:
        assert host.scope is not None
        run.create(run.spec_of(element.id), host.scope, result=variables)
        return
    host.note("after", {"event": element.id, "result": variables})
    run.terminate(host)


def _start_event_sub_process(scope: Token, start: Element, variables: dict[str, str]) -> None:
    run = scope.workflow
    assert start.parent is not None
    scope.phase = Phase.ACTIVE
    if not start.interrupting:
        run.create(run.spec_of(start.parent), scope, start=start.id, start_result=variables)
        return
    interrupt(scope, {"event": start.id, "result": variables})


def interrupt(scope: Token, after: dict[str, object]) -> None:
    """End everything in the scope; when it is gone, `after` follows. Note `interrupted`: what that is."""
    run = scope.workflow
    elements = run.definition.elements
    kept = [item for item in scope.subscriptions if elements[item.element_id].type is ElementType.BOUNDARY_EVENT]
    for subscription in scope.subscriptions:
        if subscription not in kept:
            run.close(subscription.kind, subscription.key, Why.CANCELLED)
    scope.subscriptions = kept
    scope.drop("arrivals")
    scope.note("interrupted", after)
    for child in scope.live_children:
        run.terminate(child)
    scope.task_spec.child_gone(scope, scope)


def follow(run: Runtime, scope: Token, after: dict[str, object]) -> None:
    """Create the event that an interruption was for, in `scope`, now that what it interrupted is gone."""
    if scope.phase == Phase.TERMINATING:
        return
    element = run.definition.elements[str(after["event"])]
    if element.type is ElementType.START_EVENT:
        assert element.parent is not None
        run.create(run.spec_of(element.parent), scope, start=element.id, start_result=after.get("result"))
    else:
        run.create(run.spec_of(element.id), scope, result=after.get("result"))


def deliver_signal(run: Runtime, name: str, variables: dict[str, str]) -> None:
    """Let every subscription of this instance to the signal `name` have it."""
    waiting = [
        (token, subscription)
        for token in run.tasks.values()
        for subscription in token.subscriptions
        if subscription.kind is Kind.SIGNAL and subscription.name == name
    ]
    for token, subscription in waiting:
        if not token.is_gone and subscription in token.subscriptions:
            trigger(token, subscription, variables)
