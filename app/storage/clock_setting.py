"""The moved clock of a demo or a test: one row that every process of the installation reads."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import BigInteger, Connection, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.reads import Read
from app.storage.types import UTCDateTime


class ClockSettingRow(Base):
    """Where the clock stands; no row means the machine's own time."""

    __tablename__ = "clock_setting"

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pinned_at: Mapped[datetime] = mapped_column(UTCDateTime)


def find_pinned_at(connection: Connection) -> datetime | None:
    """Return the instant the clock is pinned at."""
    row = _PINNED.one_or_none(connection)
    return None if row is None else row[0]


_PINNED = Read(select(ClockSettingRow.pinned_at).where(ClockSettingRow.id == 1))
"""Prebuilt, since a demo asks it in each transaction: built anew, it took a quarter of a timer's firing."""


def write_pinned_at(connection: Connection, at: datetime | None) -> None:
    """Pin the clock at `at`, or let it run again with None."""
    connection.execute(delete(ClockSettingRow))
    if at is not None:
        connection.execute(insert(ClockSettingRow).values(id=1, pinned_at=at))
