"""Takes back a job that a worker could not do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.domain.actor import Actor
from app.services.complete_job import open_job
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import write_job


@dataclass(frozen=True)
class Failure:
    """What went wrong, how many tries are left, and how long to wait before the next; `variables` go to the element."""

    message: str
    retries: int
    back_off_seconds: float = 0.0
    variables: Mapping[str, Any] = field(default_factory=dict)


def fail_job(work: UnitOfWork, actor: Actor, job_key: int, failure: Failure, *, lease_token: str | None = None) -> None:
    """Give the job back; without retries left it becomes an incident. Raises as `complete_job` does."""
    tree, run, job = open_job(work, actor, job_key, lease_token)
    retries = max(failure.retries, 0)
    next_at = work.now + timedelta(seconds=failure.back_off_seconds) if retries else None
    values: dict[str, Any] = {"state": "FAILED", "retries": retries, "available_at": next_at, "deadline_at": None}
    write_job(work.connection, job_key, **values, lease_token=None, error_message=failure.message, updated_at=work.now)
    if failure.variables:
        run.instance.set_variables(job.element_key, failure.variables, local=True)
    if not retries:
        run.instance.fail_job(job_key, failure.message)
    if failure.variables or not retries:
        tree.settle(run)
