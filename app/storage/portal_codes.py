"""Codes sent to a phone or e-mail address, to prove that whoever asks holds it. Only their keyed hashes are kept."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, Row, String, delete, func, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class PortalCodeRow(Base):
    """One code to one contact (its blind index). `tries` counts the guesses at it."""

    __tablename__ = "portal_code"
    __table_args__ = (Index(None, "contact_index", "key"), Index(None, "created_at"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    contact_index: Mapped[str] = mapped_column(String(32))
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)


def add_code(connection: Connection, row: dict[str, Any]) -> None:
    """Store a code (`row`: all columns)."""
    connection.execute(insert(PortalCodeRow).values(**row))


def count_codes(connection: Connection, since: datetime, contact_index: str | None = None) -> int:
    """Return how many codes were made since then, to one contact or to everybody."""
    query = select(func.count()).where(PortalCodeRow.created_at > since)
    if contact_index is not None:
        query = query.where(PortalCodeRow.contact_index == contact_index)
    return int(connection.execute(query).scalar_one())


def lock_last_code(connection: Connection, contact_index: str) -> Row[Any] | None:
    """Return the last code sent to a contact; others who ask for it wait until this transaction ends."""
    query = select(PortalCodeRow.__table__).where(PortalCodeRow.contact_index == contact_index)
    return connection.execute(query.order_by(PortalCodeRow.key.desc()).limit(1).with_for_update()).one_or_none()


def count_try(connection: Connection, key: int) -> None:
    """Count a guess at a code."""
    query = update(PortalCodeRow).where(PortalCodeRow.key == key)
    connection.execute(query.values(tries=PortalCodeRow.tries + 1))


def spend_code(connection: Connection, key: int, now: datetime) -> None:
    """Let a code be used no more."""
    connection.execute(update(PortalCodeRow).where(PortalCodeRow.key == key).values(expires_at=now))


def delete_codes(connection: Connection, before: datetime) -> int:
    """Delete the codes made before then; returns how many."""
    return connection.execute(delete(PortalCodeRow).where(PortalCodeRow.created_at < before)).rowcount
