"""Attaches a file that a customer sends to a complaint of his own; what the complaint has already stays as it is."""

from __future__ import annotations

from app.domain.portal import CUSTOMER, Visitor
from app.services.attach_file import CUSTOMER as FROM_CUSTOMER
from app.services.attach_file import NewAttachment, attach_file
from app.services.file_own_complaint import OwnFile
from app.services.read_own_complaints import get_own_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.attachments import find_same
from app.storage.clocks import lock_complaint


def add_own_file(work: UnitOfWork, visitor: Visitor, number: str, file: OwnFile) -> None:
    """Attach a received file, unless the complaint has those bytes: a form that is sent twice adds it once.

    Raises NotFoundError for a complaint that is not the visitor's, ConflictError for a file swept away meanwhile.
    """
    complaint = lock_complaint(work.connection, get_own_complaint(work, visitor, number).key)
    if complaint is not None and find_same(work.connection, complaint.key, file.received.sha256) is None:
        attach_file(work, CUSTOMER, complaint, file.received, NewAttachment(file.name, source=FROM_CUSTOMER))
