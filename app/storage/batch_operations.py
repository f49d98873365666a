"""Batch operations: one command for many things, done one by one, with an honest result for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Row, String, Text, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class BatchOperationRow(Base):
    """One batch. `state`: ACTIVE, SUSPENDED, COMPLETED, PARTIALLY_COMPLETED or CANCELED; `plan`: its arguments."""

    __tablename__ = "batch_operation"
    __table_args__ = (Index(None, "state"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    type: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(20))
    plan: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    actor: Mapped[str] = mapped_column(Text)
    total: Mapped[int]
    completed: Mapped[int]
    failed: Mapped[int]
    started_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class BatchItemRow(Base):
    """One thing of a batch. `state`: ACTIVE, COMPLETED, FAILED, CANCELED or SKIPPED."""

    __tablename__ = "batch_operation_item"
    __table_args__ = (
        Index(
            "ix_batch_operation_item_active",
            "batch_key",
            "item_key",
            postgresql_where=text("state = 'ACTIVE'"),
            sqlite_where=text("state = 'ACTIVE'"),
        ),
        Index(None, "instance_key"),
    )

    batch_key: Mapped[int] = mapped_column(ForeignKey("batch_operation.key"), primary_key=True)
    item_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    state: Mapped[str] = mapped_column(String(12))
    error: Mapped[str | None] = mapped_column(Text)
    processed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def find_batch(connection: Connection, key: int) -> Row[Any] | None:
    """Return a batch's row."""
    return connection.execute(select(BatchOperationRow.__table__).where(BatchOperationRow.key == key)).one_or_none()


def list_active_batches(connection: Connection, limit: int) -> list[int]:
    """Return the keys of batches with work left, oldest first."""
    query = select(BatchOperationRow.key).where(BatchOperationRow.state == "ACTIVE").order_by(BatchOperationRow.key)
    return list(connection.execute(query.limit(limit)).scalars())


def claim_item(connection: Connection, batch_key: int) -> int | None:
    """Lock an item that is still to be done and that nobody else is doing."""
    query = (
        select(BatchItemRow.item_key)
        .where(BatchItemRow.batch_key == batch_key, BatchItemRow.state == "ACTIVE")
        .order_by(BatchItemRow.item_key)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    return connection.execute(query).scalar_one_or_none()


def write_item(
    connection: Connection, batch_key: int, item_key: int, state: str, error: str | None, at: datetime
) -> None:
    """Store one item's result, and count it if it was still open."""
    mine = (BatchItemRow.batch_key == batch_key, BatchItemRow.item_key == item_key, BatchItemRow.state == "ACTIVE")
    written = connection.execute(update(BatchItemRow).where(*mine).values(state=state, error=error, processed_at=at))
    counter = "completed" if state == "COMPLETED" else "failed"
    if written.rowcount:
        columns = BatchOperationRow.__table__.c
        counted = update(BatchOperationRow).where(BatchOperationRow.key == batch_key)
        connection.execute(counted.values({counter: columns[counter] + 1}))


def end_if_done(connection: Connection, batch_key: int, at: datetime) -> None:
    """End a batch whose items all have a result."""
    batch = find_batch(connection, batch_key)
    if batch is None or batch.state != "ACTIVE" or batch.completed + batch.failed < batch.total:
        return
    write_batch_state(connection, batch_key, "PARTIALLY_COMPLETED" if batch.failed else "COMPLETED", at)


def write_batch_state(connection: Connection, key: int, state: str, ended_at: datetime | None) -> None:
    """Change a batch's state."""
    changed = update(BatchOperationRow).where(BatchOperationRow.key == key)
    connection.execute(changed.values(state=state, ended_at=ended_at))


def cancel_items(connection: Connection, batch_key: int, at: datetime) -> None:
    """Give up every item that has no result yet."""
    left = (BatchItemRow.batch_key == batch_key, BatchItemRow.state == "ACTIVE")
    connection.execute(update(BatchItemRow).where(*left).values(state="CANCELED", processed_at=at))
