"""The stock client counts what happened to jobs."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from camunda_orchestration_sdk import CamundaClient
from camunda_orchestration_sdk.errors import ApiError, BadRequestError
from camunda_orchestration_sdk.models import (
    JobActivationRequest,
    JobErrorStatisticsQuery,
    JobFailRequest,
    JobTimeSeriesStatisticsQuery,
    JobTypeStatisticsQuery,
    JobWorkerStatisticsQuery,
)

from tests.conformance.drawing import draw, job, process
from tests.conformance.v2.conftest import deploy, start


@pytest.fixture
def kind(client: CamundaClient) -> str:
    """A type of three jobs: one waits, one was completed by `ann`, one failed with `bob` and was completed by `ann`."""
    kind = f"counted_{uuid.uuid4().hex[:8]}"
    deploy(client, f"{kind}.bpmn", draw(process(job(kind), ident=f"p_{kind}", flows=f"s -> {kind} -> e")))
    start(client, f"p_{kind}")
    client.complete_job(lease(client, kind, "ann"))
    start(client, f"p_{kind}")
    failed = JobFailRequest.from_dict({"retries": 1, "errorMessage": "no answer"})
    client.fail_job(lease(client, kind, "bob"), data=failed)
    client.complete_job(lease(client, kind, "ann"))
    start(client, f"p_{kind}")
    return kind


def lease(client: CamundaClient, kind: str, worker: str) -> str:
    request = {"type": kind, "worker": worker, "timeout": 60_000, "maxJobsToActivate": 1, "requestTimeout": -1}
    (leased,) = client.activate_jobs(data=JobActivationRequest.from_dict(request)).jobs
    return leased.job_key


def around_now() -> dict[str, Any]:
    now = datetime.now(UTC)
    return {"from": (now - timedelta(hours=1)).isoformat(), "to": (now + timedelta(hours=1)).isoformat()}


def metrics(found: Any) -> tuple[int, int, int]:
    return found.created.count, found.completed.count, found.failed.count


def test_jobs_are_counted_in_all_and_by_type(client: CamundaClient, kind: str) -> None:
    stretch = {name: datetime.fromisoformat(at) for name, at in around_now().items()}
    found = client.get_global_job_statistics(from_=stretch["from"], to=stretch["to"], job_type=kind)
    assert (metrics(found), found.is_incomplete) == ((3, 2, 1), False)
    assert stretch["from"] < found.completed.last_updated_at < stretch["to"]
    asked = {"filter": {**around_now(), "jobType": {"$like": f"{kind}*"}}}
    (item,) = client.get_job_type_statistics(data=JobTypeStatisticsQuery.from_dict(asked)).items
    assert (item.job_type, metrics(item), item.workers) == (kind, (3, 2, 1), 1)


def test_jobs_are_counted_by_worker_and_by_error(client: CamundaClient, kind: str) -> None:
    asked = {"filter": {**around_now(), "jobType": kind}}
    (item,) = client.get_job_worker_statistics(data=JobWorkerStatisticsQuery.from_dict(asked)).items
    assert (item.worker, metrics(item)) == ("ann", (2, 2, 1))
    (error,) = client.get_job_error_statistics(data=JobErrorStatisticsQuery.from_dict(asked)).items
    assert (error.error_code, error.error_message, error.workers) == ("", "no answer", 1)


def test_jobs_are_counted_by_stretches_of_time_page_by_page(client: CamundaClient, kind: str) -> None:
    asked = {"filter": {**around_now(), "jobType": kind, "resolution": "P1D"}, "page": {"limit": 1}}
    found = client.get_job_time_series_statistics(data=JobTimeSeriesStatisticsQuery.from_dict(asked))
    assert (found.items[0].time.hour, found.items[0].time.minute) == (0, 0)
    asked["page"]["after"] = found.page.end_cursor
    rest = client.get_job_time_series_statistics(data=JobTimeSeriesStatisticsQuery.from_dict(asked)).items
    assert sum(metrics(one)[0] for one in [*found.items, *rest]) == 3


def test_a_stretch_that_ends_before_it_begins_is_refused_as_is_who_may_not_read(
    client: CamundaClient, clerk: CamundaClient
) -> None:
    stretch = around_now()
    backwards = {"filter": {"from": stretch["to"], "to": stretch["from"]}}
    with pytest.raises(BadRequestError):
        client.get_job_type_statistics(data=JobTypeStatisticsQuery.from_dict(backwards))
    for resolution in ("P1M", "PT1S", "soon"):
        asked = {"filter": {**stretch, "jobType": "x", "resolution": resolution}}
        with pytest.raises(BadRequestError):
            client.get_job_time_series_statistics(data=JobTimeSeriesStatisticsQuery.from_dict(asked))
    with pytest.raises(ApiError) as refused:
        clerk.get_job_type_statistics(data=JobTypeStatisticsQuery.from_dict({"filter": stretch}))
    assert refused.value.status_code == 403
