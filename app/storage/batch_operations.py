"""Batch operations: one command for many things, done one by one, with an honest result for each."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, String, Text, text
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
