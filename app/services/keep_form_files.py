"""Keeps the files that a form's answers refer to: as attachments of the complaint, or as documents of the instance."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.document_references import named_documents
from app.domain.media_types import clean_name
from app.services.attach_file import EVIDENCE, POWER_OF_ATTORNEY, TASK, NewAttachment, attach_file
from app.services.receive_file import ReceivedFile
from app.services.store_document import NewDocument, store_document
from app.services.unit_of_work import UnitOfWork
from app.storage.attachments import find_attachment_by_reference
from app.storage.complaints import find_complaint_of_instance
from app.storage.documents import find_documents

POWER_OF_ATTORNEY_FIELD = "powerOfAttorney"
"""The field whose files say that somebody may speak for the customer."""


@dataclass(frozen=True)
class FormFile:
    """A received file that an answer names by `reference`."""

    reference: str
    file_name: str
    received: ReceivedFile

    def answer(self) -> dict[str, Any]:
        """Return the reference as answers hold it: Camunda's without the name, for people name files after people."""
        told = {"contentType": self.received.media_type, "size": self.received.size}
        named = {"storeId": "files", "documentId": self.reference, "contentHash": self.received.sha256}
        return {"camunda.document.type": "camunda", **named, "metadata": told}


def keep_form_files(
    work: UnitOfWork,
    actor: Actor,
    instance_key: int,
    files: Sequence[FormFile],
    answers: Mapping[str, Any],
    *,
    source: str = TASK,
) -> None:
    """Keep those of `files` that the checked answers still name; a sweep takes the others.

    One that is kept already came with a completion that task listeners denied, and stays what it is.
    """
    named = set(named_documents(answers))
    mandates = set(named_documents(answers.get(POWER_OF_ATTORNEY_FIELD)))
    wanted = [file for file in files if file.reference in named]
    complaint = find_complaint_of_instance(work.connection, instance_key) if wanted else None
    for file in wanted:
        if _is_kept(work, file.reference, instance_key, complaint):
            continue
        if complaint is not None:
            purpose = POWER_OF_ATTORNEY if file.reference in mandates else EVIDENCE
            new = NewAttachment(file.file_name, purpose, source, file.reference)
            attach_file(work, actor, complaint, file.received, new)
        else:
            media_type = file.received.media_type
            document = NewDocument(
                file.received,
                clean_name(file.file_name, media_type),
                media_type,
                document_id=file.reference,
                instance_key=instance_key,
            )
            store_document(work, actor, document)


def _is_kept(work: UnitOfWork, reference: str, instance_key: int, complaint: Row[Any] | None) -> bool:
    if complaint is not None:
        attached = find_attachment_by_reference(work.connection, reference)
        return attached is not None and attached.complaint_key == complaint.key
    return any(one.instance_key == instance_key for one in find_documents(work.connection, [reference], work.now))
