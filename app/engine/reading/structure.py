"""What a process must have to run at all: starts, triggers that fit their place, targets of event gateways.

Owns these checks only; they leave problems at the source, in words.
"""

from __future__ import annotations

from app.engine.model import Element, ElementType
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import Source
from app.engine.triggers import (
    CancelTrigger,
    CompensationTrigger,
    ConditionalTrigger,
    ErrorTrigger,
    EscalationTrigger,
    LinkTrigger,
    MessageTrigger,
    SignalTrigger,
    TerminateTrigger,
    TimerTrigger,
)

_WAITING = (TimerTrigger, MessageTrigger, SignalTrigger, ConditionalTrigger)
_ALLOWED: dict[str, tuple[type, ...]] = {
    "process start": _WAITING,
    "event sub-process start": (*_WAITING, ErrorTrigger, EscalationTrigger, CompensationTrigger),
    "boundary": (*_WAITING, ErrorTrigger, EscalationTrigger, CompensationTrigger, CancelTrigger),
    "catch": (*_WAITING, LinkTrigger),
    "throw": (MessageTrigger, SignalTrigger, EscalationTrigger, CompensationTrigger, LinkTrigger),
    "end": (
        MessageTrigger, SignalTrigger, ErrorTrigger, EscalationTrigger, CompensationTrigger, CancelTrigger,
        TerminateTrigger,
    ),
}  # fmt: skip


def check_structure(source: Source, scopes: Scopes, process: Element) -> None:
    """Leave a problem for everything that cannot run."""
    _check_process_starts(source, scopes, process)
    for element in scopes.elements.values():
        if element.type in (ElementType.SUB_PROCESS, ElementType.EVENT_SUB_PROCESS):
            _check_sub_process_start(source, scopes, element)
        if element.type is ElementType.EVENT_BASED_GATEWAY:
            _check_event_gateway(source, scopes, element)
        if element.tag.endswith("Event"):
            _check_event(source, scopes, element)
        if element.type is ElementType.RECEIVE_TASK and not element.instantiate and not begins_alone(scopes, element):
            _check_receive(source, scopes, element)


def _starts_in(scopes: Scopes, scope: Element) -> list[Element]:
    return [scopes.elements[key] for key in scope.children if scopes.elements[key].type is ElementType.START_EVENT]


def _check_process_starts(source: Source, scopes: Scopes, process: Element) -> None:
    starts = _starts_in(scopes, process)
    instantiating = any(scopes.elements[key].instantiate for key in process.children)
    if not starts and not instantiating:
        source.refuse(source.root.find(f".//*[@id='{process.id}']"), "Expected a start event, but the process has none")
    for start in starts:
        _check_any_trigger(source, scopes, start)
    if sum(not start.triggers for start in starts) > 1:
        for start in starts:
            if not start.triggers:
                source.refuse(scopes.nodes[start.id], "Expected at most one none start event, but there are several")


def _check_any_trigger(source: Source, scopes: Scopes, event: Element) -> None:
    """What starts a process has no instance that could remember which of its triggers have come."""
    if event.parallel_multiple and len(event.triggers) > 1:
        source.refuse(
            scopes.nodes[event.id], "Expected any of its triggers to start the process, but it waits for all of them"
        )


def _check_sub_process_start(source: Source, scopes: Scopes, scope: Element) -> None:
    starts = _starts_in(scopes, scope)
    node = scopes.nodes[scope.id]
    event = scope.type is ElementType.EVENT_SUB_PROCESS
    if len(starts) != 1:
        source.refuse(node, f"Expected exactly one start event inside, but there are {len(starts)}")
    elif event and not starts[0].triggers:
        source.refuse(node, "Expected its start event to wait for something, but it is a none start event")
    elif not event and starts[0].triggers:
        source.refuse(node, "Expected a none start event inside, but it waits for something")


