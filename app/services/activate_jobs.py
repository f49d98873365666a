"""Hands out jobs to a worker, each to one worker at a time."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine.values import decode
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import TOLD_HEADER, JobRow, claim_jobs
from app.storage.variables import list_effective_variables


@dataclass(frozen=True)
class ActivatedJob:
    """A job's row, the variables its element sees, and the lease: until when, under which token, for whom.

    A task listener also sees the variables that its task is about to get; `told` is the rest it is told of the task.
    """

    row: Row[Any]
    variables: dict[str, Any]
    deadline_at: datetime
    lease_token: str
    worker: str = ""
    told: dict[str, Any] | None = None


@dataclass(frozen=True)
class JobRequest:
    """What a worker asks for: up to `limit` jobs of a type, for `lease_seconds`; `names` limits the variables."""

    type: str
    worker: str
    lease_seconds: float
    limit: int
    names: Collection[str] | None = None


def activate_jobs(work: UnitOfWork, actor: Actor, request: JobRequest) -> list[ActivatedJob]:
    """Lease jobs that may be handed out now, the most urgent first. Raises ForbiddenError."""
    require_scope(actor, "jobs")
    deadline_at = work.now + timedelta(seconds=request.lease_seconds)
    token = format(work.next_key(), "x")
    lease = {"worker": request.worker, "deadline_at": deadline_at, "available_at": deadline_at, "lease_token": token}
    rows = claim_jobs(work.connection, JobRow.type == request.type, work.now, request.limit, lease)
    visible = list_effective_variables(work.connection, [row.element_key for row in rows])
    jobs = []
    for row in rows:
        told = decode(row.headers[TOLD_HEADER]) if TOLD_HEADER in row.headers else None
        variables = visible[row.element_key] if told is None else {**visible[row.element_key], **told["variables"]}
        if request.names:
            variables = {name: value for name, value in variables.items() if name in request.names}
        jobs.append(ActivatedJob(row, variables, deadline_at, token, request.worker, told))
    return jobs
