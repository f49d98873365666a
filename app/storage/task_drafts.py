"""Answers to a task's form that nobody has sent yet: one draft a task, whoever works on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, Row, String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime
from app.storage.user_tasks import UserTaskRow


class TaskDraftRow(Base):
    """The draft of one task. `version` rises with every save; `sealed` is the JSON of the answers by field."""

    __tablename__ = "task_draft"
    __table_args__ = (Index(None, "instance_key"), Index(None, "saved_at"))

    task_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    version: Mapped[int] = mapped_column(Integer)
    saved_by: Mapped[str] = mapped_column(String(255))
    saved_at: Mapped[datetime] = mapped_column(UTCDateTime)
    sealed: Mapped[str] = mapped_column(Text)


def find_draft(connection: Connection, task_key: int) -> Row[Any] | None:
    """Return a task's draft, or None."""
    return connection.execute(select(TaskDraftRow.__table__).where(TaskDraftRow.task_key == task_key)).one_or_none()


def write_draft(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a draft (`row`: all columns) in place of the one before it; the caller holds the task's lock."""
    changed = connection.execute(update(TaskDraftRow).where(TaskDraftRow.task_key == row["task_key"]).values(**row))
    if not changed.rowcount:
        connection.execute(insert(TaskDraftRow).values(**row))


def delete_ended_drafts(connection: Connection, before: datetime) -> None:
    """Throw away the drafts saved before `before` whose task has ended."""
    ended = select(UserTaskRow.key).where(UserTaskRow.key == TaskDraftRow.task_key, UserTaskRow.ended_at.is_not(None))
    connection.execute(delete(TaskDraftRow).where(TaskDraftRow.saved_at < before, ended.exists()))