def _check_event_gateway(source: Source, scopes: Scopes, gateway: Element) -> None:
    node = scopes.nodes[gateway.id]
    is_parallel = gateway.event_gateway_type == "Parallel"
    if is_parallel and not gateway.instantiate:
        source.refuse(node, "Expected a parallel event-based gateway to start the process, but it does not")
    if not gateway.outgoing:
        source.refuse(node, "Expected flows to catching events, but there are none")
    for flow in gateway.outgoing:
        target = scopes.elements[scopes.flows[flow].target]
        if gateway.instantiate:
            _check_any_trigger(source, scopes, target)
        catching = target.type is ElementType.INTERMEDIATE_CATCH_EVENT and all(
            isinstance(trigger, _WAITING) for trigger in target.triggers
        )
        if is_parallel:
            _check_receive(source, scopes, target)
        if not catching and target.type is not ElementType.RECEIVE_TASK:
            source.refuse(node, f"Expected every flow to lead to a catching event, but {target.id!r} is a {target.tag}")


def _check_receive(source: Source, scopes: Scopes, task: Element) -> None:
    for trigger in task.triggers:
        if isinstance(trigger, MessageTrigger) and trigger.correlation_key is None:
            source.refuse(scopes.nodes[task.id], "Expected the message to have a correlation key, but it has none")


def begins_alone(scopes: Scopes, event: Element) -> bool:
    """Whether the event is only ever what starts the process, behind an event-based gateway: nothing waits for it."""
    gateways = [scopes.elements[scopes.flows[flow].source] for flow in event.incoming]
    return bool(gateways) and all(one.instantiate and one.event_gateway_type != "Parallel" for one in gateways)


def _place(scopes: Scopes, event: Element) -> str:
    if event.type is ElementType.START_EVENT:
        parent = scopes.elements.get(event.parent or "")
        if parent is None:
            return "process start"
        return "event sub-process start" if parent.type is ElementType.EVENT_SUB_PROCESS else "sub-process start"
    return {
        ElementType.BOUNDARY_EVENT: "boundary",
        ElementType.INTERMEDIATE_CATCH_EVENT: "catch",
        ElementType.INTERMEDIATE_THROW_EVENT: "throw",
    }.get(event.type, "end")


def _check_event(source: Source, scopes: Scopes, event: Element) -> None:
    node, place = scopes.nodes[event.id], _place(scopes, event)
    allowed = _ALLOWED.get(place, ())
    for trigger in event.triggers:
        kind = type(trigger).__name__.removesuffix("Trigger").lower()
        if not isinstance(trigger, allowed):
            source.refuse(node, f"Expected a trigger that can stand at a {place} event, but it is {kind}")
        elif (
            isinstance(trigger, MessageTrigger)
            and trigger.correlation_key is None
            and place in _CORRELATED
            and not begins_alone(scopes, event)
        ):
            source.refuse(node, "Expected the message to have a correlation key, but it has none")
        elif isinstance(trigger, ErrorTrigger) and place in ("end",) and trigger.code is None:
            source.refuse(node, "Expected the error to have a code, but it has none")
    if place in ("boundary", "catch") and not event.triggers:
        source.refuse(node, f"Expected the {place} event to wait for something, but it does not")
    if place == "boundary":
        _check_boundary(source, scopes, event)
    if place == "end" and any(isinstance(trigger, CancelTrigger) for trigger in event.triggers):
        _check_cancel(source, scopes, event)


_CORRELATED = ("event sub-process start", "boundary", "catch")


def _check_boundary(source: Source, scopes: Scopes, event: Element) -> None:
    host = scopes.elements.get(event.attached_to or "")
    for trigger in event.triggers:
        if isinstance(trigger, CancelTrigger) and (host is None or host.tag != "transaction"):
            source.refuse(scopes.nodes[event.id], "Expected a cancel boundary event at a transaction, but it is not")
        if isinstance(trigger, ErrorTrigger | CancelTrigger) and not event.interrupting:
            source.refuse(scopes.nodes[event.id], "Expected an interrupting event, but errors cannot go on beside it")


def _check_cancel(source: Source, scopes: Scopes, event: Element) -> None:
    host = scopes.elements.get(event.parent or "")
    if host is None or host.tag != "transaction":
        source.refuse(scopes.nodes[event.id], "Expected a cancel end event to stand in a transaction, but it does not")
    elif not any(
        isinstance(trigger, CancelTrigger) for key in host.boundary_events for trigger in scopes.elements[key].triggers
    ):
        source.refuse(scopes.nodes[host.id], "Expected a cancel boundary event at the transaction, but there is none")
