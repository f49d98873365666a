"""What waits for messages, signals and conditions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
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
    or_,
    select,
    text,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.instances import ProcessInstanceRow
from app.storage.types import UTCDateTime

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


def find_open_subscriptions(connection: Connection, name: str, correlation_key: str) -> Sequence[Row[Any]]:
    """Return the open subscriptions a message reaches: waiting elements, then start events, oldest first."""
    table = MessageSubscriptionRow.__table__.c
    fits = or_(table.correlation_key == correlation_key, table.correlation_key.is_(None))
    query = (
        select(MessageSubscriptionRow.__table__)
        .where(table.name == name, table.state == "CREATED", fits)
        .order_by(table.instance_key.is_(None), table.key)
    )
    return connection.execute(query).all()


def find_awaited(connection: Connection, names: Iterable[str], business_id: str) -> frozenset[str]:
    """Return those of the messages for which processes with this business id wait, with it as their key."""
    table, root = MessageSubscriptionRow.__table__.c, ProcessInstanceRow.__table__.c
    query = (
        select(table.name)
        .join(ProcessInstanceRow, root.key == table.root_key)
        .where(table.name.in_(names), table.state == "CREATED", table.correlation_key == business_id)
        .where(root.business_id == business_id)
    )
    return frozenset(connection.execute(query).scalars())


def list_start_names(connection: Connection, process_id: str) -> Sequence[str]:
    """Return the names of the messages that start a process."""
    table = MessageSubscriptionRow.__table__.c
    starts = (table.process_id == process_id, table.instance_key.is_(None), table.state == "CREATED")
    return connection.execute(select(table.name).where(*starts).order_by(table.name)).scalars().all()


def find_open_subscription(connection: Connection, key: int) -> Row[Any] | None:
    """Return a message subscription that is still open."""
    table = MessageSubscriptionRow.__table__
    return connection.execute(select(table).where(table.c.key == key, table.c.state == "CREATED")).one_or_none()


def find_signal_subscriptions(connection: Connection, name: str) -> Sequence[Row[Any]]:
    """Return what waits for a signal, in the order of call trees, which everyone locks alike; start events last."""
    table = SignalSubscriptionRow.__table__.c
    query = (
        select(SignalSubscriptionRow.__table__)
        .where(table.name == name)
        .order_by(table.root_key.is_(None), table.root_key, table.key)
    )
    return connection.execute(query).all()


def list_condition_starts(connection: Connection, definition_key: int | None) -> Sequence[Row[Any]]:
    """Return the conditional start events, oldest first: all, or those of one process version."""
    table = ConditionSubscriptionRow.__table__
    query = select(table).where(table.c.instance_key.is_(None)).order_by(table.c.key)
    if definition_key is not None:
        query = query.where(table.c.definition_key == definition_key)
    return connection.execute(query).all()
