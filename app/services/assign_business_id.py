"""Give a process instance its business id."""

from __future__ import annotations

from sqlalchemy import update

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.record_audit import record_audit
from app.services.see_complaint import require_sight_of_number
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import ProcessInstanceRow, lock_instance


def assign_business_id(work: UnitOfWork, actor: Actor, instance_key: int, business_id: str) -> None:
    """Set the business id of a running instance that has none.

    Raises ForbiddenError, NotFoundError, and ConflictError when it has ended, was called, or has another id.
    """
    require_scope(actor, "operate")
    identify_instance(work, actor, instance_key, business_id)


def identify_instance(work: UnitOfWork, actor: Actor, instance_key: int, business_id: str) -> None:
    """Do that for somebody who may: also a worker does, with the job it completes.

    Raises UnseenComplaintError where the id is the number of others' complaint.
    """
    require_sight_of_number(work, actor, business_id, {})
    found = lock_instance(work.connection, instance_key)
    if found is None:
        raise NotFoundError(f"Expected a process instance with key {instance_key}, but there is none")
    row, _ = found
    if row.status not in {"ACTIVE", "SUSPENDED"}:
        raise ConflictError(f"Expected process instance {instance_key} to run, but it is {row.status}")
    if row.parent_key is not None:
        raise ConflictError(f"Expected process instance {instance_key} to begin its call tree, but it was called")
    if row.business_id not in (None, business_id):
        raise ConflictError(f"Expected process instance {instance_key} to have no business id, but it has another")
    changed = update(ProcessInstanceRow).where(ProcessInstanceRow.key == instance_key).values(business_id=business_id)
    work.connection.execute(changed)
    record_audit(work, actor, "UPDATE", "PROCESS_INSTANCE", instance_key, instance_key=instance_key)
