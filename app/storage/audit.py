"""The audit log and the outbox: what was done by whom, and what must still leave the house."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, Row, String, Text, delete, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.instances import ProcessInstanceRow
from app.storage.types import JSONText, UTCDateTime


class AuditRow(Base):
    """One accepted command. Operation and entity names are those of the Camunda API's audit log."""

    __tablename__ = "audit_log"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(None, "actor", "key"),
        Index(None, "at", postgresql_using="brin"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(Text)
    operation: Mapped[str] = mapped_column(String(12))
    entity: Mapped[str] = mapped_column(String(24))
    entity_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    details: Mapped[dict[str, Any] | None] = mapped_column(JSONText)


def find_latest_actor(connection: Connection, instance_key: int, operation: str, entity_key: int) -> str | None:
    """Return who did something of an instance last, or None where nobody did."""
    audit = AuditRow.__table__.c
    query = select(audit.actor).where(
        audit.instance_key == instance_key, audit.operation == operation, audit.entity_key == entity_key
    )
    return connection.execute(query.order_by(audit.at.desc(), audit.key.desc()).limit(1)).scalar()


def list_actions(
    connection: Connection,
    *,
    actor: str | None = None,
    business_id: str | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    before: int | None = None,
    most: int = 50,
) -> Sequence[Row[Any]]:
    """Return a page of accepted commands, the latest first, each with the complaint `number` its process carries.

    Of one complaint: those on processes with its number as `business_id`; `before` is the key of the last one seen.
    """
    audit, instance = AuditRow.__table__.c, ProcessInstanceRow.__table__.c
    query = select(AuditRow.__table__, instance.business_id.label("number")).join(
        ProcessInstanceRow, instance.key == audit.instance_key, isouter=True
    )
    if actor is not None:
        query = query.where(audit.actor == actor)
    if business_id is not None:
        about = select(instance.key).where(instance.business_id == business_id).correlate(None)
        query = query.where(audit.instance_key.in_(about))
    if since is not None:
        query = query.where(audit.at >= since)
    if until is not None:
        query = query.where(audit.at < until)
    if before is not None:
        query = query.where(audit.key < before)
    return connection.execute(query.order_by(audit.key.desc()).limit(most)).all()


class OutboxRow(Base):
    """One thing to do after its transaction committed; the row goes when it is done.

    `topic` names who does it. `next_try_at` moves with a lease or a back-off; `tries` counts the failures.
    """

    __tablename__ = "outbox"
    __table_args__ = (Index(None, "next_try_at", "key"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    topic: Mapped[str] = mapped_column(String(40))
    payload: Mapped[dict[str, Any]] = mapped_column(JSONText)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    tries: Mapped[int] = mapped_column(Integer)
    last_error: Mapped[str | None] = mapped_column(Text)


def take_outbox_row(connection: Connection, key: int) -> Row[Any] | None:
    """Remove an outbox row and return it; None when another has taken it."""
    table = OutboxRow.__table__
    row = connection.execute(select(table).where(table.c.key == key).with_for_update()).one_or_none()
    if row is not None:
        connection.execute(delete(OutboxRow).where(OutboxRow.key == key))
    return row


def list_due_outbox(connection: Connection, now: datetime, limit: int) -> list[int]:
    """Return the keys of rows that wait to be delivered, oldest first."""
    query = select(OutboxRow.key).where(OutboxRow.next_try_at <= now).order_by(OutboxRow.next_try_at, OutboxRow.key)
    return list(connection.execute(query.limit(limit)).scalars())


def find_outbox_row(connection: Connection, key: int) -> Row[Any] | None:
    """Return an outbox row that is not done yet."""
    return connection.execute(select(OutboxRow.__table__).where(OutboxRow.key == key)).one_or_none()


def write_outbox_try(
    connection: Connection, key: int, tries: int, next_try_at: datetime | None, error: str | None
) -> None:
    """Store how often a row has failed, why, and when it is tried again (None: not by itself)."""
    values = {"tries": tries, "next_try_at": next_try_at, "last_error": error}
    connection.execute(update(OutboxRow).where(OutboxRow.key == key).values(**values))
