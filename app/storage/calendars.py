"""Calendars, one row a version; a version never changes, so what was computed on it can always be shown again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, Row, String, Text, func, select, tuple_
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class CalendarVersionRow(Base):
    """One version of a calendar: `days` are [date, working, name, source], `hours` [opens, closes] of a working day."""

    __tablename__ = "calendar_version"
    __table_args__ = (Index(None, "name", "version", unique=True),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    zone: Mapped[str] = mapped_column(String(60))
    weekend: Mapped[list[int]] = mapped_column(JSONText)
    hours: Mapped[list[list[str]]] = mapped_column(JSONText)
    days: Mapped[list[list[Any]]] = mapped_column(JSONText)
    official_years: Mapped[list[int]] = mapped_column(JSONText)
    source: Mapped[str] = mapped_column(Text)
    effective_at: Mapped[datetime] = mapped_column(UTCDateTime)
    created_by: Mapped[str] = mapped_column(String(255))


def add_calendar_version(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Store a version; False where that version exists already."""
    insert = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert(CalendarVersionRow).values(**row).on_conflict_do_nothing().returning(CalendarVersionRow.key)
    return connection.execute(statement).first() is not None


def find_calendar_key(connection: Connection, name: str, version: int | None = None) -> int | None:
    """Return the key of a calendar's version, the latest where none is named; None without it."""
    query = select(CalendarVersionRow.key).where(CalendarVersionRow.name == name)
    if version is not None:
        query = query.where(CalendarVersionRow.version == version)
    return connection.execute(query.order_by(CalendarVersionRow.version.desc()).limit(1)).scalar()


def get_calendar(connection: Connection, key: int) -> Row[Any]:
    """Return a version by its key, which exists."""
    return connection.execute(select(CalendarVersionRow.__table__).where(CalendarVersionRow.key == key)).one()


def list_calendar_versions(connection: Connection) -> Sequence[tuple[str, int]]:
    """Return the name and the latest version of every calendar."""
    query = select(CalendarVersionRow.name, func.max(CalendarVersionRow.version)).group_by(CalendarVersionRow.name)
    return [(row[0], row[1]) for row in connection.execute(query)]


def list_latest_calendars(connection: Connection) -> Sequence[Row[Any]]:
    """Return the latest version of every calendar, by name."""
    table = CalendarVersionRow.__table__
    latest = select(table.c.name, func.max(table.c.version)).group_by(table.c.name)
    query = select(table).where(tuple_(table.c.name, table.c.version).in_(latest))
    return connection.execute(query.order_by(table.c.name)).all()
