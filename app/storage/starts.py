"""The rows that start a process by itself, over all the tables that hold them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from app.storage.base import Base
from app.storage.deployments import ProcessDefinitionRow
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.timers import TimerRow

TABLES: tuple[type[Base], ...] = (TimerRow, MessageSubscriptionRow, SignalSubscriptionRow, ConditionSubscriptionRow)


def drop_starts(connection: Connection, process_id: str) -> None:
    """Delete what starts any version of this process by itself."""
    versions = select(ProcessDefinitionRow.key).where(ProcessDefinitionRow.process_id == process_id)
    for row_class in TABLES:
        columns: Any = row_class.__table__.c
        starts = delete(row_class).where(columns.definition_key.in_(versions), columns.instance_key.is_(None))
        connection.execute(starts)
