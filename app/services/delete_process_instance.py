"""Deletes a finished process instance with all its history."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.delete_history import delete_history
from app.storage.instances import lock_instance


def delete_process_instance(work: UnitOfWork, actor: Actor, instance_key: int) -> None:
    """Delete the instance and its rows; the audit log keeps its lines. ForbiddenError, NotFoundError, ConflictError."""
    require_scope(actor, "operate")
    found = lock_instance(work.connection, instance_key)
    if found is None:
        raise NotFoundError(f"Expected a process instance with key {instance_key}, but there is none")
    if found[0].status in ("ACTIVE", "SUSPENDED"):
        raise ConflictError(f"Expected process instance {instance_key} to have ended, but it is {found[0].status}")
    delete_history(work.connection, instance_key)
    record_audit(work, actor, "DELETE", "PROCESS_INSTANCE", instance_key, instance_key=instance_key)
