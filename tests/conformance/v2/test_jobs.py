"""The stock client works jobs: polls, completes, fails, throws, and runs the client's own worker."""

from __future__ import annotations

import threading
import time
import uuid

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ConflictError, NotFoundError
from camunda_orchestration_sdk.models import (
    IncidentSearchQuery,
    JobActivationRequest,
    JobCompletionRequest,
    JobErrorRequest,
    JobFailRequest,
    JobSearchQuery,
    JobUpdateRequest,
)

from tests.conformance.drawing import boundary, draw, error, job, process
from tests.conformance.v2.conftest import deploy, start, state, tasks


def begin(client: CamundaClient) -> tuple[str, str]:
    """Start a process with one job of a type of its own; returns the instance's key and the type."""
    kind = f"work_{uuid.uuid4().hex[:8]}"
    caught = boundary("oops", kind, error("OOPS"))
    model = draw(process(job(kind), caught, ident=f"p_{kind}", flows=f"s -> {kind} -> e; oops -> repair -> e1"))
    deploy(client, f"{kind}.bpmn", model)
    return start(client, f"p_{kind}", {"a": 1, "b": 2}).process_instance_key, kind


def poll(client: CamundaClient, kind: str, wait: int = -1, **more: object) -> list:
    request = {"type": kind, "worker": "w", "timeout": 60_000, "maxJobsToActivate": 5, "requestTimeout": wait, **more}
    return client.activate_jobs(data=JobActivationRequest.from_dict(request)).jobs


def test_a_job_is_leased_once_and_completed_with_variables(client: CamundaClient) -> None:
    instance, kind = begin(client)
    (leased,) = poll(client, kind, fetchVariable=["a"])
    assert leased.variables.to_dict() == {"a": 1}
    assert poll(client, kind) == []
    client.complete_job(leased.job_key, data=JobCompletionRequest.from_dict({"variables": {"c": 3}}))
    assert state(client, instance) == "COMPLETED"
    with pytest.raises(NotFoundError):
        client.complete_job(leased.job_key)


def test_a_worker_gives_the_instance_its_business_id_with_the_job(client: CamundaClient) -> None:
    instance, kind = begin(client)
    (leased,) = poll(client, kind)
    client.complete_job(leased.job_key, data=JobCompletionRequest(business_id=f"id {kind}"))
    assert client.get_process_instance(instance).business_id == f"id {kind}"
    start(client, f"p_{kind}", businessId="another")
    (leased,) = poll(client, kind)
    with pytest.raises(ConflictError):
        client.complete_job(leased.job_key, data=JobCompletionRequest(business_id=f"id {kind}"))
    client.complete_job(leased.job_key, data=JobCompletionRequest(business_id="another"))


def test_a_long_poll_answers_when_a_job_comes(client: CamundaClient) -> None:
    _, kind = begin(client)
    (first,) = poll(client, kind)
    later = threading.Timer(0.5, lambda: start(client, f"p_{kind}"))
    later.start()
    (second,) = poll(client, kind, wait=15_000)
    later.join()
    assert second.job_key != first.job_key


def test_a_failed_job_comes_back_and_without_retries_becomes_an_incident(client: CamundaClient) -> None:
    instance, kind = begin(client)
    (leased,) = poll(client, kind)
    client.fail_job(leased.job_key, data=JobFailRequest.from_dict({"retries": 1, "errorMessage": "not now"}))
    (again,) = poll(client, kind)
    assert (again.job_key, again.retries) == (leased.job_key, 1)
    client.fail_job(again.job_key, data=JobFailRequest.from_dict({"retries": 0, "errorMessage": "never"}))
    wanted = {"filter": {"processInstanceKey": instance, "state": "ACTIVE"}}
    (incident,) = client.search_incidents(data=IncidentSearchQuery.from_dict(wanted)).items
    assert (incident.error_type.value, incident.error_message) == ("JOB_NO_RETRIES", "never")
    client.update_job(leased.job_key, data=JobUpdateRequest.from_dict({"changeset": {"retries": 2}}))
    client.resolve_incident(incident.incident_key)
    (repaired,) = poll(client, kind)
    client.complete_job(repaired.job_key)
    assert state(client, instance) == "COMPLETED"


def test_an_error_thrown_by_a_job_is_caught_by_its_boundary_event(client: CamundaClient) -> None:
    instance, kind = begin(client)
    (leased,) = poll(client, kind)
    client.throw_job_error(leased.job_key, data=JobErrorRequest.from_dict({"errorCode": "OOPS"}))
    assert [task.element_id for task in tasks(client, instance)] == ["repair"]
    by_state = {"filter": {"type": kind, "state": "ERROR_THROWN"}}
    assert client.search_jobs(data=JobSearchQuery.from_dict(by_state)).page.total_items == 1


def test_the_clients_own_worker_completes_jobs(client: CamundaClient) -> None:
    instance, kind = begin(client)
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline and state(client, instance) != "COMPLETED":
        for leased in poll(client, kind, wait=1000):
            client.complete_job(leased.job_key)
    assert state(client, instance) == "COMPLETED"
