"""Events that rules are asked about, which rules fired, and the flags that firing leaves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    Index,
    Integer,
    Row,
    String,
    Text,
    case,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.instances import ProcessInstanceRow
from app.storage.step_limits import StepLimitRow
from app.storage.types import JSONText, UTCDateTime
from app.storage.user_tasks import UserTaskRow

WAITING, DONE, STOPPED, FAILED = "WAITING", "DONE", "STOPPED", "FAILED"


class AutomationEventRow(Base):
    """One thing that happened; written with it, in its transaction. `event_id` is the happening's own: it is kept once.

    `subject` is what rules fire about at most once. `depth` counts the rules that led here, 0 for people and clocks.
    """

    __tablename__ = "automation_event"
    __table_args__ = (
        Index(None, "event_id", unique=True),
        Index(
            "ix_automation_event_waiting",
            "next_try_at",
            "key",
            postgresql_where=text("state = 'WAITING'"),
            sqlite_where=text("state = 'WAITING'"),
        ),
        Index(None, "complaint_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[str] = mapped_column(String(120))
    kind: Mapped[str] = mapped_column(String(24))
    subject: Mapped[str] = mapped_column(String(120))
    complaint_key: Mapped[int | None] = mapped_column(BigInteger)
    facts: Mapped[dict[str, Any]] = mapped_column(JSONText)
    depth: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(8))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(Text)


class AutomationFiringRow(Base):
    """One rule that fired about one subject: under which table version, from which row, doing what."""

    __tablename__ = "automation_firing"
    __table_args__ = (
        Index(None, "subject", "table_id", "rule", unique=True),
        Index(None, "event_key"),
        Index(None, "complaint_key", "at"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_key: Mapped[int] = mapped_column(BigInteger)
    subject: Mapped[str] = mapped_column(String(120))
    complaint_key: Mapped[int | None] = mapped_column(BigInteger)
    table_id: Mapped[str] = mapped_column(String(80))
    table_version: Mapped[int] = mapped_column(Integer)
    rule: Mapped[str] = mapped_column(String(120))
    row_number: Mapped[int] = mapped_column(Integer)
    action: Mapped[str] = mapped_column(String(24))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONText)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class ComplaintFlagRow(Base):
    """A flag a rule or a person set on a complaint."""

    __tablename__ = "complaint_flag"

    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    flag: Mapped[str] = mapped_column(String(60), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


class AutomationMarkRow(Base):
    """Up to which instant a sweep has looked; one row a sweep, locked while it looks."""

    __tablename__ = "automation_mark"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def add_automation_event(connection: Connection, row: Mapping[str, Any]) -> bool:
    """Store an event (`row`: all columns) unless its id is known; whether it was new."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(AutomationEventRow).values(**row).on_conflict_do_nothing(index_elements=["event_id"])
    return connection.execute(adding.returning(AutomationEventRow.key)).scalar_one_or_none() is not None


def lock_automation_event(connection: Connection, key: int, now: datetime) -> Row[Any] | None:
    """Lock an event that waits and is due at `now`; None when there is nothing to do any more."""
    table = AutomationEventRow.__table__
    query = select(table).where(table.c.key == key).with_for_update()
    row = connection.execute(query).one_or_none()
    return row if row is not None and row.state == WAITING and row.next_try_at <= now else None


