"""Files a complaint for a customer who has proved to hold a contact, by the portal's own form."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection

from app.domain.forms import Form
from app.domain.portal import CUSTOMER, FIELDS, Visitor
from app.services.attach_file import CUSTOMER as FROM_CUSTOMER
from app.services.attach_file import NewAttachment, attach_file
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.read_deployed import read_named_schema
from app.services.read_task import compiled_form
from app.services.receive_file import ReceivedFile
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaints import find_complaint

PORTAL_FORM = "portal_complaint"
CHANNEL = "website"
DEFAULTS = {"urgency": "normal", "customerTier": "standard"}
"""What the bank decides and no customer is asked: rules and people raise it."""


class OwnFile(NamedTuple):
    """A file that came with a customer's complaint: the name it was given, and what was received."""

    name: str
    received: ReceivedFile


def file_own_complaint(
    work: UnitOfWork, visitor: Visitor, answers: Mapping[str, Any], language: str, files: Sequence[OwnFile] = ()
) -> FiledComplaint:
    """File a complaint with the checked answers of the portal's form; the visitor's contact is the customer's.

    Raises what filing and attaching raise.
    """
    known = {FIELDS[visitor.kind]: visitor.contact, "channel": CHANNEL, "language": language}
    filed = file_complaint(work, CUSTOMER, {**DEFAULTS, **answers, **known})
    if files:
        row = find_complaint(work.connection, filed.number)
        assert row is not None, f"complaint {filed.number} was filed in this transaction"
        for file in files:
            attach_file(work, CUSTOMER, row, file.received, NewAttachment(file.name, source=FROM_CUSTOMER))
    return filed


def find_portal_form(runtime: Runtime, connection: Connection) -> Form:
    """Return the form that customers file with."""
    return compiled_form(find_portal_schema(runtime, connection))


def find_portal_schema(runtime: Runtime, connection: Connection) -> str:
    """Return the schema (form-js, as text) of the form that customers file with."""
    return read_named_schema(runtime, connection, PORTAL_FORM)
