"""Clocks on complaints, what happened to them, and the queries that find those that somebody must look at.

A clock's deadline follows from its events; the columns that repeat it are there to be searched and sorted by.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Text,
    bindparam,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.types import JSONText, UTCDateTime
from app.storage.writes import Writes, insert_rows

OPEN = text("ended_at IS NULL")


class ClockRow(Base):
    """One clock. `definition` is the row of the clocks table it was started by, with that table's version and rule.

    While a pause lasts `deadline_at` is what it was when the pause was recorded. `alert` is what is to be told next, at
    `alert_at`; `next_try_at` is that instant until a dispatcher leases the row under `token`; `told` was told last.
    """

    __tablename__ = "clock"
    __table_args__ = (
        Index(None, "complaint_key", "deadline_at"),
        Index("ix_clock_open_deadline", "deadline_at", "key", postgresql_where=OPEN, sqlite_where=OPEN),
        Index("ix_clock_open_calendar", "calendar_name", "key", postgresql_where=OPEN, sqlite_where=OPEN),
        Index(None, "next_try_at", "key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    complaint_key: Mapped[int] = mapped_column(BigInteger)
    clock_id: Mapped[str] = mapped_column(String(80))
    event: Mapped[str] = mapped_column(String(40))
    party: Mapped[str] = mapped_column(String(12))
    unit: Mapped[str] = mapped_column(String(16))
    definition: Mapped[dict[str, Any]] = mapped_column(JSONText)
    calendar_name: Mapped[str] = mapped_column(String(40))
    calendar_version: Mapped[int] = mapped_column(Integer)
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    deadline_at: Mapped[datetime] = mapped_column(UTCDateTime)
    standing: Mapped[str] = mapped_column(String(12))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    events: Mapped[int] = mapped_column(Integer)
    alert: Mapped[str | None] = mapped_column(String(12))
    alert_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token: Mapped[int | None] = mapped_column(BigInteger)
    told: Mapped[str | None] = mapped_column(String(12))


class ClockEventRow(Base):
    """One thing that happened to a clock; rows are added and never changed. `event_id` is whoever recorded it's own."""

    __tablename__ = "clock_event"
    __table_args__ = (Index(None, "clock_key", "event_id", unique=True),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    clock_key: Mapped[int] = mapped_column(BigInteger)
    event_id: Mapped[str] = mapped_column(String(80))
    kind: Mapped[str] = mapped_column(String(12))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(255))
    document: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONText)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(String(255))


ADD_CLOCKS, ADD_CLOCK_EVENTS = insert_rows(ClockRow), insert_rows(ClockEventRow)


def add_clocks(writes: Writes, clocks: Sequence[Mapping[str, Any]], events: Sequence[Mapping[str, Any]]) -> None:
    """Store clocks and the events they begin with, with all that was collected before."""
    writes.add(ADD_CLOCKS, *[[clock.get(column) for column in ADD_CLOCKS.columns] for clock in clocks])
    writes.add(ADD_CLOCK_EVENTS, *[[event.get(column) for column in ADD_CLOCK_EVENTS.columns] for event in events])
    writes.flush()


