"""Absences with their stand-ins (请假代办)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Row, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class AbsenceRow(Base):
    """One absence, from `starts_at` until before `ends_at`; `stand_in` works the person's tasks meanwhile."""

    __tablename__ = "absence"
    __table_args__ = (Index(None, "stand_in", "ends_at"), Index(None, "username", "ends_at"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    username: Mapped[str] = mapped_column(ForeignKey("account.username"))
    stand_in: Mapped[str] = mapped_column(ForeignKey("account.username"))
    starts_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ends_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    cancelled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def add_absence(connection: Connection, row: dict[str, Any]) -> None:
    """Insert an absence (`row`: all columns)."""
    connection.execute(insert(AbsenceRow).values(**row))


def list_absences(connection: Connection, username: str, since: datetime) -> Sequence[Row[Any]]:
    """Return a person's absences that end after `since` and stand, the nearest first."""
    table = AbsenceRow.__table__.c
    query = select(AbsenceRow.__table__).where(
        table.username == username, table.ends_at > since, table.cancelled_at.is_(None)
    )
    return connection.execute(query.order_by(table.starts_at)).all()


def cancel_absence(connection: Connection, key: int, username: str, at: datetime) -> bool:
    """Cancel a person's absence; whether there was one to cancel."""
    query = update(AbsenceRow).where(
        AbsenceRow.key == key, AbsenceRow.username == username, AbsenceRow.cancelled_at.is_(None)
    )
    return connection.execute(query.values(cancelled_at=at)).rowcount == 1
