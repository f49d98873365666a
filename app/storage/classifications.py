"""Classification schemes, versioned whole, and the classes given to complaints: the first and the final one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Integer, Row, String, Text, and_, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime

FIRST = "first"
FINAL = "final"


class ClassificationSchemeRow(Base):
    """One version of a scheme as it was loaded; `checksum` is the SHA-256 of its text, hex."""

    __tablename__ = "classification_scheme"
    __table_args__ = (Index(None, "name", "version", unique=True),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    name: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(Integer)
    checksum: Mapped[str] = mapped_column(String(64))
    source: Mapped[str] = mapped_column(Text)
    loaded_at: Mapped[datetime] = mapped_column(UTCDateTime)
    loaded_by: Mapped[str] = mapped_column(String(255))


class ClassificationCodeRow(Base):
    """One code of a facet of a scheme's version; `parent` is the code above it in the same facet, empty at the top."""

    __tablename__ = "classification_code"

    scheme_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    facet: Mapped[str] = mapped_column(String(40), primary_key=True)
    code: Mapped[str] = mapped_column(String(120), primary_key=True)
    parent: Mapped[str] = mapped_column(String(120))
    name_zh: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)


class ComplaintClassRow(Base):
    """The code of a complaint in one facet: `stage` first is how it came in, final what it turned out to be."""

    __tablename__ = "complaint_class"
    __table_args__ = (Index(None, "scheme_key", "facet", "code", "stage"),)

    complaint_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    scheme_key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    facet: Mapped[str] = mapped_column(String(40), primary_key=True)
    stage: Mapped[str] = mapped_column(String(5), primary_key=True)
    code: Mapped[str] = mapped_column(String(120))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    actor: Mapped[str] = mapped_column(String(255))


def add_scheme(connection: Connection, scheme: Mapping[str, Any], codes: Sequence[Mapping[str, Any]]) -> bool:
    """Store one version of a scheme with its codes; False where another has stored that version already."""
    insert_once = postgresql.insert if connection.dialect.name == "postgresql" else sqlite.insert
    statement = insert_once(ClassificationSchemeRow).values(**scheme).on_conflict_do_nothing()
    if connection.execute(statement.returning(ClassificationSchemeRow.key)).first() is None:
        return False
    connection.execute(insert(ClassificationCodeRow), list(codes))
    return True


def find_latest_scheme(connection: Connection, name: str) -> Row[Any] | None:
    """Return the latest version of a scheme, or None."""
    table = ClassificationSchemeRow.__table__
    query = select(table).where(table.c.name == name).order_by(table.c.version.desc()).limit(1)
    return connection.execute(query).one_or_none()


def list_schemes(connection: Connection) -> Sequence[Row[Any]]:
    """Return every version of every scheme, by name, the latest first."""
    table = ClassificationSchemeRow.__table__
    return connection.execute(select(table).order_by(table.c.name, table.c.version.desc())).all()


def list_codes(connection: Connection, scheme_key: int) -> Sequence[Row[Any]]:
    """Return the codes of one version of a scheme, by facet and code."""
    table = ClassificationCodeRow.__table__
    query = select(table).where(table.c.scheme_key == scheme_key)
    return connection.execute(query.order_by(table.c.facet, table.c.code)).all()


def list_classes(connection: Connection, complaint_key: int) -> Sequence[Row[Any]]:
    """Return a complaint's classes with the scheme's name and version and the code's names."""
    given, code = ComplaintClassRow.__table__, ClassificationCodeRow.__table__
    scheme = ClassificationSchemeRow.__table__
    same_code = and_(*[given.c[name] == code.c[name] for name in ("scheme_key", "facet", "code")])
    source = given.join(scheme, scheme.c.key == given.c.scheme_key).join(code, same_code)
    query = select(given, scheme.c.name, scheme.c.version, code.c.name_zh, code.c.name_en).select_from(source)
    query = query.where(given.c.complaint_key == complaint_key)
    return connection.execute(query.order_by(scheme.c.name, given.c.facet, given.c.stage)).all()


def replace_classes(
    connection: Connection, complaint_key: int, scheme_key: int, stage: str, rows: Sequence[Mapping[str, Any]]
) -> None:
    """Put these classes of a stage in the place of those that the complaint had in their facets, in any version."""
    name = select(ClassificationSchemeRow.name).where(ClassificationSchemeRow.key == scheme_key).scalar_subquery()
    versions = select(ClassificationSchemeRow.key).where(ClassificationSchemeRow.name == name)
    same = (ComplaintClassRow.complaint_key == complaint_key, ComplaintClassRow.stage == stage)
    facets = ComplaintClassRow.facet.in_([row["facet"] for row in rows])
    connection.execute(delete(ComplaintClassRow).where(*same, facets, ComplaintClassRow.scheme_key.in_(versions)))
    connection.execute(insert(ComplaintClassRow), list(rows))
