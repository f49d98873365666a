"""What became of everything that a completion opened: did anybody touch it. Only reads."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from app.storage.audit import AuditRow
from app.storage.instances import ElementInstanceRow
from app.storage.jobs import JobRow
from app.storage.task_drafts import TaskDraftRow


def list_completed_in(
    connection: Connection, instance_keys: Collection[int], scope_keys: Collection[int] | None = None
) -> Sequence[Row[Any]]:
    """Return (element_id, type) of what completed in these instances; with `scope_keys`, directly in these scopes."""
    table = ElementInstanceRow.__table__.c
    query: Select[Any] = select(table.element_id, table.type).where(
        table.instance_key.in_(instance_keys), table.state == "COMPLETED"
    )
    if scope_keys is not None:
        query = query.where(table.scope_key.in_(scope_keys))
    return connection.execute(query).all()


def find_touch(connection: Connection, instance_keys: Collection[int], task_keys: Collection[int]) -> str | None:
    """Return who did something with one of these tasks, or typed into it; None when nobody did."""
    audit, draft = AuditRow.__table__.c, TaskDraftRow.__table__.c
    done = select(audit.actor).where(audit.instance_key.in_(instance_keys), audit.entity_key.in_(task_keys))
    typed = select(draft.saved_by).where(draft.task_key.in_(task_keys))
    found = connection.execute(done.limit(1)).scalar() or connection.execute(typed.limit(1)).scalar()
    return None if found is None else str(found)


def find_worker(connection: Connection, instance_keys: Collection[int], element_keys: Collection[int]) -> str | None:
    """Return a worker that has taken a job of one of these element instances; None when none has."""
    table = JobRow.__table__.c
    query = select(table.worker).where(
        table.instance_key.in_(instance_keys), table.element_key.in_(element_keys), table.worker != ""
    )
    found = connection.execute(query.limit(1)).scalar()
    return None if found is None else str(found)
