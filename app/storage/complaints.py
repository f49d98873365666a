"""Complaints: the record, its yearly number, and the line of what happened to it."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    Integer,
    Numeric,
    Row,
    String,
    Text,
    func,
    insert,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.instances import ProcessInstanceRow
from app.storage.types import JSONText, UTCDateTime
from app.storage.user_tasks import UserTaskRow
from app.storage.writes import insert_rows

MOST_EVENTS = 2000


class ComplaintNumberRow(Base):
    """The last number given in a year. Taken in the filing's own transaction, so a filing that fails leaves no gap."""

    __tablename__ = "complaint_number"

    year: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    last: Mapped[int] = mapped_column(Integer)


class ComplaintRow(Base):
    """One complaint. `received_at` never changes; `data` holds the open fields of the form, `sealed` the others.

    Its process's root instance has `instance_key`, and `number` as its business id; an imported record has neither, and
    an empty `process_id`. Amounts are in `currency`. `due_at` is the nearest deadline of its running clocks, None
    without one. `merged_into` is the complaint that goes on in its place. `customer_key` is whose it is, None where
    nobody said; `fingerprint` tells alike descriptions apart from others without the text (app/domain/likeness.py).
    """

    __tablename__ = "complaint"
    __table_args__ = (
        Index(None, "number", unique=True),
        Index(None, "instance_key"),
        Index(None, "status", "received_at", "key"),
        Index(None, "received_at", "key"),
        Index(None, "external_number"),
        Index(None, "due_at", "key"),
        Index(None, "type", "product_line", "received_at"),
        Index(None, "customer_key"),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    number: Mapped[str] = mapped_column(String(20))
    external_number: Mapped[str | None] = mapped_column(String(80))
    received_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    recorded_by: Mapped[str] = mapped_column(String(255))
    channel: Mapped[str | None] = mapped_column(String(40))
    type: Mapped[str | None] = mapped_column(String(80))
    product_line: Mapped[str | None] = mapped_column(String(80))
    amount: Mapped[Decimal | None] = mapped_column(Numeric(18, 2))
    currency: Mapped[str] = mapped_column(String(3))
    status: Mapped[str] = mapped_column(String(20))
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    process_id: Mapped[str] = mapped_column(String(255))
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    data: Mapped[dict[str, Any]] = mapped_column(JSONText)
    sealed: Mapped[str | None] = mapped_column(Text)
    due_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    merged_into: Mapped[int | None] = mapped_column(BigInteger)
    customer_key: Mapped[int | None] = mapped_column(BigInteger)
    fingerprint: Mapped[str | None] = mapped_column(String(128))


class ComplaintIdentityRow(Base):
    """A blind index of one identity (phone, e-mail, customer number, ID) given with a complaint."""

    __tablename__ = "complaint_identity"
    __table_args__ = (Index(None, "complaint_key"),)

    index: Mapped[str] = mapped_column(String(32), primary_key=True)
    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(12))


