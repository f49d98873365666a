"""Deletes a version of a process: nothing starts by it any more; what runs on it runs on."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.record_audit import record_audit
from app.services.subscribe_starts import subscribe_starts
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import (
    IDENTITY,
    ProcessDefinitionRow,
    find_by_key,
    find_version,
    mark_deleted,
    take_deployment_mark,
)
from app.storage.starts import drop_starts


def delete_resource(work: UnitOfWork, actor: Actor, key: int) -> None:
    """Delete the process version `key`; was it the latest, the one before it is the latest, and its start events wait.

    Raises ForbiddenError; NotFoundError where there is none; ConflictError for a form, table or file: what was decided
    and filled in refers to those, and a table is taken back by its release.
    """
    require_scope(actor, "deploy")
    take_deployment_mark(work.connection)
    row = find_by_key(work.connection, ProcessDefinitionRow, key)
    if row is None and any(find_by_key(work.connection, table, key) is not None for table in IDENTITY):
        raise ConflictError(f"Expected the key of a process definition, but {key} is of another kind of resource")
    if row is None or row.deleted_at is not None:
        raise NotFoundError(f"Expected a resource with the key {key}, but there is none")
    latest = find_version(work.connection, ProcessDefinitionRow, row.process_id)
    mark_deleted(work.connection, key, work.now)
    if latest is not None and latest.key == key:
        drop_starts(work.connection, row.process_id)
        before = find_version(work.connection, ProcessDefinitionRow, row.process_id)
        if before is not None:
            subscribe_starts(work, work.runtime.models.process(work.connection, before.key))
    details = {"processDefinitionId": row.process_id, "version": row.version}
    record_audit(work, actor, "DELETE", "RESOURCE", key, details=details)
