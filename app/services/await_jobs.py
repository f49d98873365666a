"""Hand out jobs, waiting a while for some to come: the long poll of workers."""

from __future__ import annotations

import threading
import time
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

FIRST_LOOK_SECONDS = 0.02
SLOWEST_LOOK_SECONDS = 0.25
MOST_WAITING = 2
"""More requests than this do not wait in one process: each that does holds one of the server's threads."""

_waiting = threading.BoundedSemaphore(MOST_WAITING)


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
    jobs = runtime.perform(activate_jobs, actor, request)
    if not jobs and seconds > 0 and _waiting.acquire(blocking=False):
        try:
            jobs = _wait(runtime, actor, request, time.monotonic() + seconds)
        finally:
            _waiting.release()
    if not jobs:
        return []
    with runtime.reading() as connection:
        return [_offer(runtime.models, connection, job) for job in jobs]


def _wait(runtime: Runtime, actor: Actor, request: JobRequest, until: float) -> list[ActivatedJob]:
    """Look without locking anything until there is something to lease, ever less often."""
    pause = FIRST_LOOK_SECONDS
    while time.monotonic() + pause < until:
        time.sleep(pause)
        pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)
        now = runtime.now()
        with runtime.reading() as connection:
            some = list_available_jobs(connection, request.type, now, 1)
        if some:
            jobs = runtime.perform(activate_jobs, actor, request)
            if jobs:
                return jobs
    return []


def _offer(models: DeployedModels, connection: Connection, job: ActivatedJob) -> OfferedJob:
    asked = select(ProcessInstanceRow.tags, ProcessInstanceRow.business_id)
    tags, business_id = connection.execute(asked.where(ProcessInstanceRow.key == job.row.instance_key)).one()
    process = models.process(connection, job.row.definition_key)
    task = None
    if job.row.kind == "TASK_LISTENER" and job.row.user_task_key is not None:
        table = UserTaskRow.__table__
        task = connection.execute(select(table).where(table.c.key == job.row.user_task_key)).one_or_none()
    return OfferedJob(job, process.definition.process_id, process.version, tags or [], business_id, task)
