"""Where an account's person stands: the unit, the direct superior (直属上级), the calendar of the working hours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, Row, Select, String, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.accounts import AccountRow
from app.storage.base import Base


class PersonRow(Base):
    """One person's place. `calendar` names the stored calendar of the person's own hours; None: the unit's."""

    __tablename__ = "person"
    __table_args__ = (Index(None, "unit_id"), Index(None, "superior"))

    username: Mapped[str] = mapped_column(ForeignKey("account.username"), primary_key=True)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("org_unit.id"))
    superior: Mapped[str | None] = mapped_column(ForeignKey("account.username"))
    calendar: Mapped[str | None] = mapped_column(String(40))


def find_person(connection: Connection, username: str) -> Row[Any] | None:
    """Return a person's place; None for who has none."""
    return connection.execute(select(PersonRow.__table__).where(PersonRow.username == username)).one_or_none()


def has_reports(connection: Connection, username: str) -> bool:
    """Tell whether anybody has this person as direct superior."""
    query = select(PersonRow.username).where(PersonRow.superior == username)
    return connection.execute(query.limit(1)).one_or_none() is not None


def write_person(connection: Connection, row: Mapping[str, Any]) -> None:
    """Insert a person's place, or overwrite it."""
    query = update(PersonRow).where(PersonRow.username == row["username"])
    if not connection.execute(query.values(**row)).rowcount:
        connection.execute(insert(PersonRow).values(**row))


def list_places(connection: Connection) -> Sequence[Row[Any]]:
    """Return every account with its place: username, display_name, active, roles, unit_id, superior, calendar."""
    account, place = AccountRow.__table__, PersonRow.__table__
    query: Select[Any] = select(
        account.c.username,
        account.c.display_name,
        account.c.active,
        account.c.roles,
        place.c.unit_id,
        place.c.superior,
        place.c.calendar,
    ).join_from(account, place, place.c.username == account.c.username, isouter=True)
    return connection.execute(query.order_by(account.c.username)).all()
