"""What people did with user tasks besides completing them, in order: the history that a task's page shows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, insert, or_, select, text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime

MOST_ACTIONS = 500
OPENED = "opened_key IS NOT NULL"


class TaskActionRow(Base):
    """One verb on one task: who, which, to whom. `sealed` holds what was said: a reason, a comment, an opinion.

    `opened_key` is the task that it opened again (a return, a withdrawal), so that the words are shown there, too.
    """

    __tablename__ = "task_action"
    __table_args__ = (
        Index(None, "instance_key", "key"),
        Index(None, "task_key", "key"),
        Index("ix_task_action_opened_key", "opened_key", postgresql_where=text(OPENED), sqlite_where=text(OPENED)),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    task_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    actor: Mapped[str] = mapped_column(String(255))
    verb: Mapped[str] = mapped_column(String(12))
    person: Mapped[str | None] = mapped_column(String(255))
    opened_key: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    sealed: Mapped[str | None] = mapped_column(Text)


def add_task_action(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add one (`row`: all columns)."""
    connection.execute(insert(TaskActionRow).values(**row))


def list_task_actions(connection: Connection, task_key: int) -> Sequence[Row[Any]]:
    """Return what was done with a task, or opened it again, oldest first."""
    table = TaskActionRow.__table__
    query = select(table).where(or_(table.c.task_key == task_key, table.c.opened_key == task_key))
    return connection.execute(query.order_by(table.c.key).limit(MOST_ACTIONS)).all()


def has_action(connection: Connection, task_key: int, *verbs: str) -> bool:
    """Whether one of these was done with a task, by their words in its history."""
    table = TaskActionRow.__table__.c
    query = select(table.key).where(table.task_key == task_key, table.verb.in_(verbs))
    return connection.execute(query.limit(1)).first() is not None


def find_last_action(connection: Connection, task_key: int, verb: str) -> Row[Any] | None:
    """Return what was done with a task last of what history calls `verb`."""
    table = TaskActionRow.__table__
    query = select(table).where(table.c.task_key == task_key, table.c.verb == verb)
    return connection.execute(query.order_by(table.c.key.desc()).limit(1)).one_or_none()


def list_urges(connection: Connection, task_key: int) -> Sequence[Row[Any]]:
    """Return how often and when a task was urged, oldest first."""
    table = TaskActionRow.__table__
    query = select(table).where(table.c.task_key == task_key, table.c.verb == "urge")
    return connection.execute(query.order_by(table.c.key)).all()


def was_added_by(connection: Connection, task_key: int, username: str) -> bool:
    """Whether somebody added this task to its round."""
    table = TaskActionRow.__table__.c
    query = select(table.key).where(table.opened_key == task_key, table.verb == "add-to-round", table.actor == username)
    return connection.execute(query).first() is not None
