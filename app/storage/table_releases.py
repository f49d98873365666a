"""Proposed versions of decision tables, and what became of each: the history of who wanted what, and who agreed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, LargeBinary, Row, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime

MOST_LISTED = 200


class TableReleaseRow(Base):
    """One proposed version of a decision table's file.

    `table_id` is the id of the file's requirements graph; `tests` are scenarios that came with it. `effective_at` is
    the instant from which it is wanted, None: as soon as it is approved. `review` is what was shown when it was decided
    on. An approved one has a `deployment_key`, and the `effective_at` that holds.
    """

    __tablename__ = "table_release"
    __table_args__ = (Index(None, "table_id", "key"), Index(None, "state", "key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    table_id: Mapped[str] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(Text)
    file: Mapped[str] = mapped_column(String(1024))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    tests_file: Mapped[str | None] = mapped_column(String(1024))
    tests: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10))
    effective_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    proposed_by: Mapped[str] = mapped_column(String(255))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(255))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    decision_reason: Mapped[str | None] = mapped_column(Text)
    withdrawn_by: Mapped[str | None] = mapped_column(String(255))
    withdrawn_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    withdrawal_reason: Mapped[str | None] = mapped_column(Text)
    review: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    deployment_key: Mapped[int | None] = mapped_column(BigInteger)


def add_table_release(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a proposal (`row`: all columns)."""
    connection.execute(insert(TableReleaseRow).values(**row))


def find_table_release(connection: Connection, key: int, *, lock: bool = False) -> Row[Any] | None:
    """Return a proposal, or None; with `lock` nobody else decides on it until this transaction ends."""
    query = select(TableReleaseRow.__table__).where(TableReleaseRow.key == key)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def write_table_release(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Write what was decided on a proposal."""
    connection.execute(update(TableReleaseRow).where(TableReleaseRow.key == key).values(**values))


def list_table_releases(connection: Connection, *, state: str | None = None) -> Sequence[Row[Any]]:
    """Return the latest proposals without their files' contents, the newest first."""
    shown = [column for column in TableReleaseRow.__table__.c if column.name not in ("content", "tests", "review")]
    query = select(*shown)
    if state is not None:
        query = query.where(TableReleaseRow.state == state)
    return connection.execute(query.order_by(TableReleaseRow.key.desc()).limit(MOST_LISTED)).all()
