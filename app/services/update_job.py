"""Changes a job's retries, lease or priority."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, InvalidInputError, NotFoundError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import CLOSED, find_job, lock_job, write_job


def update_job(
    work: UnitOfWork,
    actor: Actor,
    job_key: int,
    *,
    retries: int | None = None,
    lease_seconds: float | None = None,
    priority: int | None = None,
) -> None:
    """Change what is given. `lease_seconds` counts from now, and only for a job that is leased (ConflictError).

    New retries alone do not hand out a job that has an incident: resolving the incident does. Raises ForbiddenError,
    NotFoundError, InvalidInputError for retries below 1.
    """
    require_scope(actor, "jobs")
    lock_job(work.connection, job_key)
    job = find_job(work.connection, job_key)
    if job is None or job.state in CLOSED:
        raise NotFoundError(f"Expected an open job with key {job_key}, but there is none")
    values: dict[str, Any] = {}
    if retries is not None:
        if retries < 1:
            raise InvalidInputError(f"Expected at least 1 retry, but got {retries}")
        values |= {"retries": retries, "state": "RETRIES_UPDATED"}
    if lease_seconds is not None:
        if job.deadline_at is None or job.deadline_at <= work.now:
            raise ConflictError(f"Expected job {job_key} to be leased by a worker, but it is not")
        deadline_at = work.now + timedelta(seconds=lease_seconds)
        values |= {"deadline_at": deadline_at, "available_at": deadline_at}
    if priority is not None:
        values["priority"] = priority
    if values:
        write_job(work.connection, job_key, **values, updated_at=work.now)
        details = {name: str(value) for name, value in values.items()}
        record_audit(work, actor, "UPDATE", "JOB", job_key, instance_key=job.instance_key, details=details)
