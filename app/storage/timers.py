"""Timers: rows that fall due; a dispatcher leases them, a worker fires them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Text, bindparam, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.reads import Read
from app.storage.types import JSONText, UTCDateTime


class TimerRow(Base):
    """One armed timer; the row goes when it has fired or is cancelled.

    `next_try_at` is `due_at` until a dispatcher leases the row, which moves it to the lease's end; NULL while the
    instance is suspended. `token` names the lease. A start timer has no instance, and `repeat` says how to re-arm it.
    """

    __tablename__ = "timer"
    __table_args__ = (Index(None, "next_try_at", "key"), Index(None, "instance_key"), Index(None, "definition_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    root_key: Mapped[int | None] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token: Mapped[int | None] = mapped_column(BigInteger)
    repeat: Mapped[dict[str, Any] | None] = mapped_column(JSONText)


@dataclass(frozen=True)
class ArmedTimer:
    """A timer's row, its columns in the table's order."""

    key: int
    definition_key: int
    instance_key: int | None
    root_key: int | None
    element_key: int | None
    element_id: str
    due_at: datetime
    next_try_at: datetime | None
    token: int | None
    repeat: dict[str, Any] | None


def claim_due_timers(connection: Connection, now: datetime, until: datetime, token: int, limit: int) -> list[int]:
    """Lease up to `limit` timers that are due at `now` until `until`, the latest due ones last; returns their keys."""
    due = (
        select(TimerRow.key)
        .where(TimerRow.next_try_at <= now)
        .order_by(TimerRow.next_try_at, TimerRow.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    keys = list(connection.execute(due).scalars())
    if keys:
        connection.execute(update(TimerRow).where(TimerRow.key.in_(keys)).values(next_try_at=until, token=token))
    return keys


def find_timer(connection: Connection, key: int) -> ArmedTimer | None:
    """Return a timer that is still armed."""
    row = _FIND.one_or_none(connection, timer_key=key)
    return None if row is None else ArmedTimer(*row)


_FIND = Read(select(TimerRow.__table__).where(TimerRow.key == bindparam("timer_key", type_=BigInteger)))


def release_timer(connection: Connection, key: int, at: datetime | None) -> None:
    """End a lease: the timer may be claimed again from `at` on, or with None not until it is released once more."""
    connection.execute(update(TimerRow).where(TimerRow.key == key).values(next_try_at=at, token=None))


def pause_timers(connection: Connection, instance_key: int) -> None:
    """Keep an instance's timers from being claimed."""
    connection.execute(update(TimerRow).where(TimerRow.instance_key == instance_key).values(next_try_at=None))


def resume_timers(connection: Connection, instance_key: int) -> None:
    """Let an instance's timers be claimed again when they are due."""
    paused = update(TimerRow).where(TimerRow.instance_key == instance_key).values(next_try_at=TimerRow.due_at)
    connection.execute(paused)
