"""Deletes every row of an instance, over all the tables that hold one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, delete, select

from app.storage.base import Base
from app.storage.blobs import let_blobs_go
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.documents import take_documents_of
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.messages import CorrelationRow
from app.storage.step_limits import StepLimitRow
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.task_actions import TaskActionRow
from app.storage.task_drafts import TaskDraftRow
from app.storage.task_turns import TaskTurnRow
from app.storage.task_watchers import TaskWatcherRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow
from app.storage.variables import VariableRow

TABLES: tuple[type[Base], ...] = (
    TaskActionRow,
    TaskDraftRow,
    TaskTurnRow,
    TaskWatcherRow,
    UserTaskRow,
    JobRow,
    TimerRow,
    StepLimitRow,
    MessageSubscriptionRow,
    SignalSubscriptionRow,
    ConditionSubscriptionRow,
    CorrelationRow,
    IncidentRow,
    DecisionInstanceRow,
    VariableRow,
    ElementInstanceRow,
)


def delete_history(connection: Connection, instance_key: int) -> None:
    """Delete an instance and everything that belongs to it, except for the audit log."""
    tasks = select(UserTaskRow.key).where(UserTaskRow.instance_key == instance_key)
    connection.execute(delete(TaskCandidateRow).where(TaskCandidateRow.task_key.in_(tasks)))
    let_blobs_go(connection, take_documents_of(connection, instance_key))
    for row_class in TABLES:
        columns: Any = row_class.__table__.c
        connection.execute(delete(row_class).where(columns.instance_key == instance_key))
    connection.execute(delete(ProcessInstanceRow).where(ProcessInstanceRow.key == instance_key))
