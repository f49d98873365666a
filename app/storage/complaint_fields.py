"""Which complaint has which value in which field: an index over the fields that its form had, whichever they are."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import BigInteger, Connection, Index, Select, String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.writes import insert_rows


class ComplaintFieldRow(Base):
    """One value of one field of one complaint, as it is searched; of a sealed field its blind index."""

    __tablename__ = "complaint_field"
    __table_args__ = (Index(None, "name", "value", "complaint_key"),)

    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    value: Mapped[str] = mapped_column(String(120), primary_key=True)


ADD_FIELDS = insert_rows(ComplaintFieldRow)


def list_indexed(connection: Connection, complaint_keys: Sequence[int]) -> set[tuple[int, str, str]]:
    """Return what these complaints are found by: (complaint_key, name, value)."""
    table = ComplaintFieldRow.__table__.c
    query = select(table.complaint_key, table.name, table.value).where(table.complaint_key.in_(complaint_keys))
    return {(row.complaint_key, row.name, row.value) for row in connection.execute(query)}


def unindex_fields(connection: Connection, complaint_key: int, names: Sequence[str]) -> None:
    """Take these fields of a complaint out of the index, before new values come in."""
    own = (ComplaintFieldRow.complaint_key == complaint_key, ComplaintFieldRow.name.in_(names))
    connection.execute(delete(ComplaintFieldRow).where(*own))


def with_value(name: str, value: str) -> Select[int]:
    """Return the query for the keys of complaints with that value in that field."""
    same = (ComplaintFieldRow.name == name, ComplaintFieldRow.value == value)
    return select(ComplaintFieldRow.complaint_key).where(*same)
