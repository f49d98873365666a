"""Timers: rows that fall due; a dispatcher leases them, a worker fires them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class TimerRow(Base):
    """One armed timer; the row goes when it has fired or is cancelled.

    `next_try_at` is `due_at` until a dispatcher leases the row, which moves it to the lease's end; NULL while the
    instance is suspended. `token` names the lease. A start timer has no instance, and `repeat` says how to re-arm it.
    """

    __tablename__ = "timer"
    __table_args__ = (Index(None, "next_try_at", "key"), Index(None, "instance_key"), Index(None, "definition_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    root_key: Mapped[int | None] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    due_at: Mapped[datetime] = mapped_column(UTCDateTime)
    next_try_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    token: Mapped[int | None] = mapped_column(BigInteger)
    repeat: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
