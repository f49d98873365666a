"""Makes documents that answers to a complaint's step name attachments of the complaint, each once.

A program stores a file through the engine API first and names it in a variable later. What it is, is told by its bytes,
outside of the transaction; whose it becomes is decided in the step's own.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.document_references import named_documents, without_names
from app.domain.media_types import HEAD_BYTES, has_location, is_taken, recognise
from app.errors import ForbiddenError, InvalidInputError
from app.services.attach_file import API, EVIDENCE, POWER_OF_ATTORNEY, NewAttachment, attach_kept_file
from app.services.keep_form_files import POWER_OF_ATTORNEY_FIELD
from app.services.open_file import open_unchecked_file
from app.services.receive_file import ReceivedFile
from app.services.store_document import may_read_document
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.documents import find_documents, take_document


@dataclass(frozen=True)
class NamedDocument:
    """A stored document that somebody names: its row, and what its bytes are."""

    row: Row[Any]
    received: ReceivedFile


def read_named_documents(runtime: Runtime, variables: Mapping[str, Any]) -> list[NamedDocument]:
    """Return the stored documents that variables name; those that name none cost nothing. Raises DamagedFileError."""
    named = sorted(set(named_documents(variables)))
    if not named:
        return []
    found = []
    with runtime.reading() as connection:
        for row in find_documents(connection, named, runtime.now_in(connection)):
            length = min(row.size, HEAD_BYTES)
            head = b"".join(open_unchecked_file(runtime, connection, row.blob_key, 0, length)) if length else b""
            received = ReceivedFile(row.blob_key, row.size, row.checksum, recognise(head), has_location(head))
            found.append(NamedDocument(row, received))
    return found


def attach_documents(
    work: UnitOfWork,
    actor: Actor,
    complaint: Row[Any],
    documents: Sequence[NamedDocument],
    variables: Mapping[str, Any],
) -> Mapping[str, Any]:
    """Attach the documents and return the variables without their file names, which are personal.

    One that is a document no more (another step was first) is passed over. Raises ForbiddenError for one that is none
    of the actor's business, InvalidInputError for what is no picture, recording, film or document.
    """
    mandates = set(named_documents(variables.get(POWER_OF_ATTORNEY_FIELD)))
    for one in documents:
        row = one.row
        if not may_read_document(work.connection, actor, row):
            raise ForbiddenError(f"Expected a document that '{actor.username}' may read, but got '{row.document_id}'")
        if not one.received.size or not is_taken(one.received.media_type):
            raise InvalidInputError(
                f"Expected document '{row.document_id}' to be a picture, recording, film or document for a complaint, "
                f"but its content is {one.received.media_type if one.received.size else 'empty'}"
            )
        if take_document(work.connection, row.document_id):
            purpose = POWER_OF_ATTORNEY if row.document_id in mandates else EVIDENCE
            new = NewAttachment(row.file_name, purpose, API, row.document_id)
            attach_kept_file(work, actor, complaint, one.received, new)
    named: Mapping[str, Any] = without_names(variables, {one.row.document_id for one in documents})
    return named
