"""Turns that others take at a task: delegated work, opinions asked for before, signatures asked for after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class TaskTurnRow(Base):
    """One person's turn at a task. `kind` and `state` are those of `app.domain.task_verbs`.

    `sealed`: JSON with `reason` (why it was asked for), and once it is done `opinion` and `answers`.
    """

    __tablename__ = "task_turn"
    __table_args__ = (
        Index(None, "task_key", "key"),
        Index(None, "instance_key"),
        Index(None, "person"),
        Index(None, "asked_by"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    task_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(10))
    person: Mapped[str] = mapped_column(String(255))
    asked_by: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    state: Mapped[str] = mapped_column(String(8))
    ended_by: Mapped[str | None] = mapped_column(String(255))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sealed: Mapped[str | None] = mapped_column(Text)


def add_turn(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a turn (`row`: all columns)."""
    connection.execute(insert(TaskTurnRow).values(**row))


def list_turns(connection: Connection, task_key: int) -> Sequence[Row[Any]]:
    """Return every turn of a task, in the order in which they are taken."""
    table = TaskTurnRow.__table__
    return connection.execute(select(table).where(table.c.task_key == task_key).order_by(table.c.key)).all()


def write_turn(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Change a turn."""
    connection.execute(update(TaskTurnRow).where(TaskTurnRow.key == key).values(**values))