def write_automation_event(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Write how the rules about an event went."""
    connection.execute(update(AutomationEventRow).where(AutomationEventRow.key == key).values(**values))


def list_due_events(connection: Connection, before: datetime, limit: int) -> list[int]:
    """Return the keys of events whose rules might have been asked since `before`."""
    query = select(AutomationEventRow.key).where(
        AutomationEventRow.state == WAITING, AutomationEventRow.next_try_at <= before
    )
    query = query.order_by(AutomationEventRow.next_try_at, AutomationEventRow.key)
    return list(connection.execute(query.limit(limit)).scalars())


def has_fired(connection: Connection, subject: str, table_id: str, rule: str) -> bool:
    """Tell whether a rule of a table has fired about this subject."""
    query = select(AutomationFiringRow.key).where(
        AutomationFiringRow.subject == subject,
        AutomationFiringRow.table_id == table_id,
        AutomationFiringRow.rule == rule,
    )
    return connection.execute(query).one_or_none() is not None


def add_firing(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store that a rule fired (`row`: all columns); IntegrityError when it did already."""
    connection.execute(insert(AutomationFiringRow).values(**row))


def count_firings(connection: Connection, complaint_key: int, since: datetime) -> int:
    """Return how many rules have fired about one complaint since an instant."""
    query = select(func.count()).where(AutomationFiringRow.complaint_key == complaint_key)
    return int(connection.execute(query.where(AutomationFiringRow.at >= since)).scalar_one())


def list_firings(connection: Connection, complaint_key: int, most: int = 200) -> Sequence[Row[Any]]:
    """Return the rules that fired about a complaint, the newest first."""
    query = select(AutomationFiringRow.__table__).where(AutomationFiringRow.complaint_key == complaint_key)
    return connection.execute(query.order_by(AutomationFiringRow.key.desc()).limit(most)).all()


def set_complaint_flag(connection: Connection, complaint_key: int, flag: str, now: datetime) -> None:
    """Set a flag; one that is set stays as it is."""
    there = select(ComplaintFlagRow.flag).where(
        ComplaintFlagRow.complaint_key == complaint_key, ComplaintFlagRow.flag == flag
    )
    if connection.execute(there).one_or_none() is None:
        connection.execute(insert(ComplaintFlagRow).values(complaint_key=complaint_key, flag=flag, at=now))


def list_complaint_flags(connection: Connection, complaint_key: int) -> list[str]:
    """Return a complaint's flags."""
    query = select(ComplaintFlagRow.flag).where(ComplaintFlagRow.complaint_key == complaint_key)
    return list(connection.execute(query.order_by(ComplaintFlagRow.flag)).scalars())


def count_complaints_on(
    connection: Connection, type_: str | None, product_line: str | None, since: datetime, until: datetime
) -> int:
    """Return how many complaints of a type on a product line were received in a stretch of time."""
    query = select(func.count()).where(
        ComplaintRow.type == type_,
        ComplaintRow.product_line == product_line,
        ComplaintRow.received_at.between(since, until),
    )
    return int(connection.execute(query).scalar_one())


def move_mark(connection: Connection, name: str, now: datetime) -> datetime | None:
    """Lock a sweep's mark, move it to `now`, and return where it was; None when it begins, or time went back."""
    table = AutomationMarkRow.__table__
    row = connection.execute(select(table).where(table.c.name == name).with_for_update()).one_or_none()
    if row is None:
        connection.execute(insert(AutomationMarkRow).values(name=name, at=now))
        return None
    if row.at >= now:
        return None
    connection.execute(update(AutomationMarkRow).where(AutomationMarkRow.name == name).values(at=now))
    at: datetime = row.at
    return at


def is_running(connection: Connection, instance_key: int) -> bool:
    """Tell whether a process instance has not ended."""
    query = select(ProcessInstanceRow.ended_at).where(ProcessInstanceRow.key == instance_key)
    found = connection.execute(query).one_or_none()
    return found is not None and found.ended_at is None


def list_open_tasks_between(
    connection: Connection,
    windows: Sequence[tuple[datetime, datetime]],
    due: tuple[datetime, datetime],
    *,
    after: int,
    limit: int,
) -> Sequence[Row[Any]]:
    """Return open tasks created in one of these stretches (after the first, up to the second) or due in `due`.

    A page by key, of those `after` one. With each comes `business_id`, that of its call tree, and `counted_from`: when
    it was created, later by what its limit stood still. One that stands still was created in no stretch.
    """
    moved = StepLimitRow.__table__.c
    counted_from = case((moved.key.is_(None), UserTaskRow.created_at), else_=moved.counted_from)
    wanted = (UserTaskRow.sort_at > due[0]) & (UserTaskRow.sort_at <= due[1])
    for first, last in windows:
        wanted |= (counted_from > first) & (counted_from <= last)
    query = (
        select(UserTaskRow.__table__, ProcessInstanceRow.business_id, counted_from.label("counted_from"))
        .join(ProcessInstanceRow, ProcessInstanceRow.key == UserTaskRow.root_key)
        .outerjoin(StepLimitRow, moved.key == UserTaskRow.key)
        .where(UserTaskRow.ended_at.is_(None), wanted, UserTaskRow.key > after)
    )
    return connection.execute(query.order_by(UserTaskRow.key).limit(limit)).all()


def list_open_tasks_of(connection: Connection, root_key: int) -> Sequence[Row[Any]]:
    """Return the open tasks of a call tree."""
    query = select(UserTaskRow.__table__).where(UserTaskRow.root_key == root_key, UserTaskRow.ended_at.is_(None))
    return connection.execute(query.order_by(UserTaskRow.key)).all()
