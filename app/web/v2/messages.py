"""Messages, signals and conditions from outside."""

from __future__ import annotations

from typing import Any

from app.services.broadcast_signal import broadcast_signal
from app.services.evaluate_conditionals import evaluate_conditionals
from app.services.publish_message import Message, correlate_message, settle_message, store_message
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.v2.operation import Call, operation

MESSAGE: wire.Names = {
    "name": wire.text(required=True, shortest=1, longest=255),
    "correlationKey": wire.text(longest=255),
    "variables": wire.a_map(null=True),
    "tenantId": wire.one_of(TENANT_ID),
    "businessId": wire.text(shortest=1, longest=255),
}
PUBLICATION = wire.shape(
    "MessagePublicationRequest",
    {**MESSAGE, "timeToLive": wire.whole(least=0, most=2**40), "messageId": wire.text(longest=255)},
)
PUBLISHED = wire.result("MessagePublicationResult", {"tenantId": wire.text(), "messageKey": wire.key()})
CORRELATION = wire.shape("MessageCorrelationRequest", MESSAGE)
CORRELATED = wire.result(
    "MessageCorrelationResult",
    {"tenantId": wire.text(), "messageKey": wire.key(), "processInstanceKey": wire.key()},
)


def _message(body: dict[str, Any], **more: Any) -> Message:
    known = {"business_id": body.get("businessId"), **more}
    return Message(body["name"], body.get("correlationKey", ""), body.get("variables") or {}, **known)


def _give(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    settle_message(call.runtime, call.actor, int(answer["messageKey"]))
    return answer


@operation(
    "publish_message",
    "POST",
    "/messages/publication",
    scope="start",
    body=PUBLICATION,
    body_needed=True,
    result=PUBLISHED,
    creates=True,
    finish=_give,
)
def publish(call: Call) -> dict[str, Any]:
    """Publish a message; it is kept for `timeToLive` ms, and reaches each process once."""
    body = call.body
    seconds = body.get("timeToLive", 0) / 1000
    message = _message(body, time_to_live_seconds=seconds, message_id=body.get("messageId") or None)
    return {"tenantId": TENANT_ID, "messageKey": str(call.perform(store_message, call.actor, message))}


@operation(
    "correlate_message",
    "POST",
    "/messages/correlation",
    scope="start",
    body=CORRELATION,
    body_needed=True,
    result=CORRELATED,
)
def correlate(call: Call) -> dict[str, Any]:
    """Give a message to what waits for it now; 404 when nothing does."""
    reached = correlate_message(call.runtime, call.actor, _message(call.body))
    return {
        "tenantId": TENANT_ID,
        "messageKey": str(reached.key),
        "processInstanceKey": str(reached.instances[0]),
    }


SIGNAL = wire.shape(
    "SignalBroadcastRequest",
    {
        "signalName": wire.text(required=True, shortest=1),
        "variables": wire.a_map(null=True),
        "tenantId": wire.one_of(TENANT_ID),
    },
)
BROADCAST = wire.result("SignalBroadcastResult", {"tenantId": wire.text(), "signalKey": wire.key()})


@operation(
    "broadcast_signal",
    "POST",
    "/signals/broadcast",
    scope="operate",
    body=SIGNAL,
    body_needed=True,
    result=BROADCAST,
    creates=True,
)
def broadcast(call: Call) -> dict[str, Any]:
    """Give a signal to everything that waits for it now."""
    key = call.perform(broadcast_signal, call.actor, call.body["signalName"], call.body.get("variables") or {})
    return {"tenantId": TENANT_ID, "signalKey": str(key)}


CONDITIONALS = wire.shape(
    "ConditionalEvaluationInstruction",
    {"variables": wire.a_map(required=True), "tenantId": wire.one_of(TENANT_ID), "processDefinitionKey": wire.key()},
)
STARTED = wire.result(
    "ProcessInstanceReference", {"processDefinitionKey": wire.key(), "processInstanceKey": wire.key()}
)
EVALUATED = wire.result(
    "EvaluateConditionalResult",
    {"conditionalEvaluationKey": wire.key(), "tenantId": wire.text(), "processInstances": wire.many(STARTED)},
)


@operation(
    "evaluate_conditionals",
    "POST",
    "/conditionals/evaluation",
    scope="start",
    body=CONDITIONALS,
    body_needed=True,
    result=EVALUATED,
    creates=True,
)
def evaluate(call: Call) -> dict[str, Any]:
    """Start the processes whose conditional start events hold for the variables."""
    wanted = call.body.get("processDefinitionKey")
    started = call.perform(evaluate_conditionals, call.actor, call.body["variables"], wanted)
    return {
        "conditionalEvaluationKey": str(call.runtime.keys.next()),
        "tenantId": TENANT_ID,
        "processInstances": [
            {"processDefinitionKey": str(definition), "processInstanceKey": str(key)} for definition, key in started
        ],
    }
