"""Suspends, resumes and cancels batch operations."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.jobs import RUN_BATCH
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.batch_operations import cancel_items, find_batch, write_batch_state

CHANGES = {
    "SUSPEND": ({"ACTIVE"}, "SUSPENDED"),
    "RESUME": ({"SUSPENDED"}, "ACTIVE"),
    "CANCEL": ({"ACTIVE", "SUSPENDED"}, "CANCELED"),
}


def change_batch_operation(work: UnitOfWork, actor: Actor, batch_key: int, change: str) -> None:
    """SUSPEND, RESUME or CANCEL a batch; items done stay done. Raises ForbiddenError, NotFoundError, ConflictError."""
    require_scope(actor, "operate")
    batch = find_batch(work.connection, batch_key)
    if batch is None:
        raise NotFoundError(f"Expected a batch operation with key {batch_key}, but there is none")
    states, target = CHANGES[change]
    if batch.state not in states:
        raise ConflictError(
            f"Expected batch operation {batch_key} to be {' or '.join(sorted(states))}, but it is {batch.state}"
        )
    write_batch_state(work.connection, batch_key, target, work.now if target == "CANCELED" else None)
    if target == "CANCELED":
        cancel_items(work.connection, batch_key, work.now)
    if target == "ACTIVE":
        work.nudge(RUN_BATCH, (batch_key,))
    record_audit(work, actor, change, "BATCH", batch_key)