class ComplaintEventRow(Base):
    """One line of a complaint's timeline: what happened, when, by whom. `details` holds no personal data."""

    __tablename__ = "complaint_event"
    __table_args__ = (Index(None, "complaint_key", "key"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    complaint_key: Mapped[int] = mapped_column(BigInteger)
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    kind: Mapped[str] = mapped_column(String(24))
    actor: Mapped[str] = mapped_column(String(255))
    details: Mapped[dict[str, Any] | None] = mapped_column(JSONText)


TAKE_SEQUENCE = text(
    "INSERT INTO complaint_number (year, last) VALUES (:year, :count) "
    "ON CONFLICT (year) DO UPDATE SET last = complaint_number.last + :count RETURNING last"
)


def take_sequence(connection: Connection, year: int, count: int = 1) -> int:
    """Take the next `count` numbers of a year, and return the last of them.

    Others who ask wait until this transaction ends; with 0 they do, and none is taken.
    """
    return int(connection.execute(TAKE_SEQUENCE, {"year": year, "count": count}).scalar_one())


ADD_COMPLAINT = insert_rows(ComplaintRow)
ADD_COMPLAINT_IDENTITIES = insert_rows(ComplaintIdentityRow)
ADD_EVENTS = insert_rows(ComplaintEventRow)


def find_complaint(connection: Connection, number: str) -> Row[Any] | None:
    """Return the complaint with that number, or None."""
    return connection.execute(select(ComplaintRow.__table__).where(ComplaintRow.number == number)).one_or_none()


def find_complaint_by_key(connection: Connection, key: int) -> Row[Any] | None:
    """Return the complaint with that key, or None."""
    return connection.execute(select(ComplaintRow.__table__).where(ComplaintRow.key == key)).one_or_none()


def find_numbers(connection: Connection, keys: Collection[int]) -> dict[int, str]:
    """Return the numbers of complaints by their keys."""
    query = select(ComplaintRow.key, ComplaintRow.number).where(ComplaintRow.key.in_(keys))
    return {row.key: row.number for row in connection.execute(query)}


def find_external_numbers(connection: Connection, numbers: Sequence[str]) -> set[str]:
    """Return which of these external numbers there are complaints with."""
    query = select(ComplaintRow.external_number).where(ComplaintRow.external_number.in_(numbers))
    return {str(number) for number in connection.execute(query).scalars()}


def set_instance(connection: Connection, key: int, instance_key: int) -> None:
    """Write which process instance works on a complaint."""
    connection.execute(update(ComplaintRow).where(ComplaintRow.key == key).values(instance_key=instance_key))


def set_merged(connection: Connection, key: int, into: int) -> None:
    """Write which complaint goes on in a complaint's place."""
    connection.execute(update(ComplaintRow).where(ComplaintRow.key == key).values(merged_into=into))


def find_complaints_by_identity(connection: Connection, indexes: Sequence[str], most: int = 50) -> Sequence[Row[Any]]:
    """Return the complaints given with one of these identities, the newest first."""
    keys = select(ComplaintIdentityRow.complaint_key).where(ComplaintIdentityRow.index.in_(indexes))
    query = select(ComplaintRow.__table__).where(ComplaintRow.key.in_(keys))
    return connection.execute(
        query.order_by(ComplaintRow.received_at.desc(), ComplaintRow.key.desc()).limit(most)
    ).all()


NO_CUSTOMER = (ComplaintRow.customer_key.is_(None), ComplaintRow.sealed.is_not(None))
"""Conditions: nobody was matched, and something personal was said."""


def count_without_customer(connection: Connection) -> int:
    """Return how many complaints say something personal and have no customer."""
    return int(connection.execute(select(func.count()).select_from(ComplaintRow).where(*NO_CUSTOMER)).scalar_one())


def lock_without_customer(connection: Connection, before: int | None, most: int) -> Sequence[Row[Any]]:
    """Lock and return complaints that say something personal and have no customer, the newest first."""
    query = select(ComplaintRow.__table__).where(*NO_CUSTOMER)
    if before is not None:
        query = query.where(ComplaintRow.key < before)
    return connection.execute(query.order_by(ComplaintRow.key.desc()).limit(most).with_for_update()).all()


def set_customer(connection: Connection, key: int, customer_key: int | None, fingerprint: str | None) -> None:
    """Write whose a complaint is, and what tells its description apart from others."""
    values = {"customer_key": customer_key, "fingerprint": fingerprint}
    connection.execute(update(ComplaintRow).where(ComplaintRow.key == key).values(**values))


def list_complaints(
    connection: Connection,
    *,
    statuses: Sequence[str] = (),
    before: tuple[datetime, int] | None = None,
    most: int = 50,
    also: Sequence[ColumnElement[bool]] = (),
) -> Sequence[Row[Any]]:
    """Return a page of complaints that meet `also`, the newest first; `before`: (received_at, key) of the last seen."""
    query = select(ComplaintRow.__table__).where(*also)
    if statuses:
        query = query.where(ComplaintRow.status.in_(statuses))
    if before is not None:
        at, key = before
        same_instant = (ComplaintRow.received_at == at) & (ComplaintRow.key < key)
        query = query.where((ComplaintRow.received_at < at) | same_instant)
    return connection.execute(
        query.order_by(ComplaintRow.received_at.desc(), ComplaintRow.key.desc()).limit(most)
    ).all()


def change_status(connection: Connection, key: int, status: str, ended_at: datetime | None) -> None:
    """Write where a complaint stands."""
    change = update(ComplaintRow).where(ComplaintRow.key == key).values(status=status, ended_at=ended_at)
    connection.execute(change)


def add_event(connection: Connection, row: Mapping[str, Any]) -> None:
    """Add a line to a complaint's timeline."""
    connection.execute(insert(ComplaintEventRow).values(**row))


def list_events(connection: Connection, complaint_key: int) -> Sequence[Row[Any]]:
    """Return a complaint's timeline in order."""
    query = select(ComplaintEventRow.__table__).where(ComplaintEventRow.complaint_key == complaint_key)
    return connection.execute(query.order_by(ComplaintEventRow.key).limit(MOST_EVENTS)).all()


def find_complaint_of_instance(connection: Connection, instance_key: int) -> Row[Any] | None:
    """Return the complaint whose number is the business id of an instance's call tree, or None."""
    root = select(ProcessInstanceRow.root_key).where(ProcessInstanceRow.key == instance_key).scalar_subquery()
    number = select(ProcessInstanceRow.business_id).where(ProcessInstanceRow.key == root).scalar_subquery()
    return connection.execute(select(ComplaintRow.__table__).where(ComplaintRow.number == number)).one_or_none()


def list_deciders(connection: Connection, instance_key: int | None) -> list[str]:
    """Return who completed steps in the call tree of a complaint's process."""
    task = UserTaskRow.__table__.c
    tree = select(ProcessInstanceRow.key).where(ProcessInstanceRow.root_key == instance_key)
    query = select(task.ended_by).where(task.instance_key.in_(tree), task.ended_by.is_not(None)).distinct()
    return list(connection.execute(query).scalars())


def has_identity(connection: Connection, blind_index: str, complaint_key: int) -> bool:
    """Tell whether a complaint was filed with this identity."""
    own = (ComplaintIdentityRow.index == blind_index, ComplaintIdentityRow.complaint_key == complaint_key)
    return connection.execute(select(ComplaintIdentityRow.kind).where(*own)).first() is not None


def list_complaints_of_identity(connection: Connection, blind_index: str, *, most: int) -> Sequence[Row[Any]]:
    """Return the complaints filed with this identity, the newest first."""
    query = (
        select(ComplaintRow.__table__)
        .join(ComplaintIdentityRow, ComplaintIdentityRow.complaint_key == ComplaintRow.key)
        .where(ComplaintIdentityRow.index == blind_index)
    )
    return connection.execute(query.order_by(ComplaintRow.key.desc()).limit(most)).all()
