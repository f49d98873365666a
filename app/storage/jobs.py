"""Work for machines, in Camunda's sense: rows that workers poll, lease, complete or fail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime

AVAILABLE = "available_at IS NOT NULL"


class JobRow(Base):
    """One job. `available_at`: when it may next be handed out, or NULL when it may not (no retries, suspended, ended);
    a lease or a back-off simply moves it. `deadline_at` and `lease_token` belong to the worker that holds it.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(
            "ix_job_available",
            "type",
            "available_at",
            "key",
            postgresql_where=text(AVAILABLE),
            sqlite_where=text(AVAILABLE),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    root_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    element_key: Mapped[int] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    user_task_key: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(24))
    listener_event: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    retries: Mapped[int]
    priority: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONText)
    worker: Mapped[str] = mapped_column(Text)
    available_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deadline_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    error_code: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
