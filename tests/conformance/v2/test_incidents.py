"""The stock client repairs what stopped, one by one and in batches."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import NotFoundError
from camunda_orchestration_sdk.models import (
    BatchOperationItemSearchQuery,
    ElementInstanceSearchQuery,
    IncidentSearchQuery,
    ProcessInstanceCancellationBatchOperationRequest,
    ProcessInstanceMigrationBatchOperationRequest,
    ProcessInstanceSearchQuery,
    SetVariableRequest,
)

from tests.conformance.drawing import call, draw, exclusive, process
from tests.conformance.v2.conftest import deploy, eventually, start, state, tasks

GATE = draw(process(exclusive("x"), ident="gate", flows="s -> x; x -[=amount > 10]-> a -> e; x -[=amount < 0]-> e1"))


def incidents(client: CamundaClient, key: str) -> list[Any]:
    wanted = {"filter": {"processInstanceKey": key, "state": "ACTIVE"}}
    return list(client.search_incidents(data=IncidentSearchQuery.from_dict(wanted)).items)


def ended(client: CamundaClient, batch_key: str) -> Any:
    def look() -> Any:
        batch = client.get_batch_operation(batch_key)
        return batch if batch.end_date is not None else None

    return eventually(look, "the batch to end")


def test_an_unmatched_gateway_is_repaired_by_a_variable_and_resolved(client: CamundaClient) -> None:
    deploy(client, "gate.bpmn", GATE)
    key = start(client, "gate", {"amount": 5}).process_instance_key
    (incident,) = incidents(client, key)
    assert (incident.error_type.value, incident.element_id) == ("CONDITION_ERROR", "x")
    assert client.search_process_instance_incidents(key).items == [incident]
    every = IncidentSearchQuery()
    assert client.search_element_instance_incidents(incident.element_instance_key, data=every).items == [incident]
    for search in (client.search_process_instance_incidents, client.search_element_instance_incidents):
        with pytest.raises(NotFoundError):
            search("4711", data=every)
    assert client.get_process_instance(key).has_incident
    client.create_element_instance_variables(key, data=SetVariableRequest.from_dict({"variables": {"amount": 50}}))
    client.resolve_incident(incident.incident_key)
    assert [task.element_id for task in tasks(client, key)] == ["a"]
    assert client.get_incident(incident.incident_key).state.value == "RESOLVED"
    assert not client.get_process_instance(key).has_incident


def test_every_incident_of_an_instance_is_resolved_as_a_batch(client: CamundaClient) -> None:
    deploy(client, "gate.bpmn", GATE)
    key = start(client, "gate", {"amount": 5}).process_instance_key
    client.create_element_instance_variables(key, data=SetVariableRequest.from_dict({"variables": {"amount": 50}}))
    batch = client.resolve_process_instance_incidents(key)
    assert ended(client, batch.batch_operation_key).operations_completed_count == 1
    assert incidents(client, key) == []


def test_a_batch_cancels_what_matches_and_tells_each_item(client: CamundaClient) -> None:
    ident = f"many_{uuid.uuid4().hex[:8]}"
    deploy(client, f"{ident}.bpmn", draw(process(ident=ident, flows="s -> a -> e")))
    keys = {start(client, ident, {"n": n}).process_instance_key for n in range(4)}
    few = {"processDefinitionId": ident, "variables": [{"name": "n", "value": {"$in": ["0", "1", "2"]}}]}
    asked = ProcessInstanceCancellationBatchOperationRequest.from_dict({"filter": few})
    batch = ended(client, client.cancel_process_instances_batch_operation(data=asked).batch_operation_key)
    assert (batch.state.value, batch.operations_total_count, batch.operations_completed_count) == ("COMPLETED", 3, 3)
    of_batch = {"filter": {"batchOperationKey": batch.batch_operation_key, "state": "COMPLETED"}}
    items = client.search_batch_operation_items(data=BatchOperationItemSearchQuery.from_dict(of_batch)).items
    assert {one.process_instance_key for one in items} < keys
    running = {"filter": {"processDefinitionId": ident, "state": "ACTIVE"}}
    assert client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(running)).page.total_items == 1


def test_a_batch_migrates_what_matches(client: CamundaClient) -> None:
    ident = f"moving_{uuid.uuid4().hex[:8]}"
    deploy(client, f"{ident}.bpmn", draw(process(ident=ident, flows="s -> a -> e")))
    key = start(client, ident).process_instance_key
    newer = deploy(client, f"{ident}.bpmn", draw(process(ident=ident, flows="s -> a -> b -> e")))
    target = newer.deployments[0].process_definition.process_definition_key
    plan = {
        "targetProcessDefinitionKey": target,
        "mappingInstructions": [{"sourceElementId": "a", "targetElementId": "a"}],
    }
    asked = {"filter": {"processInstanceKey": key}, "migrationPlan": plan}
    request = ProcessInstanceMigrationBatchOperationRequest.from_dict(asked)
    ended(client, client.migrate_process_instances_batch_operation(data=request).batch_operation_key)
    assert client.get_process_instance(key).process_definition_key == target
    assert state(client, key) == "ACTIVE"


def test_an_incident_shows_on_every_instance_and_call_above_it(client: CamundaClient) -> None:
    ident = f"deep_{uuid.uuid4().hex[:8]}"
    deploy(client, "gate.bpmn", GATE)
    deploy(client, "middle.bpmn", draw(process(call("below", "gate"), ident=f"{ident}_1", flows="s -> below -> e")))
    deploy(client, "top.bpmn", draw(process(call("below", f"{ident}_1"), ident=ident, flows="s -> below -> e")))
    key = start(client, ident, {"amount": 5}).process_instance_key
    sound = start(client, ident, {"amount": 50}).process_instance_key
    assert (client.get_process_instance(key).has_incident, client.get_process_instance(sound).has_incident) == (1, 0)
    troubled = {"filter": {"processDefinitionId": {"$like": f"{ident}*"}, "hasIncident": True}}
    found = client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(troubled)).items
    assert {one.root_process_instance_key for one in found} == {key}
    assert sorted(one.process_definition_id for one in found) == [ident, f"{ident}_1"]
    calling = {"filter": {"processInstanceKey": key, "hasIncident": True}}
    (step,) = client.search_element_instances(data=ElementInstanceSearchQuery.from_dict(calling)).items
    assert (step.element_id, step.has_incident) == ("below", True)
