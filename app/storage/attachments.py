"""Attachments: which files belong to a complaint, who brought them, and what became of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Index, Row, String, Text, insert, select, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.blobs import BlobRow
from app.storage.complaints import ComplaintRow
from app.storage.types import UTCDateTime


class AttachmentRow(Base):
    """One file of a complaint. A deleted one stays as a tombstone: without its bytes, with who, when and why.

    `file_name` is sealed, since people name files after people. `media_type` is what the bytes are, whatever the name
    says; `misnamed` tells that it says otherwise, `has_location` that the picture holds where it was taken.
    `same_as` is an earlier attachment of the complaint with the same bytes; `reference` the id that forms give.
    """

    __tablename__ = "attachment"
    __table_args__ = (
        Index(None, "complaint_key", "key"),
        Index(None, "reference", unique=True),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    complaint_key: Mapped[int] = mapped_column(BigInteger)
    reference: Mapped[str] = mapped_column(String(64))
    blob_key: Mapped[int | None] = mapped_column(BigInteger)
    file_name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(120))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(24))
    source: Mapped[str] = mapped_column(String(12))
    misnamed: Mapped[bool] = mapped_column(Boolean)
    has_location: Mapped[bool] = mapped_column(Boolean)
    same_as: Mapped[int | None] = mapped_column(BigInteger)
    added_at: Mapped[datetime] = mapped_column(UTCDateTime)
    added_by: Mapped[str] = mapped_column(String(255))
    deleted_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deleted_by: Mapped[str | None] = mapped_column(String(255))
    deletion_reason: Mapped[str | None] = mapped_column(Text)


def add_attachment_row(connection: Connection, row: Mapping[str, Any]) -> None:
    """Store an attachment."""
    connection.execute(insert(AttachmentRow).values(**row, deleted_at=None, deleted_by=None, deletion_reason=None))


def find_attachment(connection: Connection, complaint_key: int, key: int) -> Row[Any] | None:
    """Return that attachment of that complaint, deleted or not; None for another complaint's."""
    own = (AttachmentRow.key == key, AttachmentRow.complaint_key == complaint_key)
    return connection.execute(select(AttachmentRow.__table__).where(*own)).one_or_none()


def find_attachment_by_reference(connection: Connection, reference: str) -> Row[Any] | None:
    """Return the attachment that a form's answer refers to."""
    query = select(AttachmentRow.__table__).where(AttachmentRow.reference == reference)
    return connection.execute(query).one_or_none()


def list_attachments(connection: Connection, complaint_key: int) -> Sequence[Row[Any]]:
    """Return a complaint's attachments in the order they came, tombstones among them, with their `scan_…` columns."""
    query = (
        select(AttachmentRow.__table__, BlobRow.scan_state, BlobRow.scan_said)
        .join(BlobRow, BlobRow.key == AttachmentRow.blob_key, isouter=True)
        .where(AttachmentRow.complaint_key == complaint_key)
    )
    return connection.execute(query.order_by(AttachmentRow.key)).all()


def list_attachments_of_blob(connection: Connection, blob_key: int) -> Sequence[Row[Any]]:
    """Return the attachments that a file is the bytes of."""
    return connection.execute(select(AttachmentRow.__table__).where(AttachmentRow.blob_key == blob_key)).all()


def find_same(connection: Connection, complaint_key: int, sha256: str) -> int | None:
    """Return the first attachment of that complaint with these bytes that is not deleted."""
    same = (AttachmentRow.complaint_key == complaint_key, AttachmentRow.sha256 == sha256)
    query = select(AttachmentRow.key).where(*same, AttachmentRow.deleted_at.is_(None))
    return connection.execute(query.order_by(AttachmentRow.key).limit(1)).scalar_one_or_none()


def bury_attachments(connection: Connection, keys: Sequence[int], at: datetime, by: str, reason: str) -> int:
    """Turn attachments into tombstones; returns how many were none yet."""
    buried = update(AttachmentRow).where(AttachmentRow.key.in_(keys), AttachmentRow.deleted_at.is_(None))
    values = {"blob_key": None, "deleted_at": at, "deleted_by": by, "deletion_reason": reason}
    return connection.execute(buried.values(**values)).rowcount


def list_outlived(connection: Connection, ended_before: datetime, most: int) -> Sequence[Row[Any]]:
    """Return attachments of complaints that ended before `ended_before`, tombstones left out."""
    query = (
        select(AttachmentRow.__table__)
        .join(ComplaintRow, ComplaintRow.key == AttachmentRow.complaint_key)
        .where(ComplaintRow.ended_at < ended_before, AttachmentRow.deleted_at.is_(None))
    )
    return connection.execute(query.order_by(AttachmentRow.key).limit(most)).all()
