"""Contacts with customers about a complaint: calls, letters, visits, messages. What was said is sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class ContactRow(Base):
    """One contact. `at` is when it was, `recorded_at` when it was written down; `direction` is `in` or `out`.

    `sealed` is the summary (`complaint_contact.sealed:<key>`); `by` the account that had it.
    """

    __tablename__ = "complaint_contact"
    __table_args__ = (Index(None, "complaint_key", "at"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    complaint_key: Mapped[int] = mapped_column(BigInteger)
    kind: Mapped[str] = mapped_column(String(12))
    direction: Mapped[str] = mapped_column(String(3))
    channel: Mapped[str | None] = mapped_column(String(20))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    by: Mapped[str] = mapped_column(String(255))
    sealed: Mapped[str] = mapped_column(Text)


def add_contact(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a contact (all columns)."""
    connection.execute(insert(ContactRow).values(**row))


def list_contacts(connection: Connection, complaints: Collection[int], most: int = 200) -> Sequence[Row[Any]]:
    """Return the contacts about these complaints, the newest first."""
    table = ContactRow.__table__
    query = select(table).where(table.c.complaint_key.in_(complaints))
    return connection.execute(query.order_by(table.c.at.desc(), table.c.key.desc()).limit(most)).all()
