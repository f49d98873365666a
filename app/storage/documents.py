"""Documents people and processes attach: the bytes and what is known of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Index,
    LargeBinary,
    Row,
    String,
    Text,
    delete,
    or_,
    select,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime


class DocumentRow(Base):
    """One stored file. `checksum`: SHA-256, hex; `size` in bytes.

    Its bytes are the blob `blob_key`; those of one that was stored before there were blobs are its `content`.
    """

    __tablename__ = "document"
    __table_args__ = (Index(None, "instance_key"), Index(None, "expires_at"))

    document_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    store_id: Mapped[str] = mapped_column(String(32))
    file_name: Mapped[str] = mapped_column(Text)
    content_type: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(BigInteger)
    checksum: Mapped[str] = mapped_column(String(64))
    custom: Mapped[dict[str, Any] | None] = mapped_column(JSONText)
    instance_key: Mapped[int | None] = mapped_column(BigInteger)
    process_id: Mapped[str | None] = mapped_column(String(255))
    created_by: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    expires_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    content: Mapped[bytes | None] = mapped_column(LargeBinary)
    blob_key: Mapped[int | None] = mapped_column(BigInteger)


def find_documents(connection: Connection, document_ids: Sequence[str], now: datetime) -> Sequence[Row[Any]]:
    """Return those of these documents that have not expired and whose bytes are in the file store."""
    table = DocumentRow.__table__
    lasting = or_(table.c.expires_at.is_(None), table.c.expires_at > now)
    query = select(table).where(table.c.document_id.in_(document_ids), table.c.blob_key.is_not(None), lasting)
    return connection.execute(query.order_by(table.c.document_id)).all()


def take_document(connection: Connection, document_id: str) -> bool:
    """Delete a document without its file; whether it was still there."""
    return connection.execute(delete(DocumentRow).where(DocumentRow.document_id == document_id)).rowcount == 1


def take_documents_of(connection: Connection, instance_key: int) -> list[int]:
    """Delete an instance's documents; returns the keys of their files, to which nothing refers any more."""
    return _take(connection, DocumentRow.instance_key == instance_key)


def take_expired_documents(connection: Connection, now: datetime, most: int) -> list[int]:
    """Delete documents that have expired; returns the keys of their files, to which nothing refers any more."""
    expired = select(DocumentRow.document_id).where(DocumentRow.expires_at <= now).limit(most)
    ids = list(connection.execute(expired).scalars())
    return _take(connection, DocumentRow.document_id.in_(ids)) if ids else []


def _take(connection: Connection, which: ColumnElement[bool]) -> list[int]:
    taken = connection.execute(delete(DocumentRow).where(which).returning(DocumentRow.blob_key)).scalars()
    return [key for key in taken if key is not None]
