"""Comments of colleagues on a complaint, and what they said before they were edited. Sealed."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, ForeignKey, Index, Integer, Row, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime


class CommentRow(Base):
    """One comment as it stands. `version` counts from 1; sealed for `complaint_comment.sealed:<key>:<version>`."""

    __tablename__ = "complaint_comment"
    __table_args__ = (Index(None, "complaint_key", "key"),)

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    complaint_key: Mapped[int] = mapped_column(BigInteger)
    author: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(UTCDateTime)
    version: Mapped[int] = mapped_column(Integer)
    edited_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    sealed: Mapped[str] = mapped_column(Text)


class CommentVersionRow(Base):
    """What a comment said before it was edited, and until when."""

    __tablename__ = "complaint_comment_version"

    comment_key: Mapped[int] = mapped_column(ForeignKey("complaint_comment.key"), primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    until: Mapped[datetime] = mapped_column(UTCDateTime)
    sealed: Mapped[str] = mapped_column(Text)


def add_comment(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store a comment (all columns)."""
    connection.execute(insert(CommentRow).values(**row))


def lock_comment(connection: Connection, key: int) -> Row[Any] | None:
    """Lock a comment and return it, or None."""
    table = CommentRow.__table__
    return connection.execute(select(table).where(table.c.key == key).with_for_update()).one_or_none()


def replace_comment(connection: Connection, key: int, old: Mapping[str, Any], values: Mapping[str, Any]) -> None:
    """Keep what a comment said (`old`: a version row) and write what it says now."""
    connection.execute(insert(CommentVersionRow).values(**old))
    connection.execute(update(CommentRow).where(CommentRow.key == key).values(**values))


def list_comments(connection: Connection, complaint_key: int, most: int = 200) -> Sequence[Row[Any]]:
    """Return the comments on a complaint, the newest first."""
    table = CommentRow.__table__
    query = select(table).where(table.c.complaint_key == complaint_key)
    return connection.execute(query.order_by(table.c.key.desc()).limit(most)).all()


def list_comment_versions(connection: Connection, keys: Collection[int]) -> Sequence[Row[Any]]:
    """Return what these comments said before, in order."""
    table = CommentVersionRow.__table__
    query = select(table).where(table.c.comment_key.in_(keys))
    return connection.execute(query.order_by(table.c.comment_key, table.c.version)).all()
