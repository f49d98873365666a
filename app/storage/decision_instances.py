"""Decision instances: every evaluation, with what went in, which rules matched and what came out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, Row, String, Text, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class DecisionInstanceRow(Base):
    """One decision of one evaluation. `position` counts from 1: required decisions first, the asked one last."""

    __tablename__ = "decision_instance"
    __table_args__ = (Index(None, "instance_key"), Index(None, "definition_key", "evaluated_at"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    root_definition_key: Mapped[int] = mapped_column(BigInteger)
    decision_id: Mapped[str] = mapped_column(Text)
    decision_name: Mapped[str] = mapped_column(Text)
    decision_version: Mapped[int]
    kind: Mapped[str] = mapped_column(String(32))
    state: Mapped[str] = mapped_column(String(12))
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    root_instance_key: Mapped[int | None] = mapped_column(BigInteger)
    process_definition_key: Mapped[int | None] = mapped_column(BigInteger)
    element_key: Mapped[int | None] = mapped_column(BigInteger)
    inputs: Mapped[list[Any]] = mapped_column(JSONText)
    rules: Mapped[list[Any]] = mapped_column(JSONText)
    result: Mapped[Any | None] = mapped_column(JSONText)
    failure: Mapped[str | None] = mapped_column(Text)
    evaluated_at: Mapped[datetime] = mapped_column(UTCDateTime)


def list_evaluation(connection: Connection, key: int, *, lock: bool = False) -> Sequence[Row[Any]]:
    """Return the decisions of one evaluation, the asked one last; `lock` keeps others from changing them."""
    table = DecisionInstanceRow.__table__
    query = select(table).where(table.c.key == key).order_by(table.c.position)
    return connection.execute(query.with_for_update() if lock else query).all()


def drop_evaluation(connection: Connection, key: int) -> None:
    """Delete the decisions of one evaluation."""
    connection.execute(delete(DecisionInstanceRow).where(DecisionInstanceRow.key == key))
