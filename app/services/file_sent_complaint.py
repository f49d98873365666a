"""Files a complaint that another system sends: a bank's app, its call centre, a regulator's gateway."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.document_references import without_names
from app.errors import ConflictError
from app.services.attach_documents import NamedDocument, attach_documents
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.merge_customers import hold_customers
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import find_complaint_by_key, find_external_numbers


@dataclass(frozen=True)
class SentComplaint:
    """The checked answers of the complaint form, and the stored documents that they name.

    `received_at` is when it reached the institution, None for now; `external_number` the sender's own number.
    """

    answers: Mapping[str, Any]
    documents: Sequence[NamedDocument] = ()
    received_at: datetime | None = None
    external_number: str | None = None


def file_sent_complaint(work: UnitOfWork, actor: Actor, sent: SentComplaint) -> FiledComplaint:
    """File it; the documents become its attachments, and what is kept of them in the answers has no file names.

    Raises ConflictError for an external number that a complaint has already, and what filing and attaching raise.
    """
    require_scope(actor, "start")
    if sent.external_number is not None:
        hold_customers(work)  # of two that send the same number at once, one waits here for the other
        if find_external_numbers(work.connection, [sent.external_number]):
            raise ConflictError(f"Expected an external number of its own, but a complaint has {sent.external_number!r}")
    answers = without_names(sent.answers, {one.row.document_id for one in sent.documents})
    filed = file_complaint(work, actor, answers, received_at=sent.received_at, external_number=sent.external_number)
    if sent.documents:
        complaint = find_complaint_by_key(work.connection, filed.key)
        assert complaint is not None, f"complaint {filed.number} was filed in this transaction"
        attach_documents(work, actor, complaint, sent.documents, answers)
    return filed
