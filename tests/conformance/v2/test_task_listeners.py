"""The stock client is answered when a task's listeners have decided, not before."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ConflictError
from camunda_orchestration_sdk.models import (
    CancelProcessInstanceRequest,
    JobActivationRequest,
    JobCompletionRequest,
    JobSearchQuery,
    SetVariableRequest,
    UserTaskAssignmentRequest,
    UserTaskCompletionRequest,
    UserTaskUpdateRequest,
)

from tests.conformance.drawing import draw, process, user_task, zeebe
from tests.conformance.v2.conftest import deploy, start, state, tasks


class Heard:
    """A process with one user task that listeners of a type of its own hear of, and a worker for them."""

    def __init__(self, client: CamundaClient, *events: str) -> None:
        self.client, self.kind = client, f"hear_{uuid.uuid4().hex[:8]}"
        rows = (zeebe("taskListener", eventType=event, type=self.kind, retries="2") for event in events)
        task = user_task("look", zeebe("taskListeners", *rows))
        deploy(client, f"{self.kind}.bpmn", draw(process(task, ident=f"p_{self.kind}", flows="s -> look -> e")))
        self.instance = start(client, f"p_{self.kind}").process_instance_key
        (found,) = tasks(client, self.instance)
        self.task = found.user_task_key

    def work(self, *results: dict[str, Any]) -> threading.Thread:
        """Complete the listeners' next jobs with these results, one after the other, beside the test."""

        def listen() -> None:
            for result in results:
                request = {"type": self.kind, "worker": "w", "timeout": 60_000, "maxJobsToActivate": 1}
                (leased,) = self.client.activate_jobs(
                    data=JobActivationRequest.from_dict({**request, "requestTimeout": 10_000})
                ).jobs
                done = {"result": {"type": "userTask", **result}}
                self.client.complete_job(leased.job_key, data=JobCompletionRequest.from_dict(done))

        worker = threading.Thread(target=listen)
        worker.start()
        return worker


def test_a_completion_is_answered_after_all_its_listeners(client: CamundaClient) -> None:
    heard = Heard(client, "completing", "completing")
    worker = heard.work({}, {"corrections": {"priority": 90}})
    client.complete_user_task(heard.task)
    assert state(client, heard.instance) == "COMPLETED"
    worker.join()
    found = client.get_user_task(heard.task)
    assert (found.state.value, found.priority) == ("COMPLETED", 90)


def test_a_denied_completion_is_refused_with_the_reason(client: CamundaClient) -> None:
    heard = Heard(client, "completing")
    worker = heard.work({"denied": True, "deniedReason": "no receipt"})
    with pytest.raises(ConflictError) as denied:
        client.complete_user_task(heard.task, data=UserTaskCompletionRequest.from_dict({"variables": {"n": 1}}))
    worker.join()
    assert denied.value.parsed.title == "INVALID_STATE"
    assert "Reason to deny: 'no receipt'" in denied.value.parsed.detail
    assert client.get_user_task(heard.task).state.value == "CREATED"
    (job,) = client.search_jobs(data=JobSearchQuery.from_dict({"filter": {"type": heard.kind, "isDenied": True}})).items
    assert job.denied_reason == "no receipt"


def test_a_completion_after_a_denied_one_is_decided_anew(client: CamundaClient) -> None:
    heard = Heard(client, "completing")
    worker = heard.work({"denied": True}, {})
    with pytest.raises(ConflictError):
        client.complete_user_task(heard.task)
    client.complete_user_task(heard.task)
    worker.join()
    assert state(client, heard.instance) == "COMPLETED"


def test_assignments_and_changes_are_answered_after_their_listeners(client: CamundaClient) -> None:
    heard = Heard(client, "assigning", "updating")
    worker = heard.work(
        {"corrections": {"assignee": "clerk"}}, {"corrections": {"dueDate": "", "followUpDate": None}}, {}, {}
    )
    client.assign_user_task(heard.task, data=UserTaskAssignmentRequest(assignee="operator"))
    assert client.get_user_task(heard.task).assignee == "clerk"
    dates = {"dueDate": "2027-01-01T00:00:00Z", "followUpDate": "2026-12-01T00:00:00Z"}
    client.update_user_task(heard.task, data=UserTaskUpdateRequest.from_dict({"changeset": {"priority": 7, **dates}}))
    found = client.get_user_task(heard.task)
    assert (found.priority, found.due_date, found.follow_up_date is None) == (7, None, False)
    element = client.get_user_task(heard.task).element_instance_key
    client.create_element_instance_variables(element, data=SetVariableRequest.from_dict({"variables": {"n": 1}}))
    assert [one.name for one in client.search_user_task_variables(heard.task).items] == ["n"]
    client.unassign_user_task(heard.task)
    worker.join()
    assert client.get_user_task(heard.task).assignee is None


def test_a_completion_is_refused_when_its_task_is_cancelled_meanwhile(client: CamundaClient) -> None:
    heard = Heard(client, "completing")
    cancel = threading.Timer(
        0.3, lambda: client.cancel_process_instance(heard.instance, data=CancelProcessInstanceRequest())
    )
    cancel.start()
    with pytest.raises(ConflictError) as gone:
        client.complete_user_task(heard.task)
    cancel.join()
    assert "was cancelled" in gone.value.parsed.detail
