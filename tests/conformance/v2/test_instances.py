"""The stock client starts, watches and changes process instances."""

from __future__ import annotations

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ConflictError, GatewayTimeoutError, NotFoundError
from camunda_orchestration_sdk.models import (
    CancelProcessInstanceRequest,
    ElementInstanceSearchQuery,
    ProcessInstanceMigrationInstruction,
    ProcessInstanceModificationInstruction,
    ProcessInstanceSearchQuery,
    ResumeProcessInstanceRequest,
    SetVariableRequest,
    SuspendProcessInstanceRequest,
    VariableSearchQuery,
)

from tests.conformance.drawing import call, draw, process, script
from tests.conformance.v2.conftest import deploy, start, state, tasks

TWO_STEPS = draw(process(ident="two_steps", flows="s -> a -> b -> e"))


def test_a_start_with_result_answers_with_the_variables_at_the_end(client: CamundaClient) -> None:
    deploy(client, "sums.bpmn", draw(process(script("add", "=a + b", "total"), ident="sums", flows="s -> add -> e")))
    done = start(client, "sums", {"a": 1, "b": 41}, awaitCompletion=True)
    assert done.variables.to_dict() == {"a": 1, "b": 41, "total": 42}
    some = start(client, "sums", {"a": 1, "b": 2}, awaitCompletion=True, fetchVariables=["total"])
    assert some.variables.to_dict() == {"total": 3}


def test_a_start_with_result_that_does_not_end_in_time_says_so_and_goes_on(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    with pytest.raises(GatewayTimeoutError):
        start(client, "two_steps", {}, awaitCompletion=True, requestTimeout=50, businessId="waits")
    wanted = {"filter": {"businessId": "waits"}}
    assert client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(wanted)).items[0].state == "ACTIVE"


def test_a_cancelled_instance_is_terminated_with_its_tasks(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    key = start(client, "two_steps").process_instance_key
    client.cancel_process_instance(key, data=CancelProcessInstanceRequest())
    assert state(client, key) == "TERMINATED"
    assert tasks(client, key) == []
    with pytest.raises((ConflictError, NotFoundError)):
        client.cancel_process_instance(key, data=CancelProcessInstanceRequest())


def test_a_start_names_the_element_after_which_the_instance_ends(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    for instruction in ({"afterElementId": "a"}, {"type": "TERMINATE_PROCESS_INSTANCE", "afterElementId": "a"}):
        key = start(client, "two_steps", runtimeInstructions=[instruction]).process_instance_key
        client.complete_user_task(tasks(client, key)[0].user_task_key)
        assert state(client, key) == "TERMINATED"


def test_a_modification_moves_the_token_and_sets_variables(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    key = start(client, "two_steps").process_instance_key
    change = {
        "activateInstructions": [{"elementId": "b", "variableInstructions": [{"variables": {"moved": True}}]}],
        "terminateInstructions": [{"elementId": "a"}],
    }
    client.modify_process_instance(key, data=ProcessInstanceModificationInstruction.from_dict(change))
    assert [task.element_id for task in tasks(client, key)] == ["b"]
    seen = {"filter": {"processInstanceKey": key, "name": "moved"}}
    assert client.search_variables(data=VariableSearchQuery.from_dict(seen)).items[0].value == "true"


def test_a_migration_goes_on_under_the_other_process(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    target = deploy(client, "renamed.bpmn", draw(process(ident="renamed", flows="s -> first -> second -> e")))
    key = start(client, "two_steps").process_instance_key
    plan = {
        "targetProcessDefinitionKey": target.deployments[0].process_definition.process_definition_key,
        "mappingInstructions": [{"sourceElementId": "a", "targetElementId": "first"}],
    }
    client.migrate_process_instance(key, data=ProcessInstanceMigrationInstruction.from_dict(plan))
    assert client.get_process_instance(key).process_definition_id == "renamed"
    task = tasks(client, key)[0]
    assert task.element_id == "first"
    client.complete_user_task(task.user_task_key)
    assert [task.element_id for task in tasks(client, key)] == ["second"]


def test_a_suspended_instance_refuses_work_until_it_is_resumed(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    key = start(client, "two_steps").process_instance_key
    task = tasks(client, key)[0]
    client.suspend_process_instance(key, data=SuspendProcessInstanceRequest())
    assert state(client, key) == "SUSPENDED"
    with pytest.raises(ConflictError):
        client.complete_user_task(task.user_task_key)
    client.resume_process_instance(key, data=ResumeProcessInstanceRequest())
    client.complete_user_task(task.user_task_key)
    assert [task.element_id for task in tasks(client, key)] == ["b"]


def test_the_way_an_instance_went_is_told_by_elements_and_flows(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    key = start(client, "two_steps").process_instance_key
    client.complete_user_task(tasks(client, key)[0].user_task_key)
    query = {"filter": {"processInstanceKey": key}, "sort": [{"field": "elementId"}]}
    found = client.search_element_instances(data=ElementInstanceSearchQuery.from_dict(query)).items
    assert [(one.element_id, one.state.value) for one in found if one.type_.value == "USER_TASK"] == [
        ("a", "COMPLETED"),
        ("b", "ACTIVE"),
    ]
    assert len(client.get_process_instance_sequence_flows(key).items) == 2
    counted = {one.element_id: one for one in client.get_process_instance_statistics(key).items}
    assert (counted["a"].completed, counted["b"].active) == (1, 1)


def test_a_called_instance_names_its_caller(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    deploy(client, "caller.bpmn", draw(process(call("c", "two_steps"), ident="caller", flows="s -> c -> e")))
    key = start(client, "caller").process_instance_key
    below = {"filter": {"parentProcessInstanceKey": key}}
    child = client.search_process_instances(data=ProcessInstanceSearchQuery.from_dict(below)).items[0]
    assert (child.process_definition_id, child.root_process_instance_key) == ("two_steps", key)


def test_variables_are_set_from_outside_and_read_back_exactly(client: CamundaClient) -> None:
    deploy(client, "two_steps.bpmn", TWO_STEPS)
    key = start(client, "two_steps").process_instance_key
    values = {"text": "投诉", "list": [1, None, {"a": []}], "great": 2**60, "nothing": None}
    client.create_element_instance_variables(key, data=SetVariableRequest.from_dict({"variables": values}))
    seen = {"filter": {"processInstanceKey": key}, "sort": [{"field": "name"}]}
    found = {one.name: one for one in client.search_variables(data=VariableSearchQuery.from_dict(seen)).items}
    assert found["text"].value == '"投诉"'
    assert found["great"].value == str(2**60)
    assert found["list"].value == '[1,null,{"a":[]}]'
    assert client.get_variable(found["nothing"].variable_key).value == "null"
