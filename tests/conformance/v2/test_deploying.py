"""The stock client deploys models and reads them back."""

from __future__ import annotations

import json

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import BadRequestError, NotAcceptableError, NotFoundError
from camunda_orchestration_sdk.models import (
    DecisionDefinitionSearchQuery,
    DeleteResourceRequest,
    ProcessDefinitionSearchQuery,
    ResourceSearchQuery,
)

from tests.conformance.drawing import draw, process, user_task, zeebe
from tests.conformance.v2.conftest import deploy, start, tasks
from tests.conformance.v2.test_decisions import TABLE

FORM = json.dumps({"id": "deployed_form", "type": "default", "components": [], "schemaVersion": 16})


def test_a_second_version_is_made_only_when_the_file_changed(client: CamundaClient) -> None:
    first = deploy(client, "versions.bpmn", draw(process(ident="versions", flows="s -> a -> e")))
    same = deploy(client, "versions.bpmn", draw(process(ident="versions", flows="s -> a -> e")))
    changed = deploy(client, "versions.bpmn", draw(process(ident="versions", flows="s -> a -> b -> e")))
    versions = [one.deployments[0].process_definition.process_definition_version for one in (first, same, changed)]
    assert versions == [1, 1, 2]
    newest = {"filter": {"processDefinitionId": "versions", "isLatestVersion": True}}
    found = client.search_process_definitions(data=ProcessDefinitionSearchQuery.from_dict(newest)).items
    assert [one.version for one in found] == [2]


def test_a_model_is_read_back_as_it_was_deployed(client: CamundaClient) -> None:
    content = draw(process(ident="read_back", flows="s -> a -> e", name="Read back"))
    deployed = deploy(client, "read_back.bpmn", content).deployments[0].process_definition
    key = deployed.process_definition_key
    assert client.get_process_definition_xml(key).encode() == content
    assert client.get_process_definition(key).name == "Read back"
    wanted = {"filter": {"resourceName": {"$like": "read_b*"}}}
    resource = client.search_resources(data=ResourceSearchQuery.from_dict(wanted)).items[0]
    assert client.get_resource_content_binary(resource.resource_key).payload.read() == content
    with pytest.raises(NotAcceptableError) as refused:
        client.get_resource_content(resource.resource_key)
    assert "content/binary" in refused.value.parsed.detail


def test_a_form_is_found_from_its_task(client: CamundaClient) -> None:
    deploy(client, "deployed.form", FORM)
    wanted = {"filter": {"resourceName": "deployed.form"}}
    resource = client.search_resources(data=ResourceSearchQuery.from_dict(wanted)).items[0]
    assert client.get_resource_content(resource.resource_key).to_dict() == json.loads(FORM)
    form = zeebe("formDefinition", formId="deployed_form")
    model = draw(process(user_task("a", form), ident="with_form", flows="s -> a -> e"))
    deploy(client, "with_form.bpmn", model)
    task = tasks(client, start(client, "with_form").process_instance_key)[0]
    assert client.get_user_task_form(task.user_task_key).form_id == "deployed_form"
    assert json.loads(client.get_form_by_key(task.form_key).schema) == json.loads(FORM)


def test_a_model_that_cannot_run_is_refused_with_its_element_named(client: CamundaClient) -> None:
    with pytest.raises(BadRequestError) as refused:
        deploy(client, "broken.bpmn", draw(process(ident="broken", flows="s -[=1 +]-> broken_end")))
    assert refused.value.parsed.title == "INVALID_ARGUMENT"
    assert "broken.bpmn" in refused.value.parsed.detail


def test_what_is_not_there_is_not_found(client: CamundaClient) -> None:
    with pytest.raises(NotFoundError) as missing:
        client.get_process_definition("4711")
    assert (missing.value.parsed.status, missing.value.parsed.title) == (404, "NOT_FOUND")


def test_a_form_and_a_graph_of_decisions_are_deleted(client: CamundaClient) -> None:
    form = deploy(client, "gone.form", FORM.replace("deployed_form", "gone_form")).deployments[0].form.form_key
    assert client.delete_resource(form, data=DeleteResourceRequest()).resource_key == form
    graph = deploy(client, "gone.dmn", TABLE.replace("severit", "gone_severit")).deployments[0]
    client.delete_resource(graph.decision_requirements.decision_requirements_key, data=DeleteResourceRequest())
    with pytest.raises(NotFoundError):
        client.get_decision_requirements(graph.decision_requirements.decision_requirements_key)
    gone = {"filter": {"decisionDefinitionId": "gone_severity"}}
    assert client.search_decision_definitions(data=DecisionDefinitionSearchQuery.from_dict(gone)).items == []
