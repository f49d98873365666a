"""Variables as rows, so that they can be searched; the engine's state remains what a run computes with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BigInteger, BindParameter, Connection, Index, Text, literal, select, text, union_all
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.instances import ElementInstanceRow
from app.storage.types import read_json

SHORT = "length(value) <= 64"


class VariableRow(Base):
    """One variable of one scope; `value` is its JSON text. Short values are indexed by name for searches by value.

    Keys rise with time, so a range index finds one; there are too many variables for a third full index.
    """

    __tablename__ = "variable"
    __table_args__ = (
        Index(None, "key", postgresql_using="brin", postgresql_with={"pages_per_range": 16}),
        Index(None, "instance_key"),
        Index("ix_variable_short", "name", "value", postgresql_where=text(SHORT), sqlite_where=text(SHORT)),
    )

    key: Mapped[int] = mapped_column(BigInteger)
    scope_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text, primary_key=True)
    value: Mapped[str] = mapped_column(Text)


def list_effective_variables(connection: Connection, element_keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what each element instance (or process instance) sees: its own variables over those of its scopes.

    One statement for all of them; the result has every key asked for.
    """
    seen: dict[int, dict[str, Any]] = {key: {} for key in element_keys}
    if not element_keys:
        return seen
    element, variable = ElementInstanceRow.__table__, VariableRow.__table__
    start = union_all(
        *[select(_key(key).label("asked"), _key(key).label("scope"), literal(0).label("depth")) for key in seen]
    )
    chain = select(start.subquery()).cte("chain", recursive=True)
    chain = chain.union_all(
        select(chain.c.asked, element.c.scope_key, chain.c.depth + 1).where(element.c.key == chain.c.scope)
    )
    query = (
        select(chain.c.asked, variable.c.name, variable.c.value)
        .where(variable.c.scope_key == chain.c.scope)
        .order_by(chain.c.depth.desc())
    )
    for asked, name, value in connection.execute(query):
        seen[asked][name] = read_json(value)
    return seen


def list_own_variables(connection: Connection, element_keys: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what each element instance holds itself."""
    table = VariableRow.__table__.c
    own: dict[int, dict[str, Any]] = {key: {} for key in element_keys}
    query = select(table.scope_key, table.name, table.value).where(table.scope_key.in_(element_keys))
    for scope_key, name, value in connection.execute(query):
        own[scope_key][name] = read_json(value)
    return own


def _key(value: int) -> BindParameter[int]:
    return literal(value, BigInteger)
