"""Tags of customers: told facts, what rules concluded, what models estimated; each with where it came from."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, ForeignKey, Row, String, delete, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime

FACT, RULE, MODEL = "fact", "rule", "model"


class CustomerTagRow(Base):
    """A tag on a customer. `value` is empty where the tag says it all; `until` None: for good.

    `source`: `rule:<table>/<rule>`, `import:<file>`, `system:<name>`, `person:<account>`.
    """

    __tablename__ = "customer_tag"

    customer_key: Mapped[int] = mapped_column(ForeignKey("customer.key"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(60), primary_key=True)
    value: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8))
    since: Mapped[datetime] = mapped_column(UTCDateTime)
    until: Mapped[datetime | None] = mapped_column(UTCDateTime)
    source: Mapped[str] = mapped_column(String(120))


def put_tag(connection: Connection, customer_key: int, row: Mapping[str, Any]) -> None:
    """Put a tag on a customer (`row`: all columns but the customer), or renew it."""
    table = CustomerTagRow.__table__
    same = (table.c.customer_key == customer_key, table.c.tag == row["tag"], table.c.value == row["value"])
    if not connection.execute(update(CustomerTagRow).where(*same).values(**row)).rowcount:
        connection.execute(insert(CustomerTagRow).values(customer_key=customer_key, **row))


def drop_tag(connection: Connection, customer_key: int, tag: str, value: str) -> None:
    """Take a tag off a customer."""
    same = (CustomerTagRow.customer_key == customer_key, CustomerTagRow.tag == tag, CustomerTagRow.value == value)
    connection.execute(delete(CustomerTagRow).where(*same))


def list_tags(connection: Connection, keys: Collection[int], now: datetime) -> Sequence[Row[Any]]:
    """Return the tags on these customers that hold at `now`."""
    table = CustomerTagRow.__table__
    holds = table.c.until.is_(None) | (table.c.until > now)
    query = select(table).where(table.c.customer_key.in_(keys), holds)
    return connection.execute(query.order_by(table.c.kind, table.c.tag, table.c.value)).all()
