"""Carries the live rows of an instance over to another process version: history keeps the version it happened in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, case, update

from app.storage.base import Base
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow

LIVE: tuple[tuple[type[Base], str | None], ...] = (
    (ElementInstanceRow, "ended_at"),
    (UserTaskRow, "ended_at"),
    (JobRow, "ended_at"),
    (IncidentRow, "resolved_at"),
    (TimerRow, None),
    (MessageSubscriptionRow, None),
    (SignalSubscriptionRow, None),
    (ConditionSubscriptionRow, None),
)


def migrate_rows(
    connection: Connection, instance_key: int, target_key: int, process_id: str, mapping: Mapping[str, str]
) -> None:
    """Give an instance and what is open in it the target's key and element ids."""
    instance = update(ProcessInstanceRow).where(ProcessInstanceRow.key == instance_key)
    connection.execute(instance.values(definition_key=target_key, process_id=process_id))
    for row_class, end in LIVE:
        columns: Any = row_class.__table__.c
        change = update(row_class).where(columns.instance_key == instance_key)
        if end is not None:
            change = change.where(columns[end].is_(None))
        values: dict[str, Any] = {"definition_key": target_key}
        if mapping:
            values["element_id"] = case(dict(mapping), value=columns.element_id, else_=columns.element_id)
        if "process_id" in columns:
            values["process_id"] = process_id
        connection.execute(change.values(**values))
