"""Deletes a version of a process, of a form, or of a graph of decisions: nothing begins with it any more.

Rows and files stay, since instances and history refer to them: what runs on a version runs on, and a task that shows a
form goes on showing it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.config import FOUR_EYES
from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.check_table_release import who_asks
from app.services.record_audit import record_audit
from app.services.subscribe_starts import subscribe_starts
from app.services.unit_of_work import UnitOfWork
from app.storage.base import Base
from app.storage.deployments import (
    IDENTITY,
    DecisionRequirementsRow,
    FormRow,
    ProcessDefinitionRow,
    find_by_key,
    find_version,
    list_decisions,
    mark_deleted,
    take_deployment_mark,
)
from app.storage.starts import drop_starts

DELETABLE: dict[type[Base], tuple[str, str]] = {
    ProcessDefinitionRow: ("processDefinitionId", "process_id"),
    FormRow: ("formId", "form_id"),
    DecisionRequirementsRow: ("decisionRequirementsId", "drg_id"),
}
"""What may be deleted, with what the audit calls its id, and the id's column."""


def delete_resource(work: UnitOfWork, actor: Actor, key: int) -> None:
    """Delete the version `key`; was it the latest, the one before it is the latest, and a process's start events wait.

    Where none is left, a process cannot start, a task that needs the form and a step that asks the decision stop with
    an incident. Raises ForbiddenError; NotFoundError where there is none; ConflictError for a single decision or a
    file of another kind, and for decisions that something asks where tables are released by two people.
    """
    require_scope(actor, "deploy")
    take_deployment_mark(work.connection)
    table, row = _find(work, key)
    if table is DecisionRequirementsRow and work.runtime.settings.table_release == FOUR_EYES:
        _require_unasked(work, key)
    latest = table is ProcessDefinitionRow and find_version(work.connection, table, row.process_id)
    mark_deleted(work.connection, table, key, work.now)
    if latest and latest.key == key:
        _let_the_one_before_start(work, row.process_id)
    called, column = DELETABLE[table]
    details = {called: row._mapping[column], "version": row.version}
    record_audit(work, actor, "DELETE", "RESOURCE", key, details=details)


def _find(work: UnitOfWork, key: int) -> tuple[type[Base], Row[Any]]:
    for table in DELETABLE:
        row = find_by_key(work.connection, table, key)
        if row is not None and row.deleted_at is None:
            return table, row
    others = [table for table in IDENTITY if table not in DELETABLE]
    if any(find_by_key(work.connection, table, key) is not None for table in others):
        raise ConflictError(
            f"Expected the key of a process definition, form or decision requirements, but {key} is of another kind"
        )
    raise NotFoundError(f"Expected a resource with the key {key}, but there is none")


def _require_unasked(work: UnitOfWork, requirements_key: int) -> None:
    for decision_id in list_decisions(work.connection, requirements_key):
        asked_by = next(who_asks(work, (), decision_id), None)
        if asked_by is not None:
            raise ConflictError(
                f"Expected a table that nothing asks, but {asked_by} asks {decision_id}, and tables are released by "
                "two people here: propose another version instead"
            )


def _let_the_one_before_start(work: UnitOfWork, process_id: str) -> None:
    drop_starts(work.connection, process_id)
    before = find_version(work.connection, ProcessDefinitionRow, process_id)
    if before is not None:
        subscribe_starts(work, work.runtime.models.process(work.connection, before.key))
