"""Organisation units (head office, branches, departments) as a tree, and the posts that belong to them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, ForeignKey, Index, Row, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base


class UnitRow(Base):
    """One unit. `kind` is one of app.domain.organisation.UNIT_KINDS; `head`: who leads it.

    `calendar` names the stored calendar of its working days and hours; None: that of the unit above.
    """

    __tablename__ = "org_unit"
    __table_args__ = (Index(None, "parent_id"), Index(None, "head"))

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    parent_id: Mapped[str | None] = mapped_column(ForeignKey("org_unit.id"))
    head: Mapped[str | None] = mapped_column(ForeignKey("account.username"))
    calendar: Mapped[str | None] = mapped_column(String(40))


class PostRow(Base):
    """One post (岗位). Its `id` is the group that models and tables name; its holders are the group's members."""

    __tablename__ = "post"
    __table_args__ = (Index(None, "unit_id"),)

    id: Mapped[str] = mapped_column(String(255), primary_key=True)
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    unit_id: Mapped[str | None] = mapped_column(ForeignKey("org_unit.id"))


def list_units(connection: Connection) -> Sequence[Row[Any]]:
    """Return every unit, by id."""
    return connection.execute(select(UnitRow.__table__).order_by(UnitRow.id)).all()


def list_kinds_led(connection: Connection, username: str) -> list[str]:
    """Return the kinds of the units that a person leads."""
    return list(connection.execute(select(UnitRow.kind).where(UnitRow.head == username)).scalars())


def list_heads(connection: Connection, kinds: Sequence[str]) -> list[str]:
    """Return who leads units of these kinds."""
    heads = select(UnitRow.head).where(UnitRow.kind.in_(kinds), UnitRow.head.is_not(None)).distinct()
    return [str(name) for name in connection.execute(heads).scalars()]


def find_unit(connection: Connection, unit_id: str) -> Row[Any] | None:
    """Return one unit."""
    return connection.execute(select(UnitRow.__table__).where(UnitRow.id == unit_id)).one_or_none()


def write_unit(connection: Connection, row: Mapping[str, Any]) -> None:
    """Insert a unit, or overwrite the one with this id."""
    changed = connection.execute(update(UnitRow).where(UnitRow.id == row["id"]).values(**row)).rowcount
    if not changed:
        connection.execute(insert(UnitRow).values(**row))


def list_posts(connection: Connection) -> Sequence[Row[Any]]:
    """Return every post, by id."""
    return connection.execute(select(PostRow.__table__).order_by(PostRow.id)).all()


def write_post(connection: Connection, row: Mapping[str, Any]) -> None:
    """Insert a post, or overwrite the one with this id."""
    changed = connection.execute(update(PostRow).where(PostRow.id == row["id"]).values(**row)).rowcount
    if not changed:
        connection.execute(insert(PostRow).values(**row))
