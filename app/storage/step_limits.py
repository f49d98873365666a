"""Limits of steps that have stood still with a clock: what they were set to, and what follows for a task or timer.

A task or timer whose complaint's clock was never paused has no row here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Row,
    String,
    case,
    delete,
    insert,
    literal,
    null,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.clocks import ClockEventRow, ClockRow
from app.storage.complaints import ComplaintRow
from app.storage.instances import ProcessInstanceRow
from app.storage.timers import TimerRow
from app.storage.types import UTCDateTime
from app.storage.user_tasks import NEVER_DUE, UserTaskRow

Paused = dict[int, tuple[datetime, datetime | None]]
"""By task: since when it stands still, and when it was due then."""


class StepLimitRow(Base):
    """One limit, by the key of the user task or of the timer it is of.

    `due_at` was set at `since` (NULL: a task without a due date), `moved_to` follows from the pauses of the complaint's
    clocks `clock_id` up to `looked_at`, in the working time of `calendar` where it names one. `still_since`: since
    when it stands still. Of a task, `opened_at` is its creation, later by what it had stood still before `since`, and
    `counted_from` the same with what came after; NULL while it stands still.
    """

    __tablename__ = "step_limit"
    __table_args__ = (Index(None, "instance_key"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    clock_id: Mapped[str] = mapped_column(String(80))
    calendar: Mapped[str | None] = mapped_column(String(40))
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    opened_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    moved_to: Mapped[datetime | None] = mapped_column(UTCDateTime)
    still_since: Mapped[datetime | None] = mapped_column(UTCDateTime)
    counted_from: Mapped[datetime | None] = mapped_column(UTCDateTime)
    looked_at: Mapped[datetime] = mapped_column(UTCDateTime)


def lock_processes_of(connection: Connection, number: str) -> None:
    """Lock the running call trees of a complaint, as every command on one of them does before it takes the complaint's.

    Whoever pauses a clock holds them: no step of them begins, ends or fires meanwhile.
    """
    table = ProcessInstanceRow.__table__.c
    roots = select(table.root_key).where(table.business_id == number, table.ended_at.is_(None))
    connection.execute(select(table.key).where(table.key.in_(roots)).order_by(table.key).with_for_update()).all()


def list_tasks_of(connection: Connection, number: str) -> Sequence[Row[Any]]:
    """Return the open tasks of a complaint's processes, by key."""
    table = UserTaskRow.__table__
    query = (
        select(table)
        .join(ProcessInstanceRow, ProcessInstanceRow.key == table.c.instance_key)
        .where(ProcessInstanceRow.business_id == number, table.c.ended_at.is_(None))
    )
    return connection.execute(query.order_by(table.c.key)).all()


def list_timers_on(connection: Connection, instance_key: int, element_ids: Iterable[str]) -> Sequence[Row[Any]]:
    """Return the armed timers of these elements of an instance, by key."""
    table = TimerRow.__table__
    query = select(table).where(table.c.instance_key == instance_key, table.c.element_id.in_(list(element_ids)))
    return connection.execute(query.order_by(table.c.key)).all()


def list_step_limits(connection: Connection, keys: Iterable[int]) -> dict[int, Row[Any]]:
    """Return the limits of these tasks and timers by key, where they have stood still."""
    table = StepLimitRow.__table__
    rows = connection.execute(select(table).where(table.c.key.in_(list(keys)))).all()
    return {row.key: row for row in rows}


def list_still_since(connection: Connection, task_keys: Sequence[int]) -> Paused:
    """Return those of these tasks that stand still."""
    limits = list_step_limits(connection, task_keys).values() if task_keys else ()
    return {row.key: (row.still_since, row.moved_to) for row in limits if row.still_since is not None}


def was_paused(connection: Connection, number: str, clock_ids: Iterable[str]) -> bool:
    """Whether one of these clocks runs on a complaint and has ever been paused: then it may be still."""
    query = (
        select(ClockRow.key)
        .join(ComplaintRow, ComplaintRow.key == ClockRow.complaint_key)
        .where(ComplaintRow.number == number, ClockRow.clock_id.in_(list(clock_ids)))
        .join(ClockEventRow, ClockEventRow.clock_key == ClockRow.key)
        .where(ClockRow.ended_at.is_(None), ClockEventRow.kind == "paused")
    )
    return connection.execute(query.limit(1)).first() is not None


def write_step_limit(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a limit in place of what was known of it (`row`: all columns)."""
    drop_step_limit(connection, row["key"])
    connection.execute(insert(StepLimitRow).values(**row))


def drop_step_limit(connection: Connection, key: int) -> None:
    """Forget a limit that follows no clock any more."""
    connection.execute(delete(StepLimitRow).where(StepLimitRow.key == key))


def move_timer(connection: Connection, key: int, due_at: datetime | None) -> None:
    """Let a timer be due at another instant, or at none while it stands still; a lease on it is over.

    One that is not to be claimed for another reason (its instance is suspended, it broke) stays so.
    """
    due = due_at or NEVER_DUE
    again = case((TimerRow.next_try_at.is_(None), null()), else_=literal(due, UTCDateTime()))
    moved = update(TimerRow).where(TimerRow.key == key)
    connection.execute(moved.values(due_at=due, next_try_at=again, token=None))
