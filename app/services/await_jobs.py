"""Hand out jobs, waiting a while for some to come: the long poll of workers."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, select

from app.domain.actor import Actor
from app.services.activate_jobs import ActivatedJob, JobRequest, activate_jobs
from app.services.deployed_models import DeployedModels
from app.services.unit_of_work import Runtime
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import list_available_jobs
from app.storage.user_tasks import UserTaskRow
from app.turns import look_out

MOST_POLLS = 6
"""So many of a process's places to wait in are workers'; the others are for who waits for what was asked for."""

_polls = threading.BoundedSemaphore(MOST_POLLS)


@dataclass(frozen=True)
class OfferedJob:
    """An activated job with what a worker is told of its process, instance and user task (a task listener's)."""

    job: ActivatedJob
    process_id: str
    process_version: int
    tags: list[str]
    business_id: str | None
    task: Any = None


def await_jobs(runtime: Runtime, actor: Actor, request: JobRequest, seconds: float) -> list[OfferedJob]:
    """Return leased jobs, at once when there are some, else within `seconds`; none when none came. ForbiddenError."""
    jobs: list[ActivatedJob] | None = runtime.perform(activate_jobs, actor, request)
    if not jobs and seconds > 0 and _polls.acquire(blocking=False):
        try:
            jobs = look_out(lambda: _look(runtime, actor, request), seconds)
        finally:
            _polls.release()
    if not jobs:
        return []
    with runtime.reading() as connection:
        return [_offer(runtime.models, connection, job) for job in jobs]


def _look(runtime: Runtime, actor: Actor, request: JobRequest) -> list[ActivatedJob] | None:
    """Look without locking anything whether there is something to lease, and lease it."""
    now = runtime.now()
    with runtime.reading() as connection:
        some = list_available_jobs(connection, request.type, now, 1)
    return (runtime.perform(activate_jobs, actor, request) or None) if some else None


def _offer(models: DeployedModels, connection: Connection, job: ActivatedJob) -> OfferedJob:
    asked = select(ProcessInstanceRow.tags, ProcessInstanceRow.business_id)
    tags, business_id = connection.execute(asked.where(ProcessInstanceRow.key == job.row.instance_key)).one()
    process = models.process(connection, job.row.definition_key)
    task = None
    if job.row.kind == "TASK_LISTENER" and job.row.user_task_key is not None:
        table = UserTaskRow.__table__
        task = connection.execute(select(table).where(table.c.key == job.row.user_task_key)).one_or_none()
    return OfferedJob(job, process.definition.process_id, process.version, tags or [], business_id, task)
