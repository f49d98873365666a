"""Leases one job of a built-in type to this worker, and finds those that no nudge has reached."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.services.activate_jobs import ActivatedJob
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import JobRow, claim_jobs, list_available_jobs
from app.storage.variables import list_effective_variables

WORKER = "redress"
TYPES = (
    "redress:http",
    "redress:log",
    "redress:notify",
    "redress:publish-message",
    "redress:set-status",
    "redress:start-process",
)


def claim_built_in_job(work: UnitOfWork, job_key: int) -> ActivatedJob | None:
    """Lease the job, with the variables its element sees; None when it may not be handed out now."""
    settings = work.runtime.settings
    deadline_at = work.now + timedelta(seconds=settings.lease_seconds + settings.http_job_timeout_seconds)
    token = format(work.next_key(), "x")
    lease = {"worker": WORKER, "deadline_at": deadline_at, "available_at": deadline_at, "lease_token": token}
    rows = claim_jobs(work.connection, JobRow.key == job_key, work.now, 1, lease)
    if not rows or rows[0].type not in TYPES:
        return None
    variables = list_effective_variables(work.connection, [rows[0].element_key])[rows[0].element_key]
    return ActivatedJob(rows[0], variables, deadline_at, token)


def find_built_in_jobs(work: UnitOfWork, since: datetime, limit: int) -> list[int]:
    """Return the keys of built-in jobs that nobody has taken although they might since `since`."""
    return [key for type_ in TYPES for key in list_available_jobs(work.connection, type_, since, limit)][:limit]
