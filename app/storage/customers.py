"""Customers, the identities they are known by, and which of them people have said are one person.

A merge moves nothing: the merged customer points at the one that stands for both (`root_key`), and every reader asks
for all customers of a root. So what was merged comes apart again exactly as it was. Personal data is sealed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    Connection,
    ForeignKey,
    Index,
    Row,
    String,
    Text,
    bindparam,
    func,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.reads import Read
from app.storage.types import UTCDateTime


class CustomerRow(Base):
    """One person or company. `root_key` is its own key, or that of the customer it was merged into in the end.

    `name_index` is the blind index of the name, `sealed` the name itself as JSON (`customer.sealed:<key>`). `source`
    says where it was first heard of: `complaint:<number>`, `import:<file>`, `system:<name>`.
    """

    __tablename__ = "customer"
    __table_args__ = (Index(None, "root_key"), Index(None, "name_index"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    root_key: Mapped[int] = mapped_column(BigInteger)
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    name_index: Mapped[str | None] = mapped_column(String(32))
    sealed: Mapped[str | None] = mapped_column(Text)
    language: Mapped[str | None] = mapped_column(String(8))
    preferred_channel: Mapped[str | None] = mapped_column(String(20))
    tier: Mapped[str | None] = mapped_column(String(40))
    source: Mapped[str] = mapped_column(String(120))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class CustomerIdentityRow(Base):
    """One identity of a customer. Two people may share a phone, so the same index may stand at several customers.

    `sealed` is the identity itself (`customer_identity.sealed:<customer>:<index>`); `source` is as a customer's.
    """

    __tablename__ = "customer_identity"
    __table_args__ = (Index(None, "customer_key"),)

    blind_index: Mapped[str] = mapped_column(String(32), primary_key=True)
    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(12))
    sealed: Mapped[str] = mapped_column(Text)
    source: Mapped[str] = mapped_column(String(120))
    since: Mapped[datetime] = mapped_column(UTCDateTime)


def find_customer(connection: Connection, key: int) -> Row[Any] | None:
    """Return the customer with that key, or None."""
    return connection.execute(select(CustomerRow.__table__).where(CustomerRow.key == key)).one_or_none()


class HolderRow(NamedTuple):
    """An identity and the customer that holds it."""

    blind_index: str
    kind: str
    key: int
    root_key: int
    name_index: str | None
    language: str | None
    preferred_channel: str | None
    tier: str | None


MOST_INDEXES = 6
HOLDERS = Read(
    select(
        CustomerIdentityRow.blind_index,
        CustomerIdentityRow.kind,
        CustomerRow.key,
        CustomerRow.root_key,
        CustomerRow.name_index,
        CustomerRow.language,
        CustomerRow.preferred_channel,
        CustomerRow.tier,
    )
    .join(CustomerRow, CustomerRow.key == CustomerIdentityRow.customer_key)
    .where(or_(*[CustomerIdentityRow.blind_index == bindparam(f"index_{n}") for n in range(MOST_INDEXES)]))
    .order_by(CustomerRow.key)
)


def list_holders(connection: Connection, indexes: Collection[str]) -> Sequence[HolderRow]:
    """Return who holds one of these identities (at most MOST_INDEXES, a person's kinds), the oldest first."""
    assert len(indexes) <= MOST_INDEXES, "a person has one identity of a kind"
    asked = dict.fromkeys((f"index_{n}" for n in range(MOST_INDEXES)), "")
    asked |= {f"index_{n}": index for n, index in enumerate(indexes)}
    return [HolderRow(*row) for row in HOLDERS.all(connection, **asked)]


def list_named(connection: Connection, name_index: str, most: int) -> Sequence[Row[Any]]:
    """Return customers of that name, the newest first."""
    query = select(CustomerRow.__table__).where(CustomerRow.name_index == name_index)
    return connection.execute(query.order_by(CustomerRow.key.desc()).limit(most)).all()


def list_parts(connection: Connection, root_key: int) -> Sequence[Row[Any]]:
    """Return every customer that stands together under a root, the root itself included, the oldest first."""
    query = select(CustomerRow.__table__).where(CustomerRow.root_key == root_key)
    return connection.execute(query.order_by(CustomerRow.key)).all()


def list_together(connection: Connection, keys: Collection[int]) -> list[int]:
    """Return the keys of these customers and of all that stand together with one of them."""
    roots = select(CustomerRow.root_key).where(CustomerRow.key.in_(keys))
    return list(connection.execute(select(CustomerRow.key).where(CustomerRow.root_key.in_(roots))).scalars())


def count_received(connection: Connection, keys: Collection[int], since: datetime, until: datetime) -> int:
    """Return how many complaints of these customers were received in a stretch of time."""
    query = select(func.count()).where(
        ComplaintRow.customer_key.in_(keys), ComplaintRow.received_at.between(since, until)
    )
    return int(connection.execute(query).scalar_one())


def list_customer_identities(
    connection: Connection, keys: Collection[int], kind: str | None = None
) -> Sequence[Row[Any]]:
    """Return the identities of these customers, in the order in which they were learned."""
    query = select(CustomerIdentityRow.__table__).where(CustomerIdentityRow.customer_key.in_(keys))
    if kind is not None:
        query = query.where(CustomerIdentityRow.kind == kind)
    return connection.execute(query.order_by(CustomerIdentityRow.since, CustomerIdentityRow.blind_index)).all()


def list_roots_holding(connection: Connection, roots: Collection[int], kind: str) -> set[int]:
    """Return which of these roots hold an identity of a kind."""
    query = (
        select(CustomerRow.root_key)
        .join(CustomerIdentityRow, CustomerIdentityRow.customer_key == CustomerRow.key)
        .where(CustomerRow.root_key.in_(roots), CustomerIdentityRow.kind == kind)
    )
    return set(connection.execute(query.distinct()).scalars())


def list_complaints_beside(connection: Connection, customer_key: int, most: int) -> Sequence[Row[Any]]:
    """Return the complaints of a customer and of all that stand together with it, the newest first."""
    root = select(CustomerRow.root_key).where(CustomerRow.key == customer_key).scalar_subquery()
    query = select(ComplaintRow.__table__).join(CustomerRow, CustomerRow.key == ComplaintRow.customer_key)
    newest = query.order_by(ComplaintRow.received_at.desc(), ComplaintRow.key.desc())
    return connection.execute(newest.where(CustomerRow.root_key == root).limit(most)).all()


def count_complaints_by_root(connection: Connection, roots: Collection[int]) -> dict[int, int]:
    """Return how many complaints each of these roots has."""
    query = (
        select(CustomerRow.root_key, func.count())
        .join(ComplaintRow, ComplaintRow.customer_key == CustomerRow.key)
        .where(CustomerRow.root_key.in_(roots))
        .group_by(CustomerRow.root_key)
    )
    return {int(root): int(count) for root, count in connection.execute(query)}


def change_customer(connection: Connection, key: int, values: Mapping[str, Any]) -> None:
    """Write columns of a customer."""
    connection.execute(update(CustomerRow).where(CustomerRow.key == key).values(**values))


def set_root(connection: Connection, keys: Collection[int], root_key: int) -> None:
    """Let these customers stand under a root."""
    connection.execute(update(CustomerRow).where(CustomerRow.key.in_(keys)).values(root_key=root_key))
