"""What complaints are about, as blind marks that find others about the same; and groups of many on one matter.

A mark is a blind index of a number (order, contract, a regulator's document), or one band of a text's fingerprint.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    Row,
    String,
    delete,
    func,
    insert,
    select,
    union,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.types import UTCDateTime

PROPOSED, RAISED, DISMISSED = "PROPOSED", "RAISED", "DISMISSED"
MOST_A_MARK = 60


class ComplaintMarkRow(Base):
    """One mark of one complaint; `kind` is what the mark was made of: text, order, contract, regulator."""

    __tablename__ = "complaint_mark"
    __table_args__ = (Index(None, "complaint_key"),)

    mark: Mapped[str] = mapped_column(String(32), primary_key=True)
    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))


class MatterGroupRow(Base):
    """Many complaints on one matter: proposed as major, then raised or dismissed by a person."""

    __tablename__ = "matter_group"
    __table_args__ = (Index(None, "state", "found_at"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(10))
    found_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(255))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class MatterMemberRow(Base):
    """A complaint in a group; in one at most."""

    __tablename__ = "matter_member"
    __table_args__ = (Index(None, "group_key"),)

    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    group_key: Mapped[int] = mapped_column(ForeignKey("matter_group.key"))
    at: Mapped[datetime] = mapped_column(UTCDateTime)


def drop_marks(connection: Connection, complaint_key: int) -> None:
    """Take away what a complaint is marked with."""
    connection.execute(delete(ComplaintMarkRow).where(ComplaintMarkRow.complaint_key == complaint_key))


def list_marked(connection: Connection, marks: Collection[str]) -> Sequence[Row[Any]]:
    """Return the complaints with one of these marks, each once for each `mark_kind`: of each mark, the newest few.

    The newest come first.
    """
    if not marks:
        return []
    table = ComplaintMarkRow.__table__
    parts = [
        select(table.c.complaint_key, table.c.kind.label("mark_kind"))
        .where(table.c.mark == mark)
        .order_by(table.c.complaint_key.desc())
        .limit(MOST_A_MARK)
        .subquery()
        for mark in sorted(marks)
    ]
    found = union(*[select(part) for part in parts]).subquery()
    complaint = ComplaintRow.__table__
    query = select(complaint, found.c.mark_kind).join(found, found.c.complaint_key == complaint.c.key)
    return connection.execute(query.order_by(complaint.c.received_at.desc(), complaint.c.key.desc())).all()


def list_marks(connection: Connection, complaint_key: int) -> Sequence[Row[Any]]:
    """Return the marks of a complaint."""
    table = ComplaintMarkRow.__table__
    return connection.execute(select(table).where(table.c.complaint_key == complaint_key)).all()


def find_group_of(connection: Connection, complaints: Collection[int]) -> Row[Any] | None:
    """Return the newest group that one of these complaints is in, or None."""
    table = MatterGroupRow.__table__
    inside = select(MatterMemberRow.group_key).where(MatterMemberRow.complaint_key.in_(complaints))
    query = select(table).where(table.c.key.in_(inside)).order_by(table.c.key.desc()).limit(1)
    return connection.execute(query).one_or_none()


def add_group(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a group (all columns)."""
    connection.execute(insert(MatterGroupRow).values(**row))


def add_members(connection: Connection, group_key: int, complaints: Collection[int], now: datetime) -> list[int]:
    """Put into a group those of these complaints that are in none yet; returns them."""
    taken = select(MatterMemberRow.complaint_key).where(MatterMemberRow.complaint_key.in_(complaints))
    there = set(connection.execute(taken).scalars())
    new = [key for key in sorted(complaints) if key not in there]
    if new:
        rows = [{"complaint_key": key, "group_key": group_key, "at": now} for key in new]
        connection.execute(insert(MatterMemberRow), rows)
    return new


def lock_group(connection: Connection, key: int) -> Row[Any] | None:
    """Lock a group and return it, or None."""
    table = MatterGroupRow.__table__
    return connection.execute(select(table).where(table.c.key == key).with_for_update()).one_or_none()


def decide_group(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Write what was decided about a group."""
    connection.execute(update(MatterGroupRow).where(MatterGroupRow.key == key).values(**values))


def list_members_of(connection: Connection, group_key: int) -> Sequence[Row[Any]]:
    """Return the complaints of a group, the newest first."""
    inside = select(MatterMemberRow.complaint_key).where(MatterMemberRow.group_key == group_key)
    query = select(ComplaintRow.__table__).where(ComplaintRow.key.in_(inside))
    return connection.execute(query.order_by(ComplaintRow.key.desc())).all()


def list_proposed_groups(connection: Connection, most: int = 20) -> Sequence[Row[Any]]:
    """Return the groups that wait for a decision, with how many complaints each has; the newest first."""
    table = MatterGroupRow.__table__
    size = select(func.count()).where(MatterMemberRow.group_key == table.c.key).correlate(table).scalar_subquery()
    query = select(table, size.label("size")).where(table.c.state == PROPOSED)
    return connection.execute(query.order_by(table.c.found_at.desc()).limit(most)).all()
