"""Browser sessions: one row each, so that they can be listed and ended."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, Row, String, Text, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class SessionRow(Base):
    """One sign-in of one browser. Only the SHA-256 of its secret is kept; `seen_at` is exact to a minute."""

    __tablename__ = "web_session"
    __table_args__ = (Index(None, "username"), Index(None, "expires_at"))

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    username: Mapped[str] = mapped_column(ForeignKey("account.username"))
    browser: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    seen_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


def add_session(connection: Connection, row: dict[str, Any]) -> None:
    """Insert a session (`row`: all columns)."""
    connection.execute(insert(SessionRow).values(**row))


def find_session(connection: Connection, secret_hash: str) -> Row[Any] | None:
    """Return the session with this hash."""
    return connection.execute(select(SessionRow.__table__).where(SessionRow.secret_hash == secret_hash)).one_or_none()


def list_sessions(connection: Connection, username: str, at: datetime, idle_since: datetime) -> Sequence[Row[Any]]:
    """Return a person's sessions that live at `at` and were used after `idle_since`, the last seen first."""
    living = (SessionRow.expires_at > at, SessionRow.seen_at > idle_since)
    query = select(SessionRow.__table__).where(SessionRow.username == username, *living)
    return connection.execute(query.order_by(SessionRow.seen_at.desc())).all()


def touch_session(connection: Connection, secret_hash: str, at: datetime) -> None:
    """Note that a session was used."""
    connection.execute(update(SessionRow).where(SessionRow.secret_hash == secret_hash).values(seen_at=at))


def delete_session(connection: Connection, username: str, secret_hash: str) -> bool:
    """End one session of a person; whether there was one."""
    query = delete(SessionRow).where(SessionRow.secret_hash == secret_hash, SessionRow.username == username)
    return connection.execute(query).rowcount == 1


def delete_sessions(connection: Connection, username: str, *, but: str | None = None) -> int:
    """End every session of a person, but the one with the hash `but`; returns how many."""
    query = delete(SessionRow).where(SessionRow.username == username)
    if but is not None:
        query = query.where(SessionRow.secret_hash != but)
    return connection.execute(query).rowcount


def delete_expired_sessions(connection: Connection, at: datetime) -> None:
    """Forget the sessions that ended before `at`."""
    connection.execute(delete(SessionRow).where(SessionRow.expires_at <= at))
