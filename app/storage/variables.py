"""Variables as rows, so that they can be searched; the engine's state remains what a run computes with."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base

SHORT = "length(value) <= 64"


class VariableRow(Base):
    """One variable of one scope; `value` is its JSON text. Short values are indexed by name for searches by value."""

    __tablename__ = "variable"
    __table_args__ = (
        Index(None, "scope_key", "name", unique=True),
        Index(None, "instance_key"),
        Index("ix_variable_short", "name", "value", postgresql_where=text(SHORT), sqlite_where=text(SHORT)),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    scope_key: Mapped[int] = mapped_column(BigInteger)
    instance_key: Mapped[int] = mapped_column(BigInteger)
    name: Mapped[str] = mapped_column(Text)
    value: Mapped[str] = mapped_column(Text)
