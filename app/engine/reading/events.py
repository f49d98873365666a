"""Reads event definitions: what an event waits for or throws.

Owns timers, messages, signals, errors, escalations, conditions, links, compensation, cancel and terminate. Follows
`eventDefinitionRef` to definitions shared by the whole file.
"""

from __future__ import annotations

from collections.abc import Callable

from lxml import etree

from app.engine.formula import Formula
from app.engine.reading.source import BPMN, ZEEBE, Source, local_name, text_of
from app.engine.timers import TimerKind
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
    Trigger,
)

Reader = Callable[[Source, etree._Element, etree._Element], Trigger | None]


def read_triggers(source: Source, event: etree._Element) -> tuple[Trigger, ...]:
    """The event's definitions in document order, its own and those it refers to."""
    found: list[Trigger] = []
    for node in event:
        definition: etree._Element | None = node
        if node.tag == f"{BPMN}eventDefinitionRef":
            definition = source.shared.get((node.text or "").strip().split(":")[-1])
            if definition is None:
                source.refuse(event, f"Expected the event definition {node.text!r}, but the file has none")
                continue
        assert definition is not None
        reader = _READERS.get(local_name(definition))
        if reader is not None:
            trigger = reader(source, definition, event)
            if trigger is not None:
                found.append(trigger)
    return tuple(found)


def read_message(source: Source, reference: str | None, node: etree._Element) -> MessageTrigger | None:
    """The message `reference` names, with its zeebe:subscription; a problem at `node` where there is none."""
    message = source.shared.get((reference or "").split(":")[-1])
    if message is None or local_name(message) != "message":
        source.refuse(node, "Expected a message with a name, but it refers to none")
        return None
    name = source.formula(message.get("name"), node, "the message's name")
    if name is None:
        source.refuse(node, "Expected a message with a name, but it has none")
        return None
    subscription = message.find(f"{BPMN}extensionElements/{ZEEBE}subscription")
    key = subscription.get("correlationKey") if subscription is not None else None
    return MessageTrigger(name, source.formula(key, node, "the correlation key", always_feel=True), message.get("id"))


def _timer(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    for kind in TimerKind:
        text = text_of(definition.find(f"{BPMN}{kind.value}"))
        if text is not None:
            value = source.formula(text, event, f"the timer's {kind.value}")
            return TimerTrigger(kind, value) if value is not None else None
    source.refuse(event, "Expected a timer with a date, duration or cycle, but it has none")
    return None


def _message(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    if local_name(event) in ("endEvent", "intermediateThrowEvent") and not definition.get("messageRef"):
        return MessageTrigger(Formula("", None), None)  # thrown by its job: the name is only drawn
    return read_message(source, definition.get("messageRef"), event)


def _referred(
    source: Source, definition: etree._Element, event: etree._Element, attribute: str, field: str
) -> tuple[bool, Formula | None]:
    """(whether the reference is sound, the referred thing's `field`); no reference at all is sound."""
    reference = definition.get(attribute)
    if not reference:
        return True, None
    referred = source.shared.get(reference.split(":")[-1])
    if referred is None:
        source.refuse(event, f"Expected the {attribute} {reference!r} to be in the file, but it is not")
        return False, None
    return True, source.formula(referred.get(field), event, f"the {field}")


def _signal(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    sound, name = _referred(source, definition, event, "signalRef", "name")
    if name is None:
        if sound:
            source.refuse(event, "Expected a signal with a name, but it has none")
        return None
    return SignalTrigger(name)


def _error(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    sound, code = _referred(source, definition, event, "errorRef", "errorCode")
    return ErrorTrigger(code) if sound else None


def _escalation(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    sound, code = _referred(source, definition, event, "escalationRef", "escalationCode")
    return EscalationTrigger(code) if sound else None


def _conditional(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    condition = source.condition(definition, "condition", event)
    if condition is None:
        source.refuse(event, "Expected a condition, but it has none")
        return None
    node = definition.find(f"{BPMN}extensionElements/{ZEEBE}conditionalFilter")

    def words(attribute: str) -> frozenset[str]:
        text = node.get(attribute, "") if node is not None else ""
        return frozenset(word.strip() for word in text.split(",") if word.strip())

    return ConditionalTrigger(condition, words("variableNames"), words("variableEvents"))


def _link(source: Source, definition: etree._Element, event: etree._Element) -> Trigger | None:
    name = definition.get("name") or event.get("name")
    if not name:
        source.refuse(event, "Expected a link with a name, but it has none")
        return None
    return LinkTrigger(name)


def _compensation(_source: Source, definition: etree._Element, _event: etree._Element) -> Trigger:
    return CompensationTrigger(definition.get("activityRef"), definition.get("waitForCompletion", "true") != "false")


_READERS: dict[str, Reader] = {
    "timerEventDefinition": _timer,
    "messageEventDefinition": _message,
    "signalEventDefinition": _signal,
    "errorEventDefinition": _error,
    "escalationEventDefinition": _escalation,
    "conditionalEventDefinition": _conditional,
    "linkEventDefinition": _link,
    "compensateEventDefinition": _compensation,
    "cancelEventDefinition": lambda _source, _definition, _event: CancelTrigger(),
    "terminateEventDefinition": lambda _source, _definition, _event: TerminateTrigger(),
}
