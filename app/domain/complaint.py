"""What a complaint is: its number, the statuses people see, and which of its fields are personal.

Personal fields and free texts never become process variables: the engine's variables are searched, shown and exported
by people who only run the processes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Any


class ComplaintStatus(StrEnum):
    """What people see of where a complaint stands; set by the model (`complaintStatus`), never by hand."""

    PENDING = "pending"
    IN_PROGRESS = "in_progress"
    AWAITING_CUSTOMER = "awaiting_customer"
    CLOSED = "closed"
    ARCHIVED = "archived"
    WITHDRAWN = "withdrawn"
    REFUSED = "refused"


ENDED = frozenset(
    {ComplaintStatus.CLOSED, ComplaintStatus.ARCHIVED, ComplaintStatus.WITHDRAWN, ComplaintStatus.REFUSED}
)

IDENTITIES: Mapping[str, str] = {
    "customerPhone": "phone",
    "customerEmail": "email",
    "customerNumber": "number",
    "customerIdNumber": "id",
    "customerWechat": "wechat",
}
"""Form fields that identify a person, and the kind of identity each is."""

PERSONAL_FIELDS = frozenset(
    {
        *("customerName", "cardLastDigits", "representativeName", "representativePhone"),
        *("respondentStaff", "businessStaff", "liableStaff"),
        *IDENTITIES,
    }
)
"""Fields that are sealed at rest and masked on screen."""

PERSONAL_PREFIX = "personal"
"""What the key of a field begins with that a process owner adds and that says something of a person."""

FREE_TEXTS = frozenset(
    {"description", "request", "place", "personsConcerned", "correctiveAction", "satisfactionComment"}
)
"""Fields in which people may write anything, names and numbers included: sealed at rest like personal fields."""


def complaint_number(year: int, sequence: int) -> str:
    """Return the number people quote: `TS-2026-000123`; the sequence starts at 1 each year and has no gaps."""
    return f"TS-{year}-{sequence:06d}"


def is_sealed(field: str) -> bool:
    """Tell whether a field's value is kept sealed."""
    return field in PERSONAL_FIELDS or field in FREE_TEXTS or field.startswith(PERSONAL_PREFIX)


def open_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that may be searched, decided on and shown to whoever runs the process."""
    return {field: value for field, value in data.items() if not is_sealed(field)}


def sealed_fields(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields that are kept sealed."""
    return {field: value for field, value in data.items() if is_sealed(field) and value not in (None, "")}
