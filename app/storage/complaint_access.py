"""To whom each complaint was given to see; a list of one's complaints is one ordered index scan for each subject."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    Row,
    Text,
    exists,
    literal,
    select,
    tuple_,
    union,
)
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow, list_complaints
from app.storage.types import UTCDateTime
from app.storage.writes import insert_rows, link_rows

Place = tuple[datetime, int]
MOST_SCANS = 64
"""Who has more subjects leads many people: then most complaints are theirs, and walking all in order finds a page."""


class ComplaintAccessRow(Base):
    """One subject (`u:` or `g:` and a name, as in `task_candidate`) that may see one complaint.

    `received_at` is the complaint's, which never changes: the primary key is the order that lists are read in.
    """

    __tablename__ = "complaint_access"
    __table_args__ = (Index(None, "complaint_key"),)

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    received_at: Mapped[datetime] = mapped_column(UTCDateTime, primary_key=True)
    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)


access = ComplaintAccessRow.__table__.c
complaint = ComplaintRow.__table__.c

ADD_ACCESS = insert_rows(ComplaintAccessRow)
"""For a complaint that nobody may see yet."""

GIVE_SIGHT = link_rows(
    ComplaintAccessRow, "subject", ComplaintRow, "number", received_at="received_at", complaint_key="key"
)
"""Rows of (subject, the complaint's number): lets the subjects see it, in the statement that gives them work on it."""


def add_access(connection: Connection, key: int, received_at: datetime, subjects: Iterable[str]) -> None:
    """Let subjects see a complaint; those that may already stay as they are."""
    given = [{"subject": one, "received_at": received_at, "complaint_key": key} for one in sorted(set(subjects))]
    if given:
        insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
        connection.execute(insert(ComplaintAccessRow).on_conflict_do_nothing(), given)


def list_subjects(connection: Connection, complaint_key: int) -> list[str]:
    """Return who may see a complaint, in alphabetical order."""
    query = select(access.subject).where(access.complaint_key == complaint_key).order_by(access.subject)
    return list(connection.execute(query).scalars())


def given_to(subjects: Sequence[str]) -> ColumnElement[bool]:
    """Return the condition that a complaint (`ComplaintRow`) was given to one of these subjects."""
    return exists().where(
        access.subject.in_(subjects),
        access.received_at == complaint.received_at,
        access.complaint_key == complaint.key,
    )


def has_access(connection: Connection, row: Row[Any], subjects: Sequence[str]) -> bool:
    """Tell whether a complaint (its row) was given to one of these subjects."""
    found = select(access.subject).where(
        access.subject.in_(subjects), access.received_at == row.received_at, access.complaint_key == row.key
    )
    return connection.execute(found.limit(1)).first() is not None


def list_given(
    connection: Connection, subjects: Sequence[str], *, before: Place | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return a page of the complaints given to these subjects, the newest first; `before`: (received_at, key)."""
    if len(subjects) > MOST_SCANS:
        return list_complaints(connection, before=before, most=most, also=[given_to(subjects)])
    scans = []
    for subject in subjects:
        scan = select(access.received_at, access.complaint_key).where(access.subject == subject)
        if before is not None:
            place = tuple_(literal(before[0], UTCDateTime), literal(before[1], BigInteger))
            scan = scan.where(tuple_(access.received_at, access.complaint_key) < place)
        scans.append(
            select(scan.order_by(access.received_at.desc(), access.complaint_key.desc()).limit(most).subquery())
        )
    found = union(*scans).subquery()
    newest = found.select().order_by(found.c.received_at.desc(), found.c.complaint_key.desc()).limit(most).subquery()
    query = select(ComplaintRow.__table__).join(newest, newest.c.complaint_key == complaint.key)
    return connection.execute(query.order_by(complaint.received_at.desc(), complaint.key.desc())).all()
