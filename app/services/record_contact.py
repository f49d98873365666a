"""Records a contact with a customer about a complaint: a call, a letter, a visit, a message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import add_event
from app.storage.contacts import add_contact

KINDS = ("call", "letter", "visit", "message")
DIRECTIONS = ("in", "out")
LONGEST_SUMMARY = 4000
LONGEST_CHANNEL = 20
LONGEST_BEFORE = timedelta(days=366)
"""A contact may be older than the complaint that came of it, but not by more."""


@dataclass(frozen=True)
class NewContact:
    """What was had: `kind` and `direction` as above, `channel` as the complaint form's, `summary` what was said."""

    kind: str
    direction: str
    at: datetime
    summary: str
    channel: str | None = None


def record_contact(work: UnitOfWork, actor: Actor, number: str, contact: NewContact) -> int:
    """Record a contact on a complaint and its timeline; returns the contact's key. The summary is sealed.

    Raises ForbiddenError, NotFoundError, and InvalidInputError for what cannot have been.
    """
    complaint = see_complaint(work, actor, number)
    summary = contact.summary.strip()
    wrong = {
        "kind": [] if contact.kind in KINDS else [f"One of {', '.join(KINDS)}"],
        "direction": [] if contact.direction in DIRECTIONS else [f"One of {', '.join(DIRECTIONS)}"],
        "at": []
        if complaint.received_at - LONGEST_BEFORE <= contact.at <= work.now
        else ["Within a year before the complaint, and now"],
        "channel": [] if len(contact.channel or "") <= LONGEST_CHANNEL else [f"At most {LONGEST_CHANNEL} characters"],
        "summary": [] if 0 < len(summary) <= LONGEST_SUMMARY else [f"1 to {LONGEST_SUMMARY} characters"],
    }
    if problems := {name: said for name, said in wrong.items() if said}:
        told = "; ".join(f"{name}: {said[0]}" for name, said in problems.items())
        raise InvalidInputError(f"Expected a contact that has been, but {told}", problems)
    key = work.next_key()
    values = {"key": key, "complaint_key": complaint.key, "kind": contact.kind, "direction": contact.direction}
    when = {"channel": contact.channel or None, "at": contact.at, "recorded_at": work.now, "by": actor.username}
    sealed = work.runtime.sealer.seal(summary, f"complaint_contact.sealed:{key}")
    add_contact(work.connection, {**values, **when, "sealed": sealed})
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": contact.at, "actor": actor.username}
    details = {"contact": str(key), "kind": contact.kind, "direction": contact.direction}
    add_event(work.connection, {**line, "kind": "contact", "details": details})
    return key
