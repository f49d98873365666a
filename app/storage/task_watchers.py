"""Who was shown a task without having to act on it (抄送): the watching list, with its read marks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class TaskWatcherRow(Base):
    """One person who watches one task. The index on (username, key) is the watching list, the newest first."""

    __tablename__ = "task_watcher"
    __table_args__ = (
        Index(None, "task_key", "username", unique=True),
        Index(None, "username", "key"),
        Index(None, "instance_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(255))
    task_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    added_by: Mapped[str] = mapped_column(String(255))
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def find_watcher(connection: Connection, task_key: int, username: str) -> Row[Any] | None:
    """Return somebody's watching of a task, or None."""
    table = TaskWatcherRow.__table__
    return connection.execute(
        select(table).where(table.c.task_key == task_key, table.c.username == username)
    ).one_or_none()


def list_watchers(connection: Connection, task_key: int) -> Sequence[Row[Any]]:
    """Return who watches a task, by name."""
    table = TaskWatcherRow.__table__
    return connection.execute(select(table).where(table.c.task_key == task_key).order_by(table.c.username)).all()


def watches_instance(connection: Connection, instance_key: int, username: str) -> bool:
    """Whether somebody watches a task of this instance."""
    table = TaskWatcherRow.__table__
    query = select(table.c.key).where(table.c.instance_key == instance_key, table.c.username == username)
    return connection.execute(query.limit(1)).first() is not None


def add_watcher(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add one (`row`: all columns)."""
    connection.execute(insert(TaskWatcherRow).values(**row))


def list_unread(connection: Connection, username: str, task_keys: Sequence[int]) -> set[int]:
    """Return which of these tasks somebody watches and has not looked at yet."""
    table = TaskWatcherRow.__table__.c
    mine = (table.username == username, table.task_key.in_(task_keys), table.read_at.is_(None))
    return set(connection.execute(select(table.task_key).where(*mine)).scalars())


def mark_watched_read(connection: Connection, username: str, task_key: int, at: datetime) -> None:
    """Set the read mark; the first one stays."""
    table = TaskWatcherRow.__table__.c
    mine = (table.username == username, table.task_key == task_key, table.read_at.is_(None))
    connection.execute(update(TaskWatcherRow).where(*mine).values(read_at=at))
