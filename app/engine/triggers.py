"""What events wait for or throw, as plain frozen records: one a kind of bpmn:…EventDefinition.

Owns the records only; `app.engine.reading.events` makes them, `app.engine.subscriptions` and the event specs run them.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.engine.formula import Formula
from app.engine.timers import TimerKind


@dataclass(frozen=True, slots=True)
class TimerTrigger:
    """A bpmn:timerEventDefinition."""

    kind: TimerKind
    value: Formula


@dataclass(frozen=True, slots=True)
class MessageTrigger:
    """A bpmn:messageEventDefinition; `correlation_key` is None at a start event of the process (and when throwing)."""

    name: Formula
    correlation_key: Formula | None
    message_id: str | None = None


@dataclass(frozen=True, slots=True)
class SignalTrigger:
    """A bpmn:signalEventDefinition."""

    name: Formula


@dataclass(frozen=True, slots=True)
class ErrorTrigger:
    """A bpmn:errorEventDefinition; a catching one without `code` catches every error."""

    code: Formula | None


@dataclass(frozen=True, slots=True)
class EscalationTrigger:
    """A bpmn:escalationEventDefinition; a catching one without `code` catches every escalation."""

    code: Formula | None


@dataclass(frozen=True, slots=True)
class ConditionalTrigger:
    """A bpmn:conditionalEventDefinition with zeebe:conditionalFilter; an empty filter lets every change through.

    `variable_events` holds "create" and/or "update".
    """

    condition: Formula
    variable_names: frozenset[str] = frozenset()
    variable_events: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class LinkTrigger:
    """A bpmn:linkEventDefinition; the catching link of the same name and scope is `target` for a throwing one."""

    name: str
    target: str | None = None


@dataclass(frozen=True, slots=True)
class CompensationTrigger:
    """A bpmn:compensateEventDefinition; without `activity` the whole scope is compensated."""

    activity: str | None = None
    wait_for_completion: bool = True


@dataclass(frozen=True, slots=True)
class CancelTrigger:
    """A bpmn:cancelEventDefinition (transactions)."""


@dataclass(frozen=True, slots=True)
class TerminateTrigger:
    """A bpmn:terminateEventDefinition."""


Trigger = (
    TimerTrigger
    | MessageTrigger
    | SignalTrigger
    | ErrorTrigger
    | EscalationTrigger
    | ConditionalTrigger
    | LinkTrigger
    | CompensationTrigger
    | CancelTrigger
    | TerminateTrigger
)
