"""The stock client moves processes by messages, signals and time."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import NotFoundError
from camunda_orchestration_sdk.models import (
    ClockPinRequest,
    CorrelatedMessageSubscriptionSearchQuery,
    ElementInstanceWaitStateQuery,
    MessageCorrelationRequest,
    MessagePublicationRequest,
    MessageSubscriptionSearchQuery,
    ProcessInstanceSearchQuery,
    SignalBroadcastRequest,
)

from tests.conformance.drawing import boundary, catch, draw, message, process, signal, timer, user_task
from tests.conformance.drawing import start as begin
from tests.conformance.v2.conftest import deploy, eventually, start, state, tasks

WAITING = draw(process(catch("wait", message("paid", "=order")), ident="waiting", flows="s -> wait -> e"))


def test_a_message_reaches_the_instance_with_its_correlation_key(client: CamundaClient) -> None:
    deploy(client, "waiting.bpmn", WAITING)
    order = uuid.uuid4().hex
    key = start(client, "waiting", {"order": order}).process_instance_key
    wanted = {"filter": {"processInstanceKey": key, "messageSubscriptionState": "CREATED"}}
    (open_,) = client.search_message_subscriptions(data=MessageSubscriptionSearchQuery.from_dict(wanted)).items
    assert (open_.message_name, open_.correlation_key, open_.element_id) == ("paid", order, "wait")
    body = {"name": "paid", "correlationKey": order, "variables": {"amount": 3}}
    reached = client.correlate_message(data=MessageCorrelationRequest.from_dict(body))
    assert reached.process_instance_key == key
    assert state(client, key) == "COMPLETED"
    query = CorrelatedMessageSubscriptionSearchQuery.from_dict({"filter": {"messageKey": reached.message_key}})
    assert client.search_correlated_message_subscriptions(data=query).items[0].process_instance_key == key


def test_a_message_that_came_first_waits_for_its_instance(client: CamundaClient) -> None:
    deploy(client, "waiting.bpmn", WAITING)
    order = uuid.uuid4().hex
    body = {"name": "paid", "correlationKey": order, "timeToLive": 60_000}
    client.publish_message(data=MessagePublicationRequest.from_dict(body))
    key = start(client, "waiting", {"order": order}).process_instance_key
    assert state(client, key) == "COMPLETED"


def test_a_message_nothing_waits_for_is_not_correlated(client: CamundaClient) -> None:
    with pytest.raises(NotFoundError):
        client.correlate_message(data=MessageCorrelationRequest(name="nobody waits", correlation_key="x"))


def test_a_signal_reaches_instances_and_starts_processes(client: CamundaClient) -> None:
    name = f"alarm_{uuid.uuid4().hex[:8]}"
    catching = process(catch("wait", signal(name)), ident=f"catching_{name}", flows="s -> wait -> e")
    starting = process(begin("s", signal(name)), ident=f"starting_{name}", flows="s -> a -> e")
    deploy(client, f"catching_{name}.bpmn", draw(catching))
    deploy(client, f"starting_{name}.bpmn", draw(starting))
    key = start(client, f"catching_{name}").process_instance_key
    client.broadcast_signal(data=SignalBroadcastRequest(signal_name=name))
    assert state(client, key) == "COMPLETED"
    started = {"filter": {"processDefinitionId": f"starting_{name}"}}
    assert client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(started)).page.total_items == 1


def test_a_pinned_clock_fires_the_timers_it_passes(client: CamundaClient) -> None:
    late = boundary("late", "work", timer("P30D"), interrupting=False)
    model = process(user_task("work"), late, ident="month", flows="s -> work -> e; late -> remind -> e1")
    deploy(client, "month.bpmn", draw(model))
    key = start(client, "month").process_instance_key
    asked = ElementInstanceWaitStateQuery.from_dict({"filter": {"processInstanceKey": key}})
    waiting = client.search_element_instance_wait_states(data=asked).items
    assert not any(one.additional_properties for one in waiting)
    assert sorted(one.details.wait_state_type for one in waiting) == ["TIMER", "USER_TASK"]
    then = datetime.now(UTC).timestamp() + 31 * 86400
    client.pin_clock(data=ClockPinRequest(timestamp=int(then * 1000)))
    try:
        eventually(lambda: len(tasks(client, key)) == 2, "the reminder of a month later")
    finally:
        client.reset_clock()
    assert sorted(task.element_id for task in tasks(client, key)) == ["remind", "work"]
