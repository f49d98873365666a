"""Documents people and processes attach: the bytes and what is known of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Connection, Index, LargeBinary, String, Text, delete, select
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
