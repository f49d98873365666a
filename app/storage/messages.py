"""Published messages that may still correlate, and which process each has reached."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Connection,
    Index,
    Row,
    String,
    Text,
    and_,
    delete,
    exists,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.subscriptions import MessageSubscriptionRow
from app.storage.types import JSONText, UTCDateTime


class MessageRow(Base):
    """One published message that may still correlate; it goes when its time to live is over.

    `message_id` with name and correlation key may be given once while the message lives. `settled` is false until the
    publisher has looked for subscriptions, so that a sweep can finish the work of one that died.
    """

    __tablename__ = "message"
    __table_args__ = (
        Index(None, "name", "correlation_key"),
        Index(None, "expires_at"),
        Index(
            "ix_message_identity",
            "name",
            "correlation_key",
            "message_id",
            unique=True,
            postgresql_where=text("message_id IS NOT NULL"),
            sqlite_where=text("message_id IS NOT NULL"),
        ),
        Index("ix_message_unsettled", "key", postgresql_where=text("NOT settled"), sqlite_where=text("NOT settled")),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(Text)
    correlation_key: Mapped[str] = mapped_column(Text)
    message_id: Mapped[str | None] = mapped_column(Text)
    variables: Mapped[dict[str, Any]] = mapped_column(JSONText)
    published_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime] = mapped_column(UTCDateTime)
    settled: Mapped[bool] = mapped_column(Boolean)
    business_id: Mapped[str | None] = mapped_column(String(255))


class CorrelationRow(Base):
    """One message that reached one process; a message reaches each process once."""

    __tablename__ = "message_correlation"
    __table_args__ = (Index(None, "instance_key"), Index(None, "message_key", "process_id", unique=True))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    message_key: Mapped[int] = mapped_column(BigInteger)
    subscription_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    process_id: Mapped[str] = mapped_column(String(255))
    instance_key: Mapped[int] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    correlation_key: Mapped[str | None] = mapped_column(Text)
    correlated_at: Mapped[datetime] = mapped_column(UTCDateTime)


def lock_message_name(connection: Connection, name: str, correlation_key: str) -> None:
    """Hold off all others who publish or await this message under this correlation key, until the transaction ends.

    Whoever publishes waits for no other lock while it holds this one, so an instance that holds its own row may ask for
    it. SQLite has one writer and needs none.
    """
    if connection.dialect.name == "postgresql":
        name_and_key = f"{name}\x1f{correlation_key}"
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(name_and_key, 0))))


def find_waiting_message(
    connection: Connection, name: str, correlation_key: str, process_id: str, now: datetime
) -> Row[Any] | None:
    """Return the oldest living message of this name and correlation key that has not reached this process yet."""
    reached = exists().where(CorrelationRow.message_key == MessageRow.key, CorrelationRow.process_id == process_id)
    query = (
        select(MessageRow.__table__)
        .where(MessageRow.name == name, MessageRow.correlation_key == correlation_key, MessageRow.expires_at > now)
        .where(~reached)
        .order_by(MessageRow.key)
        .limit(1)
    )
    return connection.execute(query).one_or_none()


def list_awaited_messages(connection: Connection, instance_keys: Iterable[int], now: datetime) -> list[int]:
    """Return the keys of the living messages that elements of these instances wait for, oldest first."""
    waiting = MessageSubscriptionRow.__table__.c
    meant = (MessageRow.name == waiting.name, MessageRow.correlation_key == waiting.correlation_key)
    is_open = (waiting.instance_key.in_(instance_keys), waiting.state == "CREATED")
    query = select(MessageRow.key).distinct().join(MessageSubscriptionRow, and_(*meant)).order_by(MessageRow.key)
    return list(connection.execute(query.where(*is_open, MessageRow.expires_at > now)).scalars())


def find_message(connection: Connection, key: int) -> Row[Any] | None:
    """Return a message that still lives in the table."""
    return connection.execute(select(MessageRow.__table__).where(MessageRow.key == key)).one_or_none()


@dataclass(frozen=True)
class Correlated:
    """Where a message went."""

    subscription_key: int
    definition_key: int
    process_id: str
    instance_key: int
    element_key: int | None
    element_id: str


def write_correlation(connection: Connection, key: int, message: Row[Any], reached: Correlated, now: datetime) -> None:
    """Record that a message reached a process."""
    row = {"name": message.name, "correlation_key": message.correlation_key, "correlated_at": now, **asdict(reached)}
    connection.execute(insert(CorrelationRow).values(key=key, message_key=message.key, **row))


def claim_waiting_message(
    connection: Connection, waiting: Correlated, name: str, correlation_key: str, now: datetime, key: int
) -> dict[str, Any] | None:
    """Return the variables of a buffered message for a subscription that is being opened, and record that it got it.

    Takes the message's name first, so that a message published meanwhile either is seen here or sees the subscription.
    """
    lock_message_name(connection, name, correlation_key)
    message = find_waiting_message(connection, name, correlation_key, waiting.process_id, now)
    if message is None:
        return None
    write_correlation(connection, key, message, waiting, now)
    variables: dict[str, Any] = message.variables
    return variables


def is_published(connection: Connection, name: str, correlation_key: str, message_id: str, now: datetime) -> bool:
    """Whether a message of this identity still lives; one that does not is removed, so that its id is free again."""
    same = (MessageRow.name == name, MessageRow.correlation_key == correlation_key, MessageRow.message_id == message_id)
    connection.execute(delete(MessageRow).where(*same, MessageRow.expires_at <= now))
    return connection.execute(select(MessageRow.key).where(*same)).first() is not None


def has_reached(connection: Connection, message_key: int, process_id: str) -> bool:
    """Whether a message has reached a process already."""
    reached = (CorrelationRow.message_key == message_key, CorrelationRow.process_id == process_id)
    return connection.execute(select(CorrelationRow.key).where(*reached)).first() is not None


def mark_settled(connection: Connection, key: int) -> None:
    """Note that everything that waited for a message when it came has been tried."""
    connection.execute(update(MessageRow).where(MessageRow.key == key).values(settled=True))


def delete_message(connection: Connection, key: int) -> None:
    """Delete a message."""
    connection.execute(delete(MessageRow).where(MessageRow.key == key))


def list_unsettled_messages(connection: Connection, published_before: datetime, limit: int) -> list[int]:
    """Return messages whose publisher may have died before everything that waited was tried."""
    query = select(MessageRow.key).where(~MessageRow.settled, MessageRow.published_at < published_before)
    return list(connection.execute(query.order_by(MessageRow.key).limit(limit)).scalars())


def delete_expired_messages(connection: Connection, now: datetime) -> int:
    """Delete settled messages whose time to live is over; returns how many."""
    expired = delete(MessageRow).where(MessageRow.expires_at <= now, MessageRow.settled)
    return connection.execute(expired).rowcount
