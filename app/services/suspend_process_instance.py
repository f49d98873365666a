"""Suspends and resumes process instances, each with whatever it called."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.post_outbox import HELD, post_outbox
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import list_tree, lock_instance, write_suspension
from app.storage.jobs import pause_jobs, resume_jobs
from app.storage.messages import list_awaited_messages
from app.storage.timers import pause_timers, resume_timers


def suspend_process_instance(work: UnitOfWork, actor: Actor, instance_key: int) -> None:
    """Stand still: no task, job, timer or message moves the instance until it resumes. ConflictError if not active."""
    _change(work, actor, instance_key, "ACTIVE", "SUSPENDED")


def resume_process_instance(work: UnitOfWork, actor: Actor, instance_key: int) -> None:
    """Go on; what fell due meanwhile is due now, messages that still live are given. ConflictError if not suspended."""
    resumed = _change(work, actor, instance_key, "SUSPENDED", "ACTIVE")
    for message_key in list_awaited_messages(work.connection, resumed, work.now):
        work.deliver(post_outbox(work, HELD, {"message_key": message_key}, instance_key=instance_key))


def _change(work: UnitOfWork, actor: Actor, instance_key: int, from_status: str, to_status: str) -> list[int]:
    require_scope(actor, "operate")
    found = lock_instance(work.connection, instance_key)
    if found is None:
        raise NotFoundError(f"Expected a process instance with key {instance_key}, but there is none")
    row, _ = found
    if row.status != from_status:
        raise ConflictError(f"Expected process instance {instance_key} to be {from_status}, but it is {row.status}")
    changed = list_tree(work.connection, row.root_key, instance_key)
    for key in changed:
        write_suspension(work.connection, key, to_status, work.now if to_status == "SUSPENDED" else None)
        if to_status == "SUSPENDED":
            pause_timers(work.connection, key)
            pause_jobs(work.connection, key)
        else:
            resume_timers(work.connection, key)
            resume_jobs(work.connection, key, work.now)
    operation = "SUSPEND" if to_status == "SUSPENDED" else "RESUME"
    record_audit(work, actor, operation, "PROCESS_INSTANCE", instance_key, instance_key=instance_key)
    return changed
