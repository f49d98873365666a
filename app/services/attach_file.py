"""Makes a received file a complaint's: the attachment and its line on the timeline, in one transaction."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.media_types import clean_name, is_misnamed
from app.errors import ConflictError, InvalidInputError
from app.services.receive_file import ReceivedFile
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.attachments import add_attachment_row, find_same
from app.storage.blobs import keep_blob
from app.storage.complaints import add_event

EVIDENCE, POWER_OF_ATTORNEY, ANSWER = "evidence", "power_of_attorney", "answer"
PURPOSES = (EVIDENCE, POWER_OF_ATTORNEY, ANSWER)
DESK, TASK, API, CUSTOMER = "desk", "task", "api", "customer"
"""Where a file came in."""
ENTITY = "ATTACHMENT"


@dataclass(frozen=True)
class NewAttachment:
    """What is said of a received file: the name its sender gave, what it is for, and where it came in.

    `reference` is the id by which a form's answers name the file; None gives it one.
    """

    file_name: str
    purpose: str = EVIDENCE
    source: str = DESK
    reference: str | None = None


def attach_file(
    work: UnitOfWork, actor: Actor, complaint: Row[Any], received: ReceivedFile, new: NewAttachment
) -> Mapping[str, Any]:
    """Attach a received file and return the attachment's row as stored.

    Who may is the caller's to have decided. Bytes that the complaint has already are kept again, and told (`same_as`).
    Raises InvalidInputError for an unknown purpose, ConflictError when the file was swept away meanwhile.
    """
    if new.purpose not in PURPOSES:
        raise InvalidInputError(f"Expected a purpose of {', '.join(PURPOSES)}, but got {new.purpose!r}")
    if not keep_blob(work.connection, received.blob_key, received.size, received.sha256):
        raise ConflictError("Expected a file that was just received, but it was taken away; send it again")
    return attach_kept_file(work, actor, complaint, received, new)


def attach_kept_file(
    work: UnitOfWork, actor: Actor, complaint: Row[Any], received: ReceivedFile, new: NewAttachment
) -> Mapping[str, Any]:
    """Attach a file that is kept already and belongs to nothing else any more; returns the attachment's row."""
    key = work.next_key()
    row = {
        "key": key,
        "complaint_key": complaint.key,
        "reference": new.reference or secrets.token_hex(16),
        "blob_key": received.blob_key,
        "file_name": work.runtime.sealer.seal(clean_name(new.file_name, received.media_type), name_place(key)),
        "media_type": received.media_type,
        "size": received.size,
        "sha256": received.sha256,
        "purpose": new.purpose,
        "source": new.source,
        "misnamed": is_misnamed(new.file_name, received.media_type),
        "has_location": received.has_location,
        "same_as": find_same(work.connection, complaint.key, received.sha256),
        "added_at": work.now,
        "added_by": actor.username,
    }
    add_attachment_row(work.connection, row)
    told = {"attachment": str(key), "mediaType": received.media_type, "size": received.size, "purpose": new.purpose}
    add_attachment_event(work, actor, complaint.key, "attached", told)
    record_audit(work, actor, "CREATE", ENTITY, key, instance_key=complaint.instance_key)
    return row


def add_attachment_event(
    work: UnitOfWork, actor: Actor, complaint_key: int, kind: str, details: Mapping[str, Any]
) -> None:
    """Put what happened to an attachment on its complaint's timeline; `details` name no person."""
    event = {"key": work.next_key(), "complaint_key": complaint_key, "at": work.now, "actor": actor.username}
    add_event(work.connection, {**event, "kind": kind, "details": dict(details)})


def name_place(key: int) -> str:
    """Return the place that an attachment's sealed name is bound to."""
    return f"attachment.file_name:{key}"
