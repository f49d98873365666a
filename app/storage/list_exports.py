"""Exports of lists that are made in the background: what was asked for, how far it is, and the finished file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Integer,
    LargeBinary,
    Row,
    String,
    Text,
    delete,
    insert,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class ListExportRow(Base):
    """One export. `state`: WAITING, RUNNING, DONE or FAILED; `done` counts rows written; `next_try_at` is its lease.

    `wish` holds the view's address, the columns and the language, so that the file says what the screen said.
    """

    __tablename__ = "list_export"
    __table_args__ = (Index(None, "username", "key"), Index(None, "next_try_at"), Index(None, "created_at"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(String(255))
    list: Mapped[str] = mapped_column(String(12))
    wish: Mapped[dict[str, Any]] = mapped_column(JSONText)
    state: Mapped[str] = mapped_column(String(8))
    done: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    error: Mapped[str | None] = mapped_column(Text)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)


def add_export(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store an export that is asked for (`row`: all columns)."""
    connection.execute(insert(ListExportRow).values(**row))


def find_export(connection: Connection, key: int) -> Row[Any] | None:
    """Return an export with its file."""
    return connection.execute(select(ListExportRow.__table__).where(ListExportRow.key == key)).one_or_none()


def list_exports(connection: Connection, username: str, most: int = 20) -> Sequence[Row[Any]]:
    """Return a person's exports without their files, the newest first."""
    table = ListExportRow.__table__
    columns = [column for column in table.c if column.name != "content"]
    query = select(*columns).where(table.c.username == username).order_by(table.c.key.desc()).limit(most)
    return connection.execute(query).all()


def claim_export(connection: Connection, key: int, now: datetime, until: datetime) -> Row[Any] | None:
    """Lease an export that waits, or whose worker's lease has run out; None where somebody else has it."""
    table = ListExportRow.__table__
    waiting = select(table).where(table.c.key == key, table.c.next_try_at <= now).with_for_update(skip_locked=True)
    row = connection.execute(waiting).one_or_none()
    if row is not None:
        write_export(connection, key, {"state": "RUNNING", "next_try_at": until})
    return row


def write_export(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Change columns of an export."""
    connection.execute(update(ListExportRow).where(ListExportRow.key == key).values(**values))


def list_due_exports(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Return the keys of exports that wait for a worker, oldest first."""
    query = select(ListExportRow.key).where(ListExportRow.next_try_at <= now).order_by(ListExportRow.next_try_at)
    return list(connection.execute(query.limit(limit)).scalars())


def delete_exports(connection: Connection, before: datetime) -> None:
    """Forget the exports asked for before `before`."""
    connection.execute(delete(ListExportRow).where(ListExportRow.created_at < before))
