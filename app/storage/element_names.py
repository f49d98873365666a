"""What the elements of a process version are called in its drawing, so that passages through them are found by it."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, ForeignKey, Text, insert
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base


class ElementNameRow(Base):
    """The name of one element; those without a name have no row."""

    __tablename__ = "element_name"

    definition_key: Mapped[int] = mapped_column(ForeignKey("process_definition.key"), primary_key=True)
    element_id: Mapped[str] = mapped_column(Text, primary_key=True)
    name: Mapped[str] = mapped_column(Text)


def add_element_names(connection: Connection, definition_key: int, names: Mapping[str, str]) -> None:
    """Store the names of a process version's elements by their ids."""
    rows = [{"definition_key": definition_key, "element_id": id_, "name": name} for id_, name in names.items()]
    if rows:
        connection.execute(insert(ElementNameRow), rows)
