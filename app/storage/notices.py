"""Notices to be sent and sent, and how people and groups want to be reached."""

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
    func,
    insert,
    or_,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaint_recusals import keys_hidden_from
from app.storage.types import JSONText, UTCDateTime

WAITING, SENT, DEAD = "WAITING", "SENT", "DEAD"
IN_APP = "in_app"


class NoticeRow(Base):
    """One notice to one recipient over one channel.

    `cause` names what it is about: the same cause reaches the same recipient over the same channel once. `parameters`
    fill the template; the personal ones are in `sealed`. Addresses are never here: they are looked up at sending.
    `next_try_at` moves with a lease (`token`), a back-off or quiet hours; DEAD waits for a person.
    """

    __tablename__ = "notice"
    __table_args__ = (
        Index(None, "cause", "recipient", "channel", unique=True),
        Index(
            "ix_notice_waiting",
            "next_try_at",
            "key",
            postgresql_where=text("state = 'WAITING'"),
            sqlite_where=text("state = 'WAITING'"),
        ),
        Index(None, "recipient", "channel", "key"),
        Index(None, "complaint_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    cause: Mapped[str] = mapped_column(String(120))
    recipient_kind: Mapped[str] = mapped_column(String(12))
    recipient: Mapped[str] = mapped_column(String(255))
    channel: Mapped[str] = mapped_column(String(12))
    template: Mapped[str] = mapped_column(String(60))
    template_version: Mapped[int] = mapped_column(Integer)
    language: Mapped[str] = mapped_column(String(8))
    parameters: Mapped[dict[str, Any]] = mapped_column(JSONText)
    sealed: Mapped[str | None] = mapped_column(Text)
    complaint_key: Mapped[int | None] = mapped_column(BigInteger)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(8))
    tries: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token: Mapped[int | None] = mapped_column(BigInteger)
    sent_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    read_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    provider_id: Mapped[str | None] = mapped_column(Text)
    last_error: Mapped[str | None] = mapped_column(Text)


class NoticePreferenceRow(Base):
    """How one person (`p:name`), group (`g:name`) or system (`s:name`) wants to be reached.

    `quiet_from` and `quiet_to` are times of day in the institution's zone. `addresses` is sealed JSON by channel: a
    phone number, an e-mail address, or a robot's or webhook's `{"url", "secret"}`.
    """

    __tablename__ = "notice_preference"

    who: Mapped[str] = mapped_column(String(257), primary_key=True)
    channels: Mapped[list[str]] = mapped_column(JSONText)
    language: Mapped[str | None] = mapped_column(String(8))
    quiet_from: Mapped[str | None] = mapped_column(String(5))
    quiet_to: Mapped[str | None] = mapped_column(String(5))
    addresses: Mapped[str | None] = mapped_column(Text)


def find_notice_to(connection: Connection, cause: str, recipient: str, channel: str) -> int | None:
    """Return the key of the notice of this cause to this recipient over this channel."""
    query = select(NoticeRow.key).where(NoticeRow.cause == cause, NoticeRow.recipient == recipient)
    return connection.execute(query.where(NoticeRow.channel == channel)).scalar_one_or_none()


def add_notice(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a notice (`row`: all columns)."""
    connection.execute(insert(NoticeRow).values(**row))


def find_notice(connection: Connection, key: int) -> Row[Any] | None:
    """Return a notice, or None."""
    return connection.execute(select(NoticeRow.__table__).where(NoticeRow.key == key)).one_or_none()


def lease_notice(connection: Connection, key: int, now: datetime, until: datetime, token: int) -> Row[Any] | None:
    """Lease a notice that is due at `now`; None when it is not, or another has it."""
    due = (NoticeRow.key == key, NoticeRow.state == WAITING, NoticeRow.next_try_at <= now)
    leased = update(NoticeRow).where(*due).values(next_try_at=until, token=token)
    return find_notice(connection, key) if connection.execute(leased).rowcount else None


def finish_notice(connection: Connection, key: int, token: int, values: Mapping[str, Any]) -> bool:
    """Write how a try ended, if `token` still holds the lease; whether it did."""
    mine = (NoticeRow.key == key, NoticeRow.token == token, NoticeRow.state == WAITING)
    return connection.execute(update(NoticeRow).where(*mine).values(token=None, **values)).rowcount == 1


def list_due_notices(connection: Connection, before: datetime, limit: int) -> list[int]:
    """Return the keys of notices that might have been sent since `before`, the longest due first."""
    query = select(NoticeRow.key).where(NoticeRow.state == WAITING, NoticeRow.next_try_at <= before)
    return list(connection.execute(query.order_by(NoticeRow.next_try_at, NoticeRow.key).limit(limit)).scalars())


def list_dead_notices(connection: Connection, most: int = 100) -> Sequence[Row[Any]]:
    """Return notices that wait for a person, the newest first."""
    query = select(NoticeRow.__table__).where(NoticeRow.state == DEAD)
    return connection.execute(query.order_by(NoticeRow.key.desc()).limit(most)).all()


def list_notices_about(connection: Connection, complaint_key: int, most: int = 200) -> Sequence[Row[Any]]:
    """Return the notices about a complaint, the newest first."""
    query = select(NoticeRow.__table__).where(NoticeRow.complaint_key == complaint_key)
    return connection.execute(query.order_by(NoticeRow.key.desc()).limit(most)).all()


def revive_notice(connection: Connection, key: int, now: datetime) -> bool:
    """Let a dead notice be tried again from the beginning; whether it was dead."""
    dead = update(NoticeRow).where(NoticeRow.key == key, NoticeRow.state == DEAD)
    return connection.execute(dead.values(state=WAITING, tries=0, next_try_at=now)).rowcount == 1


def list_inbox_notices(
    connection: Connection, username: str, *, only_unread: bool, before: int | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return a person's own notices, the newest first; `before` is the key of the last one seen."""
    query = select(NoticeRow.__table__).where(*_inbox(username))
    if only_unread:
        query = query.where(NoticeRow.read_at.is_(None))
    if before is not None:
        query = query.where(NoticeRow.key < before)
    return connection.execute(query.order_by(NoticeRow.key.desc()).limit(most)).all()


def count_unread_notices(connection: Connection, username: str) -> int:
    """Return how many of a person's own notices are unread."""
    query = select(func.count()).where(*_inbox(username), NoticeRow.read_at.is_(None))
    return int(connection.execute(query).scalar_one())


def find_last_unread(connection: Connection, username: str) -> tuple[int, int]:
    """Return how many of a person's own notices are unread, and the key of the newest (0: none)."""
    query = select(func.count(), func.max(NoticeRow.key)).where(*_inbox(username), NoticeRow.read_at.is_(None))
    count, newest = connection.execute(query).one()
    return int(count), int(newest or 0)


def write_read(connection: Connection, username: str, keys: Sequence[int], now: datetime) -> int:
    """Mark a person's own notices as read; returns how many were not."""
    unread = update(NoticeRow).where(*_inbox(username), NoticeRow.key.in_(keys), NoticeRow.read_at.is_(None))
    return connection.execute(unread.values(read_at=now)).rowcount


def _inbox(username: str) -> tuple[Any, ...]:
    """Without what tells of a complaint that is hidden from this person since."""
    of_hidden = NoticeRow.complaint_key.in_(keys_hidden_from(username))
    return (
        NoticeRow.recipient == username,
        NoticeRow.channel == IN_APP,
        NoticeRow.recipient_kind == "person",
        or_(NoticeRow.complaint_key.is_(None), ~of_hidden),
    )


def find_preference(connection: Connection, who: str) -> Row[Any] | None:
    """Return how this person, group or system wants to be reached."""
    query = select(NoticePreferenceRow.__table__).where(NoticePreferenceRow.who == who)
    return connection.execute(query).one_or_none()


def write_preference(connection: Connection, who: str, values: Mapping[str, Any]) -> None:
    """Store how somebody wants to be reached (`values`: all columns but `who`), instead of what was there."""
    changed = connection.execute(
        update(NoticePreferenceRow).where(NoticePreferenceRow.who == who).values(**values)
    ).rowcount
    if not changed:
        connection.execute(insert(NoticePreferenceRow).values(who=who, **values))
