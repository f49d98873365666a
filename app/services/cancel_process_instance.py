"""Cancels a running process instance, and with it whatever it called."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork


def cancel_process_instance(work: UnitOfWork, actor: Actor, instance_key: int) -> None:
    """Terminate the instance.

    Raises ForbiddenError, NotFoundError, and ConflictError when it ended or was called by another.
    """
    require_scope(actor, "operate")
    tree = InstanceTree(work, actor)
    run = tree.open_suspended(instance_key)
    if run.row.parent_key is not None:
        raise ConflictError(
            f"Expected a process instance that no other called, but {instance_key} belongs to {run.row.root_key}; "
            "cancel that"
        )
    run.instance.cancel()
    record_audit(work, actor, "CANCEL", "PROCESS_INSTANCE", instance_key, instance_key=instance_key)
    tree.settle(run)
