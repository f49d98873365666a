"""The customer at the portal: whom a contact proves, and what a customer may do with a complaint as it stands.

Pure rules; knows no row, no page and no message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.domain.actor import Actor
from app.domain.complaint import ENDED, ComplaintStatus
from app.errors import InvalidInputError

PHONE, EMAIL = "phone", "email"
FIELDS = {PHONE: "customerPhone", EMAIL: "customerEmail"}
"""The complaint field in which a contact of each kind stands."""

REVIEW_WINDOW = timedelta(days=30)
"""How long after the decision a customer may ask for review (银保监会令2020年第3号, article 20)."""

REVIEWABLE = frozenset({ComplaintStatus.CLOSED, ComplaintStatus.ARCHIVED, ComplaintStatus.REFUSED})
CONFIRMED, OBJECTED = "customer_confirmed", "customer_objected"
WITHDRAWN, SURVEY_ANSWERED = "complaint_withdrawn", "survey_answered"
"""The messages by which a customer moves the process; a model that waits for none of them offers none."""

_PHONE = re.compile(r"\+?[0-9][0-9 -]{5,18}[0-9]")
_EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}\.[^@\s.\x00-\x1f]{2,60}")

CUSTOMER = Actor("customer", scopes=frozenset({"start", "work", "read", "oversee"}))
"""Who acts at the portal, once it is proved that the complaint is this customer's own: for that one it answers."""


@dataclass(frozen=True)
class Visitor:
    """Somebody who has proved to hold a contact; `index` is its blind index."""

    kind: str
    contact: str
    index: str


def clean(text: str) -> str:
    """Return what was typed without its looks: full-width digits and letters as usual ones, no space around."""
    return unicodedata.normalize("NFKC", text).strip()


def kind_of_contact(text: str) -> str:
    """Return phone or email; raises InvalidInputError for what is neither."""
    if _EMAIL.fullmatch(text):
        return EMAIL
    if _PHONE.fullmatch(text):
        return PHONE
    raise InvalidInputError("Expected a phone number or an e-mail address, but got neither", {"contact": ["Neither"]})


def allowed_acts(
    status: str, ended_at: datetime | None, awaited: Collection[str], now: datetime, *, is_merged: bool, asked: bool
) -> frozenset[str]:
    """Return what the customer may do: `evidence`, `confirm`, `object`, `withdraw`, `rate`, `review`.

    `awaited` are the messages for which its processes wait now; `asked` says that review was asked for before.
    """
    if is_merged:
        return frozenset()
    acts = {
        act
        for act, message in (
            ("confirm", CONFIRMED), ("object", OBJECTED), ("withdraw", WITHDRAWN), ("rate", SURVEY_ANSWERED)
        )
        if message in awaited
    }  # fmt: skip
    if status not in ENDED:
        acts.add("evidence")
    if status in REVIEWABLE and ended_at is not None and now <= ended_at + REVIEW_WINDOW and not asked:
        acts.add("review")
    return frozenset(acts)
