"""Checks of what events need where they stand: readable timers, codes to throw, starts that can be told apart."""

from __future__ import annotations

from collections import Counter

from app.engine.model import Element, ElementType
from app.engine.reading.scopes import Scopes
from app.engine.reading.source import BPMN, Source
from app.engine.reading.structure import begins_alone
from app.engine.timers import TimerError, TimerKind, check_timer
from app.engine.triggers import (
    CancelTrigger,
    ErrorTrigger,
    EscalationTrigger,
    MessageTrigger,
    SignalTrigger,
    TimerTrigger,
    Trigger,
)

_THROWS = (ElementType.INTERMEDIATE_THROW_EVENT, ElementType.END_EVENT)


def check_events(source: Source, scopes: Scopes, process: Element) -> None:
    """Refuse triggers that cannot work in their place, and two starts of a process that wait for the same."""
    for element in scopes.elements.values():
        for trigger in element.triggers:
            if isinstance(trigger, TimerTrigger):
                _check_timer(source, scopes, element, trigger)
            else:
                _check_trigger(source, scopes, element, trigger)
    _check_starts(source, scopes, process)
    for element in (process, *scopes.elements.values()):
        _check_rivals(source, scopes, [scopes.elements[name] for name in element.boundary_events])
        inside = [
            scopes.elements[child] for name in element.event_sub_processes for child in scopes.elements[name].children
        ]
        _check_rivals(source, scopes, [event for event in inside if event.type is ElementType.START_EVENT])


def _check_rivals(source: Source, scopes: Scopes, events: list[Element]) -> None:
    """Of two events that catch the same in one place, and one only gets it, the second would never be reached."""
    seen: set[tuple[str, ...]] = set()
    for event in events:
        for trigger in event.triggers:
            caught: tuple[str, ...] = ()
            if isinstance(trigger, (ErrorTrigger, EscalationTrigger)):
                caught = (f"the code {trigger.code.text!r}" if trigger.code else "every code", type(trigger).__name__)
            elif isinstance(trigger, MessageTrigger) and trigger.correlation_key and not event.parallel_multiple:
                caught = (f"the message {trigger.name.text!r}", trigger.correlation_key.text)
            if caught in seen:
                source.refuse(scopes.nodes[event.id], f"Expected one event here for {caught[0]}, but there are several")
            if caught:
                seen.add(caught)


def _check_timer(source: Source, scopes: Scopes, element: Element, trigger: TimerTrigger) -> None:
    node = scopes.nodes[element.id]
    for definition in node.iterchildren(f"{BPMN}timerEventDefinition"):
        kinds = [kind for kind in TimerKind if definition.find(f"{BPMN}{kind}") is not None]
        if len(kinds) > 1:
            source.refuse(
                node, f"Expected one of timeDate, timeDuration and timeCycle, but it has {' and '.join(kinds)}"
            )
    if trigger.value.is_static:
        try:
            check_timer(trigger.value.text, trigger.kind)
        except TimerError as problem:
            source.refuse(node, str(problem))


def _check_trigger(source: Source, scopes: Scopes, element: Element, trigger: Trigger) -> None:
    node = scopes.nodes[element.id]
    parent = scopes.elements.get(element.parent or "")
    in_transaction = parent is not None and parent.tag == "transaction"
    receives = (
        element.type is ElementType.RECEIVE_TASK and not element.instantiate and not begins_alone(scopes, element)
    )
    if isinstance(trigger, EscalationTrigger) and element.type in _THROWS and trigger.code is None:
        source.refuse(node, "Expected the escalation to have a code, but it has none")
    elif isinstance(trigger, ErrorTrigger) and element.type is ElementType.START_EVENT and not element.interrupting:
        source.refuse(node, "Expected an error to interrupt, but the start event is marked as not interrupting")
    elif isinstance(trigger, CancelTrigger) and element.type is ElementType.END_EVENT and not in_transaction:
        source.refuse(node, "Expected a transaction around a cancel end event, but there is none")
    elif isinstance(trigger, MessageTrigger) and receives and trigger.correlation_key is None:
        source.refuse(node, "Expected the message to have a correlation key, but it has none")


def _check_starts(source: Source, scopes: Scopes, process: Element) -> None:
    names: Counter[tuple[str, str]] = Counter()
    for element in (scopes.elements[child] for child in process.children):
        if element.type is ElementType.START_EVENT:
            names.update(
                (type(trigger).__name__.removesuffix("Trigger").lower(), trigger.name.text)
                for trigger in element.triggers
                if isinstance(trigger, (MessageTrigger, SignalTrigger))
            )
    for (kind, name), count in names.items():
        if count > 1:
            problem = f"Expected one start event for the {kind} {name!r}, but {count} wait for it"
            source.refuse(source.root.find(f".//*[@id='{process.id}']"), problem)
