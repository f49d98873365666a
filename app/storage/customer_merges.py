"""Which customers might be one person, as identities say, and which people have merged and taken apart again."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, insert, or_, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime

OPEN, ACCEPTED, DISMISSED = "OPEN", "ACCEPTED", "DISMISSED"


class CustomerProposalRow(Base):
    """Two customers (`one_key` < `other_key`) that share an identity and were not taken for one person by themselves.

    `reason` names what conflicts: `shared-phone`, `two-people`. One row a pair; who was dismissed is not asked again.
    """

    __tablename__ = "customer_proposal"
    __table_args__ = (Index(None, "other_key"), Index(None, "state", "at"))

    one_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    other_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(10))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    decided_by: Mapped[str | None] = mapped_column(String(255))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


class CustomerMergeRow(Base):
    """One merge, by whom and why; `undone_at` None while it holds. Never deleted: it is the history."""

    __tablename__ = "customer_merge"
    __table_args__ = (Index(None, "stays_key"), Index(None, "goes_key"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    stays_key: Mapped[int] = mapped_column(BigInteger)
    goes_key: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    undone_reason: Mapped[str | None] = mapped_column(Text)
    undone_by: Mapped[str | None] = mapped_column(String(255))
    undone_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def find_proposal(connection: Connection, one_key: int, other_key: int) -> Row[Any] | None:
    """Return what was proposed about two customers, in either order."""
    first, second = sorted((one_key, other_key))
    table = CustomerProposalRow.__table__
    query = select(table).where(table.c.one_key == first, table.c.other_key == second)
    return connection.execute(query).one_or_none()


def add_proposal(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a proposal (all columns)."""
    connection.execute(insert(CustomerProposalRow).values(**row))


def decide_proposal(connection: Connection, one_key: int, other_key: int, values: Mapping[str, Any]) -> None:
    """Write what was decided about a proposal."""
    first, second = sorted((one_key, other_key))
    same = (CustomerProposalRow.one_key == first, CustomerProposalRow.other_key == second)
    connection.execute(update(CustomerProposalRow).where(*same).values(**values))


def list_proposals_about(connection: Connection, keys: Collection[int], most: int = 50) -> Sequence[Row[Any]]:
    """Return the open proposals about one of these customers."""
    table = CustomerProposalRow.__table__
    about = or_(table.c.one_key.in_(keys), table.c.other_key.in_(keys))
    query = select(table).where(table.c.state == OPEN, about).order_by(table.c.at.desc())
    return connection.execute(query.limit(most)).all()


def list_open_proposals(connection: Connection, most: int = 50) -> Sequence[Row[Any]]:
    """Return the open proposals, the newest first."""
    table = CustomerProposalRow.__table__
    return connection.execute(select(table).where(table.c.state == OPEN).order_by(table.c.at.desc()).limit(most)).all()


def add_merge(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a merge (all columns)."""
    connection.execute(insert(CustomerMergeRow).values(**row))


def find_merge(connection: Connection, key: int) -> Row[Any] | None:
    """Return one merge, or None."""
    return connection.execute(select(CustomerMergeRow.__table__).where(CustomerMergeRow.key == key)).one_or_none()


def list_merges(connection: Connection, keys: Collection[int]) -> Sequence[Row[Any]]:
    """Return the merges that these customers took part in, in order."""
    table = CustomerMergeRow.__table__
    query = select(table).where(or_(table.c.stays_key.in_(keys), table.c.goes_key.in_(keys)))
    return connection.execute(query.order_by(table.c.key)).all()


def undo_merge(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Write who took a merge apart, when and why."""
    connection.execute(update(CustomerMergeRow).where(CustomerMergeRow.key == key).values(**values))
