"""Visits to the customer portal: who has proved to hold a contact, and until when."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Index, Row, String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class PortalSessionRow(Base):
    """One visit. Only the SHA-256 of its secret is kept; `contact` is sealed, `contact_index` its blind index."""

    __tablename__ = "portal_session"
    __table_args__ = (Index(None, "expires_at"),)

    secret_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    contact_index: Mapped[str] = mapped_column(String(32))
    contact: Mapped[str] = mapped_column(Text)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


def add_portal_session(connection: Connection, row: dict[str, Any]) -> None:
    """Store a visit (`row`: all columns)."""
    connection.execute(insert(PortalSessionRow).values(**row))


def find_portal_session(connection: Connection, secret_hash: str, now: datetime) -> Row[Any] | None:
    """Return the visit with this hash that lasts beyond `now`."""
    query = select(PortalSessionRow.__table__).where(
        PortalSessionRow.secret_hash == secret_hash, PortalSessionRow.expires_at > now
    )
    return connection.execute(query).one_or_none()


def delete_portal_session(connection: Connection, secret_hash: str) -> None:
    """End a visit."""
    connection.execute(delete(PortalSessionRow).where(PortalSessionRow.secret_hash == secret_hash))


def delete_portal_sessions(connection: Connection, before: datetime) -> int:
    """Delete the visits that ended before then; returns how many."""
    return connection.execute(delete(PortalSessionRow).where(PortalSessionRow.expires_at < before)).rowcount
