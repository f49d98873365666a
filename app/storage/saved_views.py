"""Views of a list that people saved, for themselves or a group, and the columns each chose. Knows no list."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, delete, insert, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class SavedViewRow(Base):
    """One saved view of a list (`tasks` or `complaints`). `wish` is what the list's address says, as name and value.

    `shared_with` is a group whose members see it too; only its owner changes it.
    """

    __tablename__ = "saved_view"
    __table_args__ = (Index(None, "owner", "list"), Index(None, "shared_with", "list"))

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    list: Mapped[str] = mapped_column(String(12))
    name: Mapped[str] = mapped_column(String(60))
    owner: Mapped[str] = mapped_column(String(255))
    shared_with: Mapped[str | None] = mapped_column(String(255))
    wish: Mapped[dict[str, Any]] = mapped_column(JSONText)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)


class ListSettingRow(Base):
    """The columns one person chose for one list, in their order."""

    __tablename__ = "list_setting"

    username: Mapped[str] = mapped_column(String(255), primary_key=True)
    list: Mapped[str] = mapped_column(String(12), primary_key=True)
    columns: Mapped[Any] = mapped_column(JSONText)


def add_saved_view(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a view (`row`: all columns)."""
    connection.execute(insert(SavedViewRow).values(**row))


def list_saved_views(
    connection: Connection, list_name: str, username: str, groups: Iterable[str]
) -> Sequence[Row[Any]]:
    """Return the views of a list that a person owns or that one of their groups shares, by name."""
    table = SavedViewRow.__table__
    seen = (table.c.owner == username) | table.c.shared_with.in_(sorted(groups))
    return connection.execute(select(table).where(table.c.list == list_name, seen).order_by(table.c.name)).all()


def delete_saved_view(connection: Connection, key: int, owner: str) -> bool:
    """Delete a view of this owner; whether there was one."""
    query = delete(SavedViewRow).where(SavedViewRow.key == key, SavedViewRow.owner == owner)
    return connection.execute(query).rowcount == 1


def find_columns(connection: Connection, username: str, list_name: str) -> list[str] | None:
    """Return the columns a person chose for a list, None where they chose none."""
    mine = (ListSettingRow.username == username, ListSettingRow.list == list_name)
    found: list[str] | None = connection.execute(select(ListSettingRow.columns).where(*mine)).scalar_one_or_none()
    return found


def write_columns(connection: Connection, username: str, list_name: str, columns: Sequence[str]) -> None:
    """Keep the columns a person chose; none goes back to the list's own."""
    mine = (ListSettingRow.username == username, ListSettingRow.list == list_name)
    connection.execute(delete(ListSettingRow).where(*mine))
    if columns:
        row = {"username": username, "list": list_name, "columns": list(columns)}
        connection.execute(insert(ListSettingRow).values(**row))
