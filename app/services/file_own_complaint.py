"""Files a complaint for a customer who has proved to hold a contact, by the portal's own form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from app.domain.forms import Form
from app.domain.portal import CUSTOMER, FIELDS, Visitor
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.read_deployed import read_form
from app.services.read_task import compiled_form
from app.services.shipped_models import ROOT
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.deployments import FormRow

PORTAL_FORM = "portal_complaint"
CHANNEL = "website"
DEFAULTS = {"urgency": "normal", "customerTier": "standard"}
"""What the bank decides and no customer is asked: rules and people raise it."""


def file_own_complaint(work: UnitOfWork, visitor: Visitor, answers: Mapping[str, Any], language: str) -> FiledComplaint:
    """File a complaint with the checked answers of the portal's form; the visitor's contact is the customer's.

    Raises what filing raises.
    """
    known = {FIELDS[visitor.kind]: visitor.contact, "channel": CHANNEL, "language": language}
    return file_complaint(work, CUSTOMER, {**DEFAULTS, **answers, **known})


def find_portal_form(runtime: Runtime, connection: Connection) -> Form:
    """Return the form that customers file with."""
    return compiled_form(find_portal_schema(runtime, connection))


def find_portal_schema(runtime: Runtime, connection: Connection) -> str:
    """Return the schema (form-js, as text) of the deployed form; the shipped one where none is deployed."""
    row = runtime.models.find(connection, FormRow, PORTAL_FORM)
    if row is None:
        return (ROOT / "forms" / f"{PORTAL_FORM}.form").read_text(encoding="utf-8")
    return read_form(connection, row.key).schema
