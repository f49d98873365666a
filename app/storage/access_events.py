"""Who looked at which complaint, uncovered what, was refused what, or went ahead in spite of an interest."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, select
from sqlalchemy.dialects.postgresql import insert as postgres_insert
from sqlalchemy.dialects.sqlite import insert as sqlite_insert
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.types import UTCDateTime

VIEWED = "viewed"
REVEALED = "revealed"
REFUSED = "refused"
RECUSAL = "recusal"
KINDS = (VIEWED, REVEALED, REFUSED, RECUSAL)


class AccessEventRow(Base):
    """One line of the access log; written once and never changed.

    `what` is the field revealed, or what was asked for and refused; `purpose` one of a fixed list; `reason` somebody's
    or the product's own words, personal numbers masked. A reveal holds until `expires_at`. Of what counts but once,
    `once` says which it is: a view is one a person, complaint and hour.
    """

    __tablename__ = "access_event"
    __table_args__ = (
        Index(None, "once", unique=True),
        Index(None, "at", "key"),
        Index(None, "actor", "at", "key"),
        Index(None, "complaint_key", "at", "key"),
        Index(None, "kind", "at", "key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(255))
    kind: Mapped[str] = mapped_column(String(10))
    complaint_key: Mapped[int | None] = mapped_column(BigInteger)
    what: Mapped[str | None] = mapped_column(Text)
    purpose: Mapped[str | None] = mapped_column(String(24))
    reason: Mapped[str | None] = mapped_column(Text)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    once: Mapped[str | None] = mapped_column(String(400))


@dataclass(frozen=True)
class AccessFilter:
    """What to look for; None asks for all. `since` counts, `until` does not."""

    actor: str | None = None
    complaint_key: int | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None


def add_access_event(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a line; one whose `once` is there already adds nothing."""
    insert = postgres_insert if connection.dialect.name == "postgresql" else sqlite_insert
    connection.execute(insert(AccessEventRow).values(**row).on_conflict_do_nothing(index_elements=["once"]))


def list_access_events(
    connection: Connection, wanted: AccessFilter, *, before: tuple[datetime, int] | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return a page of the log, the latest first, each with its complaint's number; `before`: (at, key) of the last."""
    event = AccessEventRow.__table__.c
    query = select(AccessEventRow.__table__, ComplaintRow.number).join(
        ComplaintRow, ComplaintRow.key == event.complaint_key, isouter=True
    )
    for column, value in (("actor", wanted.actor), ("complaint_key", wanted.complaint_key), ("kind", wanted.kind)):
        if value is not None:
            query = query.where(event[column] == value)
    if wanted.since is not None:
        query = query.where(event.at >= wanted.since)
    if wanted.until is not None:
        query = query.where(event.at < wanted.until)
    if before is not None:
        at, key = before
        query = query.where((event.at < at) | ((event.at == at) & (event.key < key)))
    return connection.execute(query.order_by(event.at.desc(), event.key.desc()).limit(most)).all()


def list_open_reveals(connection: Connection, complaint_key: int, actor: str, now: datetime) -> Mapping[str, datetime]:
    """Return the fields of a complaint that are revealed to this person now, and until when each is."""
    event = AccessEventRow.__table__.c
    query = select(event.what, event.expires_at).where(
        event.complaint_key == complaint_key, event.actor == actor, event.kind == REVEALED, event.expires_at > now
    )
    return {row.what: row.expires_at for row in connection.execute(query.order_by(event.expires_at))}
