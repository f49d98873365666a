"""Lets a running instance go on under another version of its process, or another process."""

from __future__ import annotations

from collections.abc import Mapping

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine.model import INNER_INSTANCE
from app.services.instance_tree import InstanceTree
from app.services.move_step_limits import move_step_limits
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.migrate_rows import migrate_rows


def migrate_process_instance(
    work: UnitOfWork, actor: Actor, instance_key: int, target_key: int, mapping: Mapping[str, str]
) -> None:
    """Migrate to the process definition `target_key`; `mapping` from old to new element ids.

    Raises ForbiddenError, NotFoundError, ConflictError, and MigrationRefusedError with every reason.
    """
    require_scope(actor, "operate")
    tree = InstanceTree(work, actor)
    run = tree.open(instance_key)
    target = work.runtime.models.process_to_start(work.connection, target_key, work.mark)
    run.instance.migrate(target.definition, mapping)
    inner = {old + INNER_INSTANCE: new + INNER_INSTANCE for old, new in mapping.items()}
    migrate_rows(work.connection, instance_key, target_key, target.definition.process_id, {**mapping, **inner})
    details = {"from": run.row.definition_key, "to": target_key, "mapping": dict(mapping)}
    run.row.definition_key, run.row.process_id, run.process = target_key, target.definition.process_id, target
    record_audit(work, actor, "MIGRATE", "PROCESS_INSTANCE", instance_key, instance_key=instance_key, details=details)
    tree.settle(run)
    if run.row.business_id is not None:
        move_step_limits(work, run.row.business_id, after_migration=True)
