"""Gives an attachment's bytes to somebody who may see its complaint; every reading is logged, a damaged file told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import SYSTEM, Actor
from app.errors import NotFoundError
from app.services.attach_file import ENTITY, add_attachment_event
from app.services.open_file import open_file
from app.services.raise_incident import raise_attachment_incident
from app.services.read_attachments import shown_name
from app.services.record_audit import record_audit
from app.services.see_complaint import require_given, see_complaint
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.attachments import find_attachment, find_attachment_by_reference
from app.storage.blobs import set_damaged
from app.storage.complaints import find_complaint_by_key
from app.storage.files import DamagedFileError


@dataclass(frozen=True)
class AttachedFile:
    """An attachment that this person may read: its row and file name."""

    row: Row[Any]
    file_name: str


def get_attachment(work: UnitOfWork, actor: Actor, number: str, key: int, *, wanted: str = "all") -> AttachedFile:
    """Return an attachment for reading and log that it is read; `wanted` says which part, for the log.

    Raises NotFoundError for a deleted one or another complaint's, ForbiddenError for who may not see the complaint.
    """
    complaint = see_complaint(work, actor, number, only_read=True)
    row = find_attachment(work.connection, complaint.key, key)
    if row is None:
        raise NotFoundError(f"Expected an attachment {key} of complaint {number}, but there is none")
    if row.deleted_at is not None:
        raise NotFoundError(f"Expected attachment {key} of complaint {number}, but it was deleted")
    record_audit(work, actor, "READ", ENTITY, key, instance_key=complaint.instance_key, details={"part": wanted})
    return AttachedFile(row, shown_name(work, row))


def get_attached_document(work: UnitOfWork, actor: Actor, reference: str) -> AttachedFile:
    """Return the attachment that answers name by `reference`, and log that it is read, as `get_attachment` does.

    A program that does the jobs of processes reads any, as of documents.
    """
    row = find_attachment_by_reference(work.connection, reference)
    complaint = None if row is None else find_complaint_by_key(work.connection, row.complaint_key)
    if row is None or complaint is None or row.deleted_at is not None:
        raise NotFoundError(f"Expected a document '{reference}', but there is none")
    if "jobs" not in actor.scopes:
        require_given(work.connection, actor, complaint)
    record_audit(work, actor, "READ", ENTITY, row.key, instance_key=complaint.instance_key, details={"part": "all"})
    return AttachedFile(row, shown_name(work, row))


def open_attachment(runtime: Runtime, row: Row[Any], start: int, length: int) -> Iterator[bytes]:
    """Yield bytes of an attachment, both ends within it.

    Raises DamagedFileError at once where the file is lost, cut off or changed at its beginning, and in the middle where
    it is changed there; the first time an incident and a line on the timeline tell of it.
    """
    try:
        with runtime.reading() as connection:
            pieces = open_file(runtime, connection, row.blob_key, start, length)
    except DamagedFileError as error:
        runtime.perform(_tell_damage, row, str(error))
        raise
    return _told(runtime, row, pieces)


def _told(runtime: Runtime, row: Row[Any], pieces: Iterator[bytes]) -> Iterator[bytes]:
    try:
        yield from pieces
    except DamagedFileError as error:
        runtime.perform(_tell_damage, row, str(error))
        raise


def _tell_damage(work: UnitOfWork, row: Row[Any], message: str) -> None:
    if set_damaged(work.connection, row.blob_key, work.now):
        add_attachment_event(work, SYSTEM, row.complaint_key, "attachment-damaged", {"attachment": str(row.key)})
        raise_attachment_incident(work, row, message)
