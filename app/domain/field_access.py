"""Which fields of a complaint are personal and of what kind, and what may be said to uncover one for a while.

Who may see which kind at which step says the table `field_access`; this module knows only its words.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from app.domain.complaint import FREE_TEXTS, is_sealed

TABLE = "field_access"
REVEAL_LENGTH = timedelta(minutes=15)
PURPOSES = ("contact_customer", "verify_identity", "check_transaction", "answer_authority", "customer_request")
"""For what a covered field may be uncovered (PIPL: a specific purpose, and no more than it needs)."""

OPEN = "open"
KINDS: Mapping[str, str] = {
    "customerName": "name",
    "customerPhone": "contact",
    "customerEmail": "contact",
    "customerWechat": "contact",
    "customerNumber": "identity",
    "customerIdNumber": "identity",
    "cardLastDigits": "card",
    "representativeName": "name",
    "representativePhone": "contact",
    "respondentStaff": "staff",
    "businessStaff": "staff",
    "liableStaff": "staff",
}


class Role(StrEnum):
    """What somebody is to a complaint: whoever has one of its tasks, or else sees it by office, or was told of it."""

    HANDLER = "handler"
    OPERATOR = "operator"
    OVERSEER = "overseer"
    AUDITOR = "auditor"
    OBSERVER = "observer"


class Shown(StrEnum):
    """How a field is shown."""

    READABLE = "readable"
    MASKED = "masked"
    HIDDEN = "hidden"


@dataclass(frozen=True)
class FieldRight:
    """How a kind of field is shown to somebody, and whether it may be uncovered for a purpose."""

    shown: Shown
    may_reveal: bool = False


CLOSED = FieldRight(Shown.MASKED)
"""What holds for personal fields where the table says nothing."""


def kind_of(field: str) -> str:
    """Return a field's kind; a sealed field that has none of its own counts as an identity."""
    if field in FREE_TEXTS:
        return "text"
    return KINDS.get(field) or ("identity" if is_sealed(field) else OPEN)


def widest(rights: list[FieldRight]) -> FieldRight:
    """Return the right that shows most: who works on two steps at once has both their rights."""
    order = (Shown.READABLE, Shown.MASKED, Shown.HIDDEN)
    return min(rights, key=lambda right: (order.index(right.shown), not right.may_reveal))
