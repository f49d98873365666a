"""Variables of the whole installation, which expressions of every process may read (Camunda's cluster variables)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, read_json

GLOBAL, TENANT = "GLOBAL", "TENANT"


class ClusterVariableRow(Base):
    """One variable; `value` is its JSON text, `details` what its owners noted about it. One name once in each scope."""

    __tablename__ = "cluster_variable"
    __table_args__ = (Index(None, "scope", "name", unique=True),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    scope: Mapped[str] = mapped_column(String(6))
    name: Mapped[str] = mapped_column(String(256))
    value: Mapped[str] = mapped_column(Text)
    details: Mapped[dict[str, Any]] = mapped_column(JSONText)


def add_cluster_variable(connection: Connection, row: Mapping[str, Any]) -> Row[Any] | None:
    """Store a variable (all columns) and return its row; None where its scope has one of that name."""
    dialect = postgresql if connection.dialect.name == "postgresql" else sqlite
    adding = dialect.insert(ClusterVariableRow).values(**row).on_conflict_do_nothing(index_elements=["scope", "name"])
    return connection.execute(adding.returning(*ClusterVariableRow.__table__.c)).one_or_none()


def find_cluster_variable(connection: Connection, scope: str, name: str, *, lock: bool = False) -> Row[Any] | None:
    """Return the variable of that name in a scope; `lock` keeps others from changing it."""
    table = ClusterVariableRow.__table__
    query = select(table).where(table.c.scope == scope, table.c.name == name)
    return connection.execute(query.with_for_update() if lock else query).one_or_none()


def write_cluster_variable(connection: Connection, key: int, values: Mapping[str, Any]) -> Row[Any]:
    """Change columns of a variable, and return its row."""
    changing = update(ClusterVariableRow).where(ClusterVariableRow.key == key).values(**values)
    return connection.execute(changing.returning(*ClusterVariableRow.__table__.c)).one()


def drop_cluster_variable(connection: Connection, key: int) -> None:
    """Delete a variable."""
    connection.execute(delete(ClusterVariableRow).where(ClusterVariableRow.key == key))


def read_cluster_variables(connection: Connection) -> dict[str, dict[str, Any]]:
    """Return the values by name, of each scope."""
    found: dict[str, dict[str, Any]] = {GLOBAL: {}, TENANT: {}}
    for row in connection.execute(select(ClusterVariableRow.scope, ClusterVariableRow.name, ClusterVariableRow.value)):
        found[row.scope][row.name] = read_json(row.value)
    return found
