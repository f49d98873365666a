"""User tasks, and who may pick up the open ones."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, SmallInteger, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime

NEVER_DUE = datetime.fromisoformat("9999-01-01T00:00:00+00:00")
OPEN = "ended_at IS NULL"


class UserTaskRow(Base):
    """One piece of work for a person. `sort_at` is `due_at`, or far ahead without one, so that an index can order."""

    __tablename__ = "user_task"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(
            "ix_user_task_assignee",
            "assignee",
            "sort_at",
            "key",
            postgresql_where=text(OPEN),
            sqlite_where=text(OPEN),
        ),
        Index("ix_user_task_open", "sort_at", "key", postgresql_where=text(OPEN), sqlite_where=text(OPEN)),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    root_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    element_key: Mapped[int] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(12))
    assignee: Mapped[str | None] = mapped_column(String(255))
    candidate_groups: Mapped[list[str]] = mapped_column(JSONText)
    candidate_users: Mapped[list[str]] = mapped_column(JSONText)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    follow_up_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sort_at: Mapped[datetime] = mapped_column(UTCDateTime)
    priority: Mapped[int] = mapped_column(SmallInteger)
    form_key: Mapped[int | None] = mapped_column(BigInteger)
    external_form: Mapped[str | None] = mapped_column(Text)
    headers: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    ended_by: Mapped[str | None] = mapped_column(String(255))


class TaskCandidateRow(Base):
    """One group or person that may pick up one open task; deleted when the task ends.

    `who` is `g:` or `u:` and the name. The primary key is the inbox's index: a page is one ordered scan for each `who`.
    """

    __tablename__ = "task_candidate"
    __table_args__ = (Index(None, "task_key"),)

    who: Mapped[str] = mapped_column(Text, primary_key=True)
    assigned: Mapped[int] = mapped_column(SmallInteger, primary_key=True)
    sort_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    task_key: Mapped[int] = mapped_column(BigInteger, primary_key=True)
