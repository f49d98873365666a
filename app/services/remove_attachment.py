"""Deletes an attachment's bytes and name for a reason; a tombstone stays, and the timeline says who and why."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, InvalidInputError, NotFoundError
from app.services.attach_file import ENTITY, add_attachment_event
from app.services.record_audit import record_audit
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.attachments import bury_attachments, find_attachment
from app.storage.blobs import let_blobs_go

LONGEST_REASON = 500


def remove_attachment(work: UnitOfWork, actor: Actor, number: str, key: int, reason: str) -> None:
    """Delete an attachment. The file's own key goes with this transaction, its bytes with the next sweep.

    Raises ForbiddenError without the scope `erase`, NotFoundError, ConflictError for one that is deleted already,
    InvalidInputError without a reason.
    """
    require_scope(actor, "erase")
    reason = reason.strip()
    if not 0 < len(reason) <= LONGEST_REASON:
        raise InvalidInputError(
            f"Expected a reason of 1 to {LONGEST_REASON} characters for deleting, but it has {len(reason)}",
            {"reason": ["Required"]},
        )
    complaint = see_complaint(work, actor, number)
    row = find_attachment(work.connection, complaint.key, key)
    if row is None:
        raise NotFoundError(f"Expected an attachment {key} of complaint {number}, but there is none")
    if not bury_attachments(work.connection, [key], work.now, actor.username, reason):
        raise ConflictError(f"Expected attachment {key} of complaint {number}, but it is deleted already")
    let_blobs_go(work.connection, [row.blob_key])
    add_attachment_event(work, actor, complaint.key, "attachment-deleted", {"attachment": str(key), "reason": reason})
    record_audit(work, actor, "DELETE", ENTITY, key, instance_key=complaint.instance_key)
