"""Throws a BPMN error on behalf of a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.services.complete_job import open_job
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import write_job


def throw_job_error(
    work: UnitOfWork,
    actor: Actor,
    job_key: int,
    code: str,
    message: str,
    variables: Mapping[str, Any],
    *,
    lease_token: str | None = None,
) -> None:
    """Throw the error `code` at the job's element; uncaught it is an incident. Raises as `complete_job` does."""
    tree, run, _ = open_job(work, actor, job_key, lease_token)
    run.instance.throw_job_error(job_key, code, message, variables)
    tree.settle(run)
    write_job(work.connection, job_key, state="ERROR_THROWN", error_code=code, error_message=message, available_at=None)
