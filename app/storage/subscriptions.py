"""What waits for messages, signals and conditions, and the messages that wait for them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime

OPEN = "state = 'CREATED'"


class MessageSubscriptionRow(Base):
    """One element, or one start event (`instance_key` NULL), that waits for a message.

    `state`: CREATED, CORRELATED or DELETED. A start event has no `correlation_key`.
    """

    __tablename__ = "message_subscription"
    __table_args__ = (
        Index(
            "ix_message_subscription_open",
            "name",
            "correlation_key",
            postgresql_where=text(OPEN),
            sqlite_where=text(OPEN),
        ),
        Index(None, "instance_key"),
        Index(None, "definition_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    process_id: Mapped[str] = mapped_column(String(255))
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    root_key: Mapped[int | None] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    correlation_key: Mapped[str | None] = mapped_column(Text)
    interrupting: Mapped[bool] = mapped_column(Boolean)
    state: Mapped[str] = mapped_column(String(12))
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)


class SignalSubscriptionRow(Base):
    """One element, or one start event (`instance_key` NULL), that waits for a signal; the row goes with it."""

    __tablename__ = "signal_subscription"
    __table_args__ = (Index(None, "name"), Index(None, "instance_key"), Index(None, "definition_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    root_key: Mapped[int | None] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)


class ConditionSubscriptionRow(Base):
    """One conditional start event of a deployed process, or one conditional event of an instance."""

    __tablename__ = "condition_subscription"
    __table_args__ = (Index(None, "instance_key"), Index(None, "definition_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    condition: Mapped[str] = mapped_column(Text)


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
