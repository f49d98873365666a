"""Incidents: what stopped, why, and with all a person needs to repair it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class IncidentRow(Base):
    """One failure that waits for a person. `state`: ACTIVE or RESOLVED; `context`: names and values at the time."""

    __tablename__ = "incident"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(
            "ix_incident_active",
            "definition_key",
            "key",
            postgresql_where=text("state = 'ACTIVE'"),
            sqlite_where=text("state = 'ACTIVE'"),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    root_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    job_key: Mapped[int | None] = mapped_column(BigInteger)
    error_type: Mapped[str] = mapped_column(String(40))
    message: Mapped[str] = mapped_column(Text)
    context: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    state: Mapped[str] = mapped_column(String(8))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    resolved_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    resolved_by: Mapped[str | None] = mapped_column(String(255))


def find_incident(connection: Connection, key: int) -> Row[Any] | None:
    """Return an incident's row."""
    return connection.execute(select(IncidentRow.__table__).where(IncidentRow.key == key)).one_or_none()


def list_active_incidents(connection: Connection, instance_key: int) -> list[int]:
    """Return the keys of an instance's active incidents, oldest first."""
    active = (IncidentRow.instance_key == instance_key, IncidentRow.state == "ACTIVE")
    return list(connection.execute(select(IncidentRow.key).where(*active).order_by(IncidentRow.key)).scalars())


def add_incident(connection: Connection, values: dict[str, Any], now: datetime) -> None:
    """Insert an active incident."""
    connection.execute(insert(IncidentRow).values(**values, state="ACTIVE", created_at=now))


def write_resolved(connection: Connection, key: int, now: datetime, actor: str) -> None:
    """Mark an incident as resolved."""
    resolved = update(IncidentRow).where(IncidentRow.key == key)
    connection.execute(resolved.values(state="RESOLVED", resolved_at=now, resolved_by=actor))
