"""Messages that a process publishes itself (zeebe:publishMessage).

Owns evaluating what is published; publishing is the services'.
"""

from __future__ import annotations

from typing import NamedTuple

from app.engine import evaluate
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType
from app.engine.model import Element
from app.engine.outcome import MessageThrown
from app.engine.timers import TimerError, TimerKind, first_due
from app.engine.token import Token
from app.engine.triggers import MessageTrigger
from app.engine.values import encode_object

_DEFAULT_TIME_TO_LIVE = 3600.0  # seconds; a message that nobody awaits yet waits an hour


class MessagePlan(NamedTuple):
    """A message, evaluated but not yet published."""

    name: str
    correlation_key: str
    message_id: str | None
    time_to_live_seconds: float


def plan_message(token: Token, element: Element) -> MessagePlan:
    """Evaluate what `element` publishes; may raise StepFailure."""
    work = element.publish
    assert work is not None
    named = next((trigger.name for trigger in element.triggers if isinstance(trigger, MessageTrigger)), work.name)
    key = "" if work.correlation_key.text == "" else evaluate.text(token, work.correlation_key)
    seconds = _DEFAULT_TIME_TO_LIVE
    if work.time_to_live is not None:
        run = token.workflow
        value = evaluate.json_value(token, work.time_to_live)
        try:
            seconds = (first_due(value, TimerKind.DURATION, run.now, run.ports.zone).at - run.now).total_seconds()
        except TimerError as problem:
            raise StepFailure(ErrorType.EXTRACT_VALUE_ERROR, f"The message's time to live: {problem}") from problem
    return MessagePlan(
        evaluate.string(token, named), key, evaluate.optional_string(token, work.message_id), max(0.0, seconds)
    )


def publish(token: Token, plan: MessagePlan) -> None:
    """Hand the message out, with the token's local variables."""
    token.workflow.record.messages_thrown.append(
        MessageThrown(
            token.key,
            token.task_spec.element.id,
            plan.name,
            plan.correlation_key,
            plan.message_id,
            plan.time_to_live_seconds,
            encode_object(token.data),
        )
    )
