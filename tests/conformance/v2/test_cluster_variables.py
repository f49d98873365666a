"""The stock client keeps variables of the whole installation, and processes read them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ApiError, BadRequestError, ConflictError, NotFoundError
from camunda_orchestration_sdk.models import (
    ClusterVariableSearchQueryRequest,
    CreateClusterVariableRequest,
    ExpressionEvaluationRequest,
    UpdateClusterVariableRequest,
)

from tests.conformance.drawing import draw, exclusive, inputs, process, user_task
from tests.conformance.v2.conftest import deploy, start, tasks

HERE = "<default>"


@pytest.fixture
def name() -> str:
    """A name that no other test has."""
    return f"LIMIT_{uuid.uuid4().hex[:8]}"


def variable(name: str, value: Any, **more: Any) -> CreateClusterVariableRequest:
    return CreateClusterVariableRequest.from_dict({"name": name, "value": value, **more})


def another(value: Any) -> UpdateClusterVariableRequest:
    return UpdateClusterVariableRequest.from_dict({"value": value})


def told(client: CamundaClient, expression: str) -> Any:
    asked = ExpressionEvaluationRequest(expression=f"={expression}")
    return client.evaluate_expression(data=asked).to_dict()["result"]


def test_a_variable_is_created_read_changed_found_and_deleted(client: CamundaClient, name: str) -> None:
    made = client.create_global_cluster_variable(data=variable(name, {"amount": 5}, metadata={"owner": "risk"}))
    assert (made.name, json.loads(made.value), made.scope.value, made.tenant_id) == (
        name,
        {"amount": 5},
        "GLOBAL",
        None,
    )
    client.update_global_cluster_variable(name, data=another({"amount": 6}))
    found = client.get_global_cluster_variable(name)
    assert (json.loads(found.value), found.metadata.to_dict()) == ({"amount": 6}, {"owner": "risk"})
    wanted = {"filter": {"name": {"$like": f"{name[:-2]}*"}, "scope": "GLOBAL"}, "sort": [{"field": "name"}]}
    (item,) = client.search_cluster_variables(data=ClusterVariableSearchQueryRequest.from_dict(wanted)).items
    assert (item.name, item.is_truncated) == (name, False)
    client.delete_global_cluster_variable(name)
    with pytest.raises(NotFoundError):
        client.get_global_cluster_variable(name)


def test_one_name_stands_once_in_each_scope(client: CamundaClient, name: str) -> None:
    client.create_global_cluster_variable(data=variable(name, {"n": 1}))
    with pytest.raises(ConflictError):
        client.create_global_cluster_variable(data=variable(name, {"n": 2}))
    made = client.create_tenant_cluster_variable(HERE, data=variable(name, {"n": 3}))
    assert (made.scope.value, made.tenant_id) == ("TENANT", HERE)
    with pytest.raises(NotFoundError):
        client.get_tenant_cluster_variable("elsewhere", name)


def test_the_tenants_value_goes_before_the_global_one_and_none_is_null(client: CamundaClient, name: str) -> None:
    client.create_global_cluster_variable(data=variable(name, {"n": 1}))
    assert [told(client, f"camunda.vars.{where}.{name}.n") for where in ("cluster", "tenant", "env")] == [1, None, 1]
    client.create_tenant_cluster_variable(HERE, data=variable(name, {"n": 2}))
    assert [told(client, f"camunda.vars.{where}.{name}.n") for where in ("cluster", "tenant", "env")] == [1, 2, 2]
    client.update_tenant_cluster_variable(HERE, name, data=another({"n": 4}))
    assert json.loads(client.get_tenant_cluster_variable(HERE, name).value) == {"n": 4}
    client.delete_tenant_cluster_variable(HERE, name)
    assert told(client, f"camunda.vars.env.{name}.n") == 1


def test_a_process_reads_them_as_they_are_when_it_gets_there(client: CamundaClient, name: str) -> None:
    client.create_global_cluster_variable(data=variable(name, {"amount": 100}))
    high = user_task("high", inputs(limit=f"=camunda.vars.env.{name}.amount"))
    flows = f"s -> x; x -[=amount > camunda.vars.cluster.{name}.amount]-> high -> e; x -/-> below -> e1"
    deploy(client, f"{name}.bpmn", draw(process(exclusive("x"), high, ident=name, flows=flows)))
    first = start(client, name, {"amount": 50}).process_instance_key
    client.update_global_cluster_variable(name, data=another({"amount": 10}))
    second = start(client, name, {"amount": 50}).process_instance_key
    assert [tasks(client, key)[0].element_id for key in (first, second)] == ["below", "high"]
    seen = client.search_user_task_variables(tasks(client, second)[0].user_task_key).items
    assert {one.name: one.value for one in seen}["limit"] == "10"


def test_what_is_too_long_or_secret_or_not_theirs_to_change_is_refused(
    client: CamundaClient, clerk: CamundaClient, name: str
) -> None:
    with pytest.raises(BadRequestError):
        client.create_global_cluster_variable(data=variable(name, {"text": "x" * 9000}))
    with pytest.raises(BadRequestError):
        client.create_global_cluster_variable(data=variable(name, {}, kind="SECRET_REFERENCE"))
    for attempt in (
        lambda: clerk.create_global_cluster_variable(data=variable(name, {})),
        lambda: clerk.get_global_cluster_variable(name),
        lambda: clerk.search_cluster_variables(data=ClusterVariableSearchQueryRequest()),
    ):
        with pytest.raises(ApiError) as refused:
            attempt()
        assert refused.value.status_code == 403
