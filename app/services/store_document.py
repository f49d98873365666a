"""Keep files that people and processes attach, and give them back."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from app.domain.access import require_scope
from app.domain.actor import OPERATE, Actor
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.receive_file import ReceivedFile
from app.services.see_complaint import is_recused_from, sees
from app.services.unit_of_work import UnitOfWork
from app.storage.blobs import keep_blob, let_blobs_go
from app.storage.complaints import find_complaint_of_instance
from app.storage.documents import DocumentRow
from app.storage.task_involvement import has_task_in

READERS = frozenset({OPERATE, "read", "jobs"})
STORE = "files"
"""The one store: that of attachments, sealed, in a folder or a bucket (docs/attachments.md)."""


@dataclass(frozen=True)
class NewDocument:
    """A received file to keep; `expires_at` None keeps it for good."""

    received: ReceivedFile
    file_name: str
    content_type: str
    document_id: str | None = None
    expires_at: datetime | None = None
    process_id: str | None = None
    instance_key: int | None = None
    custom: Mapping[str, Any] = field(default_factory=dict)


def store_document(work: UnitOfWork, actor: Actor, new: NewDocument) -> Row[Any]:
    """Keep a file and return its row. Raises ForbiddenError, ConflictError for an id that is taken."""
    require_scope(actor, "documents")
    if new.expires_at is not None and new.expires_at <= work.now:
        raise InvalidInputError("Expected a document that expires in the future, but its expiry is past")
    document_id = new.document_id or uuid.uuid4().hex
    table = DocumentRow.__table__
    if work.connection.execute(select(table.c.document_id).where(table.c.document_id == document_id)).first():
        raise ConflictError(f"Expected a document id of its own, but '{document_id}' is taken")
    received = new.received
    if not keep_blob(work.connection, received.blob_key, received.size, received.sha256):
        raise ConflictError("Expected a file that was just received, but it was taken away; send it again")
    row = {
        "document_id": document_id,
        "store_id": STORE,
        "file_name": new.file_name,
        "content_type": new.content_type,
        "size": received.size,
        "checksum": received.sha256,
        "custom": dict(new.custom),
        "instance_key": new.instance_key,
        "process_id": new.process_id,
        "created_by": actor.username,
        "created_at": work.now,
        "expires_at": new.expires_at,
        "content": None,
        "blob_key": received.blob_key,
    }
    work.connection.execute(insert(DocumentRow).values(**row))
    return work.connection.execute(select(table).where(table.c.document_id == document_id)).one()


def see_document(
    connection: Connection, actor: Actor, document_id: str, now: datetime, checksum: str | None = None
) -> Row[Any]:
    """Return a document's row for somebody; raises ForbiddenError, and what `get_document` raises.

    One's own, and one of an instance whose complaint one may see, or else that one has a task in; operators, auditors
    and programs that do jobs read any.
    """
    require_scope(actor, "documents")
    row = get_document(connection, document_id, now, checksum)
    if not may_read_document(connection, actor, row):
        raise ForbiddenError(f"Expected '{actor.username}' to have to do with document '{document_id}', but it has not")
    return row


def may_read_document(connection: Connection, actor: Actor, row: Row[Any]) -> bool:
    """Tell whether a document (its row) is this actor's to read."""
    complaint = None if row.instance_key is None else find_complaint_of_instance(connection, row.instance_key)
    if complaint is not None and is_recused_from(connection, actor, complaint.key):
        return False
    if row.created_by == actor.username or not READERS.isdisjoint(actor.scopes):
        return True
    if row.instance_key is None:
        return False
    if complaint is not None:
        return sees(connection, actor, complaint)
    return has_task_in(connection, row.instance_key, actor.username, actor.groups)


def get_document(connection: Connection, document_id: str, now: datetime, checksum: str | None = None) -> Row[Any]:
    """Return a document's row; NotFoundError also when it has expired, InvalidInputError for another checksum."""
    table = DocumentRow.__table__
    row = connection.execute(select(table).where(table.c.document_id == document_id)).one_or_none()
    if row is None or (row.expires_at is not None and row.expires_at <= now):
        raise NotFoundError(f"Expected a document '{document_id}', but there is none")
    if checksum is not None and checksum != row.checksum:
        raise InvalidInputError(f"Expected the content hash of document '{document_id}', but got another")
    return row


def delete_document(work: UnitOfWork, actor: Actor, document_id: str) -> None:
    """Forget a document of one's own, an operator any; raises ForbiddenError, NotFoundError."""
    require_scope(actor, "documents")
    of_document = DocumentRow.document_id == document_id
    found = work.connection.execute(select(DocumentRow.created_by, DocumentRow.blob_key).where(of_document)).first()
    if found is None:
        raise NotFoundError(f"Expected a document '{document_id}', but there is none")
    if found.created_by != actor.username and not actor.is_operator:
        raise ForbiddenError(f"Expected '{actor.username}' to have stored document '{document_id}', but another did")
    work.connection.execute(delete(DocumentRow).where(of_document))
    if found.blob_key is not None:
        let_blobs_go(work.connection, [found.blob_key])
