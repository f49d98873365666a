"""Absences with their stand-ins (请假代办)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Row, String, bindparam, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.reads import Read
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


class AbsentNow(NamedTuple):
    """Who stands in for somebody, and until before when."""

    stand_in: str
    until: datetime


def find_absence_now(connection: Connection, username: str, at: datetime) -> AbsentNow | None:
    """Return the absence that a person has at `at`; None for who is there."""
    row = _NOW.one_or_none(connection, username=username, at=at)
    return None if row is None else AbsentNow(*row)


def list_absent_now(connection: Connection, usernames: Iterable[str], at: datetime) -> dict[str, datetime]:
    """Return who of these is absent at `at`, with the end of the absence."""
    table = AbsenceRow.__table__.c
    query = select(table.username, table.ends_at).where(
        table.username.in_(set(usernames)), table.starts_at <= at, table.ends_at > at, table.cancelled_at.is_(None)
    )
    return {row.username: row.ends_at for row in connection.execute(query)}


def cancel_absence(connection: Connection, key: int, username: str, at: datetime) -> bool:
    """Cancel a person's absence; whether there was one to cancel."""
    query = update(AbsenceRow).where(
        AbsenceRow.key == key, AbsenceRow.username == username, AbsenceRow.cancelled_at.is_(None)
    )
    return connection.execute(query.values(cancelled_at=at)).rowcount == 1


_NOW = Read(
    select(AbsenceRow.stand_in, AbsenceRow.ends_at)
    .where(
        AbsenceRow.username == bindparam("username", type_=String),
        AbsenceRow.cancelled_at.is_(None),
        AbsenceRow.starts_at <= bindparam("at", type_=UTCDateTime),
        AbsenceRow.ends_at > bindparam("at", type_=UTCDateTime),
    )
    .order_by(AbsenceRow.starts_at)
    .limit(1)
)
