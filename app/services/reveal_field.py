"""Uncovers one masked field of a complaint for one person, for a stated purpose and a short time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.domain.actor import Actor
from app.domain.field_access import PURPOSES, REVEAL_LENGTH
from app.domain.redaction import mask_text
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.services.see_complaint import see_complaint
from app.services.show_fields import show_fields
from app.services.unit_of_work import UnitOfWork
from app.storage.access_events import REVEALED, add_access_event

SHORTEST, LONGEST = 4, 500


class NoRevealError(ForbiddenError):
    """This field of the complaint stays covered for this person."""

    def __init__(self, actor: Actor, field: str, complaint_key: int) -> None:
        super().__init__(f"Expected '{actor.username}' to be one who may uncover the field {field}, but it is not")
        self.complaint_key = complaint_key


@dataclass(frozen=True)
class RevealWish:
    """Which field, for which of PURPOSES, and why in the person's own words."""

    field: str
    purpose: str
    reason: str


@dataclass(frozen=True)
class Revealed:
    """The field's value, and until when this person sees it on the complaint's page."""

    value: Any
    until: datetime


def reveal_field(work: UnitOfWork, actor: Actor, number: str, wish: RevealWish) -> Revealed:
    """Uncover a field and record who did so, when, for what and why.

    Raises ForbiddenError, NotFoundError for a complaint or field that is not there, and InvalidInputError (with fields)
    for a purpose that is not one of the list or a reason that says nothing.
    """
    complaint = see_complaint(work, actor, number)
    _check(wish)
    covered = show_fields(work, actor, complaint).covered.get(wish.field)
    if covered is None:
        raise NotFoundError(f"Expected a covered field of complaint {number}, but {wish.field!r} is none")
    if not covered.may_reveal:
        raise NoRevealError(actor, wish.field, complaint.key)
    until = work.now + REVEAL_LENGTH
    row = {"key": work.next_key(), "at": work.now, "actor": actor.username, "kind": REVEALED, "once": None}
    said = {"what": wish.field, "purpose": wish.purpose, "reason": mask_text(wish.reason.strip())}
    add_access_event(work.connection, {**row, **said, "complaint_key": complaint.key, "expires_at": until})
    return Revealed(show_fields(work, actor, complaint).values[wish.field], until)


def _check(wish: RevealWish) -> None:
    wrong: dict[str, list[str]] = {}
    if wish.purpose not in PURPOSES:
        wrong["purpose"] = [f"One of {', '.join(PURPOSES)}"]
    if not SHORTEST <= len(wish.reason.strip()) <= LONGEST:
        wrong["reason"] = [f"{SHORTEST} to {LONGEST} characters"]
    if wrong:
        raise InvalidInputError(f"Expected a purpose and a reason, but {', '.join(wrong)} cannot be accepted", wrong)
