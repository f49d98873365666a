"""The stock client works user tasks: takes, changes, completes, and sees what they see."""

from __future__ import annotations

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ApiError, BadRequestError, ConflictError, NotFoundError
from camunda_orchestration_sdk.models import (
    UserTaskAssignmentRequest,
    UserTaskCompletionRequest,
    UserTaskEffectiveVariableSearchQueryRequest,
    UserTaskSearchQuery,
    UserTaskUpdateRequest,
    UserTaskVariableSearchQueryRequest,
)

from tests.conformance.drawing import draw, inputs, process, user_task, zeebe
from tests.conformance.v2.conftest import deploy, start, state, tasks

OFFERED = draw(
    process(
        user_task("look", zeebe("assignmentDefinition", candidateGroups="desk"), inputs(amount="=amount * 2")),
        ident="offered",
        flows="s -> look -> e",
    )
)


def begin(client: CamundaClient) -> tuple[str, str]:
    deploy(client, "offered.bpmn", OFFERED)
    key = start(client, "offered", {"amount": 21, "who": "Li"}).process_instance_key
    return key, tasks(client, key)[0].user_task_key


def test_a_task_is_assigned_changed_and_completed(client: CamundaClient) -> None:
    instance, task = begin(client)
    client.assign_user_task(task, data=UserTaskAssignmentRequest(assignee="operator"))
    changes = {"changeset": {"priority": 80, "dueDate": "2027-01-01T00:00:00Z", "candidateUsers": ["clerk"]}}
    client.update_user_task(task, data=UserTaskUpdateRequest.from_dict(changes))
    found = client.get_user_task(task)
    assert (found.assignee, found.priority, found.candidate_users) == ("operator", 80, ["clerk"])
    unchanged = {"priority": None, "dueDate": None, "candidateUsers": None, "candidateGroups": []}
    client.update_user_task(task, data=UserTaskUpdateRequest.from_dict({"changeset": unchanged}))
    found = client.get_user_task(task)
    assert (found.priority, found.candidate_users, found.candidate_groups) == (80, ["clerk"], [])
    assert found.due_date is not None
    client.complete_user_task(task, data=UserTaskCompletionRequest.from_dict({"variables": {"done": True}}))
    assert state(client, instance) == "COMPLETED"
    assert client.get_user_task(task).state.value == "COMPLETED"


def test_an_update_must_say_what_to_change(client: CamundaClient) -> None:
    _, task = begin(client)
    for empty in ({}, {"changeset": {}}, {"changeset": {"priority": None}}):
        with pytest.raises(BadRequestError):
            client.update_user_task(task, data=UserTaskUpdateRequest.from_dict(empty))
    client.update_user_task(task, data=UserTaskUpdateRequest(action="look again"))


def test_a_second_completion_is_told_that_the_task_is_closed(client: CamundaClient) -> None:
    _, task = begin(client)
    client.complete_user_task(task)
    with pytest.raises(ConflictError) as late:
        client.complete_user_task(task)
    assert late.value.parsed.title == "INVALID_STATE"
    with pytest.raises(NotFoundError):
        client.complete_user_task("4711")


def test_an_assignment_without_override_leaves_the_first_one(client: CamundaClient) -> None:
    _, task = begin(client)
    client.assign_user_task(task, data=UserTaskAssignmentRequest(assignee="clerk"))
    with pytest.raises(ConflictError):
        client.assign_user_task(task, data=UserTaskAssignmentRequest(assignee="operator", allow_override=False))
    client.unassign_user_task(task)
    assert client.get_user_task(task).assignee is None


def test_a_clerk_sees_and_works_only_what_the_desk_is_offered(client: CamundaClient, clerk: CamundaClient) -> None:
    _, task = begin(client)
    deploy(client, "elsewhere.bpmn", ELSEWHERE)
    other = start(client, "elsewhere")
    hidden = tasks(client, other.process_instance_key)[0].user_task_key
    clerk.complete_user_task(task)
    with pytest.raises(NotFoundError):
        clerk.get_user_task(hidden)
    with pytest.raises(NotFoundError):
        clerk.complete_user_task(hidden)
    for forbidden in (
        lambda: clerk.resolve_incident("4711"),
        lambda: clerk.search_jobs(),
    ):
        with pytest.raises(ApiError) as refused:
            forbidden()
        assert refused.value.status_code == 403


ELSEWHERE = draw(
    process(
        user_task("look", zeebe("assignmentDefinition", candidateGroups="board")),
        ident="elsewhere",
        flows="s -> look -> e",
    )
)


def test_a_task_sees_its_own_variables_before_those_around_it(client: CamundaClient) -> None:
    _, task = begin(client)
    by_name = {"sort": [{"field": "name"}, {"field": "value"}]}
    every = client.search_user_task_variables(task, data=UserTaskVariableSearchQueryRequest.from_dict(by_name)).items
    assert [(one.name, one.value) for one in every] == [("amount", "21"), ("amount", "42"), ("who", '"Li"')]
    query = UserTaskEffectiveVariableSearchQueryRequest.from_dict({"sort": [{"field": "name"}]})
    nearest = client.search_user_task_effective_variables(task, data=query).items
    assert [(one.name, one.value) for one in nearest] == [("amount", "42"), ("who", '"Li"')]


def test_what_was_done_with_a_task_is_told_by_its_audit_log(client: CamundaClient) -> None:
    _, task = begin(client)
    client.assign_user_task(task, data=UserTaskAssignmentRequest(assignee="operator"))
    client.complete_user_task(task)
    logged = client.search_user_task_audit_logs(task).items
    assert [(one.operation_type.value, one.actor_id) for one in logged] == [
        ("ASSIGN", "operator"),
        ("COMPLETE", "operator"),
    ]


def test_tasks_are_found_by_group_variable_and_alternative(client: CamundaClient) -> None:
    instance, task = begin(client)
    by_group = {"candidateGroup": {"$in": ["desk", "none"]}, "processInstanceKey": instance}
    by_variable = {"processInstanceVariables": [{"name": "who", "value": '"Li"'}], "processInstanceKey": instance}
    either = {"$or": [{"assignee": "nobody"}, {"elementId": "look"}], "processInstanceKey": {"$in": [instance]}}
    for wanted in (by_group, by_variable, either):
        found = client.search_user_tasks(data=UserTaskSearchQuery.from_dict({"filter": wanted})).items
        assert [one.user_task_key for one in found] == [task]
