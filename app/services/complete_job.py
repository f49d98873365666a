"""Completes a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import JobResult, TaskListenerResult
from app.errors import ConflictError, NotFoundError
from app.services.assign_business_id import identify_instance
from app.services.instance_tree import InstanceTree, Run
from app.services.record_step import held_step, record_held_step
from app.services.record_transfer import record_held_transfer
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import CLOSED, find_job, write_job


def complete_job(
    work: UnitOfWork,
    actor: Actor,
    job_key: int,
    variables: Mapping[str, Any],
    *,
    result: JobResult | None = None,
    lease_token: str | None = None,
    business_id: str | None = None,
) -> None:
    """Complete the job with `variables` and run its process on; `business_id` becomes its process instance's.

    With `lease_token`, only if that lease still holds. Raises ForbiddenError, NotFoundError when there is no such job
    or it is over, ConflictError when it has failed for good, the lease is another's, the process stands still, or it
    takes no business id.
    """
    if business_id is not None:
        _identify(work, actor, job_key, business_id)
    tree, run, job = open_job(work, actor, job_key, lease_token)
    step = held_step(run, job)
    run.instance.complete_job(job_key, variables, result)
    tree.settle(run)
    if isinstance(result, TaskListenerResult):
        write_job(work.connection, job_key, is_denied=result.denied, denied_reason=result.reason)
        if not result.denied:
            record_held_transfer(work, job)
    if step is not None:
        record_held_step(work, step)


def _identify(work: UnitOfWork, actor: Actor, job_key: int, business_id: str) -> None:
    require_scope(actor, "jobs")
    job = find_job(work.connection, job_key)
    if job is not None and job.state not in CLOSED:
        identify_instance(work, actor, job.instance_key, business_id)


def open_job(
    work: UnitOfWork, actor: Actor, job_key: int, lease_token: str | None
) -> tuple[InstanceTree, Run, Row[Any]]:
    """Lock an open job's instance, and look at the job afresh."""
    require_scope(actor, "jobs")
    job = find_job(work.connection, job_key)
    if job is None or job.state in CLOSED:
        raise NotFoundError(f"Expected an open job with key {job_key}, but there is none")
    tree = InstanceTree(work, actor)
    run = tree.open(job.instance_key)
    job = find_job(work.connection, job_key)
    assert job is not None
    if job.state in CLOSED:
        raise NotFoundError(f"Expected an open job with key {job_key}, but it is {job.state}")
    if lease_token is not None and job.lease_token != lease_token:
        raise ConflictError(f"Expected job {job_key} to be leased under this token, but another worker has it")
    if job.retries <= 0:
        raise ConflictError(
            f"Expected job {job_key} to have retries left, but it has failed for good: {job.error_message}"
        )
    return tree, run, job
