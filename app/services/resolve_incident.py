"""Resolves an incident after its cause was repaired, and runs the process on from there."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.jobs import RUN_JOBS
from app.services.instance_tree import BUILT_IN, InstanceTree
from app.services.raise_incident import resolve_outside_incident
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.incidents import find_incident, list_active_incidents
from app.storage.jobs import CLOSED, find_job, write_job


def resolve_incident(work: UnitOfWork, actor: Actor, incident_key: int) -> None:
    """Try again what failed; if it fails once more, that is a new incident.

    Raises ForbiddenError, NotFoundError, and ConflictError when it is resolved already, or its job has no retries left.
    """
    require_scope(actor, "operate")
    incident = find_incident(work.connection, incident_key)
    if incident is None:
        raise NotFoundError(f"Expected an incident with key {incident_key}, but there is none")
    tree = InstanceTree(work, actor)
    run = tree.open(incident.instance_key)
    incident = find_incident(work.connection, incident_key)
    assert incident is not None
    if incident.state != "ACTIVE":
        raise ConflictError(f"Expected incident {incident_key} to be active, but it is {incident.state}")
    record_audit(work, actor, "RESOLVE", "INCIDENT", incident_key, instance_key=incident.instance_key)
    if incident.context:
        resolve_outside_incident(work, actor, incident)
        return
    _prepare_job(work, incident)
    run.instance.retry_incident(incident_key)
    tree.settle(run)
    _release_job(work, incident)


def resolve_instance_incidents(work: UnitOfWork, actor: Actor, instance_key: int) -> int:
    """Resolve every active incident of an instance; returns how many there were."""
    keys = list_active_incidents(work.connection, instance_key)
    for key in keys:
        resolve_incident(work, actor, key)
    return len(keys)


def _prepare_job(work: UnitOfWork, incident: Row[Any]) -> None:
    if incident.job_key is None:
        return
    job = find_job(work.connection, incident.job_key)
    if job is not None and job.state not in CLOSED and job.retries <= 0:
        raise ConflictError(f"Expected job {job.key} to have retries left, but it has none; give it some first")


def _release_job(work: UnitOfWork, incident: Row[Any]) -> None:
    """Hand the job out again, also one whose error nobody caught, unless the retry replaced it."""
    job = find_job(work.connection, incident.job_key) if incident.job_key is not None else None
    if job is None or job.ended_at is not None:
        return
    write_job(work.connection, job.key, available_at=work.now, state="CREATED", updated_at=work.now)
    if job.type.startswith(BUILT_IN):
        work.nudge(RUN_JOBS, (job.key,))
