"""Starts a batch operation: one command for many instances, carried out one by one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import insert

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.jobs import RUN_BATCH
from app.services.record_audit import record_audit
from app.services.run_batch import COMMANDS
from app.services.unit_of_work import UnitOfWork
from app.storage.batch_operations import BatchItemRow, BatchOperationRow


def create_batch_operation(
    work: UnitOfWork, actor: Actor, type_: str, items: Sequence[tuple[int, int | None]], plan: Mapping[str, Any]
) -> int:
    """Store a batch of `items` (key, process instance key) to be worked off by workers, and return its key.

    `type_` is the Camunda API's name; `plan` is what that command needs, as JSON. Raises ForbiddenError and
    InvalidInputError.
    """
    require_scope(actor, "operate")
    if type_ not in COMMANDS:
        raise InvalidInputError(f"Expected one of {', '.join(sorted(COMMANDS))}, but got {type_!r}")
    key = work.next_key()
    row = {"key": key, "type": type_, "plan": dict(plan), "actor": actor.username, "started_at": work.now}
    state = {"state": "ACTIVE", "ended_at": None} if items else {"state": "COMPLETED", "ended_at": work.now}
    counts = {"total": len(items), "completed": 0, "failed": 0}
    work.connection.execute(insert(BatchOperationRow).values(**row, **state, **counts))
    rows = [
        {"batch_key": key, "item_key": item, "instance_key": instance, "state": "ACTIVE"}
        for item, instance in dict.fromkeys(items)
    ]
    if rows:
        work.connection.execute(insert(BatchItemRow), rows)
        work.nudge(RUN_BATCH, (key,))
    record_audit(work, actor, "CREATE", "BATCH", key, details={"type": type_, "items": len(rows)})
    return key
