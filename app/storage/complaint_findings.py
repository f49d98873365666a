"""What was found about a complaint while it was handled: liability, cause, redress, satisfaction; one row a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Row, String, Text, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class ComplaintFindingRow(Base):
    """One finding as it stands: `value`, or `sealed` for what people wrote freely; who set it, when, in which task."""

    __tablename__ = "complaint_finding"

    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[Any | None] = mapped_column(JSONText)
    sealed: Mapped[str | None] = mapped_column(Text)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(255))
    task_key: Mapped[int | None] = mapped_column(BigInteger)


def list_findings(connection: Connection, complaint_key: int) -> Sequence[Row[Any]]:
    """Return what was found about a complaint, by name."""
    query = select(ComplaintFindingRow.__table__).where(ComplaintFindingRow.complaint_key == complaint_key)
    return connection.execute(query.order_by(ComplaintFindingRow.name)).all()


def list_open_findings(connection: Connection, complaint_keys: Sequence[int]) -> Mapping[int, Mapping[str, Any]]:
    """Return the findings of complaints that are not sealed, by complaint and name."""
    table = ComplaintFindingRow.__table__
    open_ones = (table.c.complaint_key.in_(complaint_keys), table.c.sealed.is_(None))
    found: dict[int, dict[str, Any]] = {}
    for row in connection.execute(select(table).where(*open_ones)):
        found.setdefault(row.complaint_key, {})[row.name] = row.value
    return found


def write_findings(connection: Connection, complaint_key: int, rows: Sequence[Mapping[str, Any]]) -> None:
    """Store findings in the place of those of the same names."""
    names = [row["name"] for row in rows]
    own = (ComplaintFindingRow.complaint_key == complaint_key, ComplaintFindingRow.name.in_(names))
    connection.execute(delete(ComplaintFindingRow).where(*own))
    if rows:
        connection.execute(insert(ComplaintFindingRow), list(rows))