def add_clock_event(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store one more event of a clock."""
    connection.execute(insert(ClockEventRow), dict(row))


def change_clock(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Write what follows from a clock's events."""
    connection.execute(update(ClockRow).where(ClockRow.key == key).values(**values))


def find_clock(connection: Connection, key: int) -> Row[Any] | None:
    """Return a clock, or None."""
    return connection.execute(select(ClockRow.__table__).where(ClockRow.key == key)).one_or_none()


def list_clocks(connection: Connection, complaint_key: int, *, only_open: bool = False) -> Sequence[Row[Any]]:
    """Return a complaint's clocks: those that run first, the nearest deadline first."""
    return connection.execute(_OPEN_OF if only_open else _ALL_OF, {"of": complaint_key}).all()


_ALL_OF = (
    select(ClockRow.__table__)
    .where(ClockRow.complaint_key == bindparam("of"))
    .order_by(ClockRow.ended_at.is_not(None), ClockRow.deadline_at, ClockRow.key)
)
_OPEN_OF = _ALL_OF.where(ClockRow.ended_at.is_(None))


def list_clock_events(connection: Connection, clock_keys: Iterable[int]) -> Sequence[Row[Any]]:
    """Return the events of these clocks in the order in which they were recorded."""
    table = ClockEventRow.__table__
    return connection.execute(select(table).where(table.c.clock_key.in_(list(clock_keys))).order_by(table.c.key)).all()


def lock_complaint(connection: Connection, key: int) -> Row[Any] | None:
    """Lock a complaint, so that its clocks change one command at a time, and return it as it is now."""
    query = select(ComplaintRow.__table__).where(ComplaintRow.key == key).with_for_update()
    return connection.execute(query).one_or_none()


WRITE_DUE = text(
    "UPDATE complaint SET due_at = (SELECT min(deadline_at) FROM clock WHERE clock.complaint_key = complaint.key "
    "AND ended_at IS NULL AND party = 'institution' AND standing <> 'paused') WHERE key = :key"
)


def write_due(connection: Connection, complaint_key: int) -> None:
    """Write the nearest deadline of a complaint's running clocks that bind the institution, none without one."""
    connection.execute(WRITE_DUE, {"key": complaint_key})


def claim_due_clocks(connection: Connection, now: datetime, until: datetime, token: int, limit: int) -> list[int]:
    """Lease up to `limit` clocks about which somebody must be told at `now`, until `until`; returns their keys."""
    due = (
        select(ClockRow.key)
        .where(ClockRow.next_try_at <= now)
        .order_by(ClockRow.next_try_at, ClockRow.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = list(connection.execute(due).scalars())
    if keys:
        connection.execute(update(ClockRow).where(ClockRow.key.in_(keys)).values(next_try_at=until, token=token))
    return keys


def list_open_clocks(connection: Connection, limit: int) -> Sequence[Row[Any]]:
    """Return the open clocks that are due next, each with its complaint's number and open fields."""
    query = (
        select(ClockRow.__table__, ComplaintRow.number, ComplaintRow.data)
        .join(ComplaintRow, ComplaintRow.key == ClockRow.complaint_key)
        .where(ClockRow.ended_at.is_(None))
    )
    return connection.execute(query.order_by(ClockRow.deadline_at, ClockRow.key).limit(limit)).all()


def count_open_clocks(connection: Connection) -> int:
    """Return how many clocks are open."""
    return int(connection.execute(select(func.count()).where(ClockRow.ended_at.is_(None))).scalar_one())


def list_open_on_calendar(
    connection: Connection, calendar: str, units: Sequence[str], *, below: int, after: int = 0, limit: int = 500
) -> Sequence[Row[Any]]:
    """Return open clocks in these units that read a version of the calendar `below` one, by key, with their numbers."""
    query = (
        select(ClockRow.__table__, ComplaintRow.number)
        .join(ComplaintRow, ComplaintRow.key == ClockRow.complaint_key)
        .where(ClockRow.calendar_name == calendar, ClockRow.ended_at.is_(None), ClockRow.key > after)
        .where(ClockRow.unit.in_(units), ClockRow.calendar_version < below)
    )
    return connection.execute(query.order_by(ClockRow.key).limit(limit)).all()


def list_complaints_by_deadline(
    connection: Connection,
    before: datetime,
    most: int = 200,
    *,
    after: tuple[datetime, int] | None = None,
    also: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Row[Any]]:
    """Return complaints that meet `also` and whose nearest deadline is before `before`, the nearest first.

    `after` is (due_at, key) of the last one seen.
    """
    query = select(ComplaintRow.__table__).where(ComplaintRow.due_at < before, *also)
    if after is not None:
        at, key = after
        query = query.where((ComplaintRow.due_at > at) | ((ComplaintRow.due_at == at) & (ComplaintRow.key > key)))
    return connection.execute(query.order_by(ComplaintRow.due_at, ComplaintRow.key).limit(most)).all()
