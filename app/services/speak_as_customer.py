"""Takes in what a customer says about a complaint of his own: more evidence, consent, objection, withdrawal, a rating.

What is said freely is kept sealed, as a contact; the process hears it by a message, in the same transaction, so that
neither is ever without the other. Whether something may be said is asked again here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.portal import CONFIRMED, CUSTOMER, OBJECTED, SURVEY_ANSWERED, WITHDRAWN, Visitor
from app.errors import ConflictError, InvalidInputError
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.publish_message import Message, settle_message, store_message
from app.services.read_own_complaints import REVIEW_ASKED, get_own_complaint, own_acts
from app.services.record_contact import LONGEST_SUMMARY, NewContact, record_contact
from app.services.report_event import report_event
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage import accounts
from app.storage.clocks import lock_complaint
from app.storage.deployments import ProcessDefinitionRow

MESSAGES = {"confirm": CONFIRMED, "object": OBJECTED, "withdraw": WITHDRAWN, "rate": SURVEY_ANSWERED}
NEED_WORDS = frozenset({"evidence", "object", "review"})
REVIEW_PROCESS = "verification_request"
DOCUMENT = "portal"
KEPT_SECONDS = timedelta(minutes=5).total_seconds()
"""How long a message waits for a process that is busy just now."""

SAME_WORDS = timedelta(minutes=10)
"""Within which the same evidence in the same words is one sent twice, not said again."""


@dataclass(frozen=True)
class Saying:
    """One act of the customer's, with its words; `scores` of a rating: satisfactionScore 1–5, npsScore 0–10."""

    act: str
    words: str = ""
    scores: Mapping[str, int] = field(default_factory=dict)


def speak_as_customer(runtime: Runtime, visitor: Visitor, number: str, saying: Saying) -> None:
    """Take in what the visitor says of a complaint of his own.

    Raises NotFoundError for a complaint that is not his, ConflictError for what cannot be said (any more),
    InvalidInputError for words or scores that are missing or too much.
    """
    message_key = runtime.perform(_take_in, visitor, number, saying)
    if message_key is not None:
        settle_message(runtime, CUSTOMER, message_key)


def _take_in(work: UnitOfWork, visitor: Visitor, number: str, saying: Saying) -> int | None:
    complaint = lock_complaint(work.connection, get_own_complaint(work, visitor, number).key)
    assert complaint is not None, f"complaint {number} was read before and is never deleted"
    _check(saying)
    if saying.act not in own_acts(work, complaint):
        raise ConflictError(f"Expected complaint {number} to be waiting for '{saying.act}', but it is not (any more)")
    if saying.act == "evidence" and _was_just_said(work, visitor, number, saying.words):
        return None
    if saying.words.strip():
        said = NewContact("message", "in", work.now, saying.words, channel="website")
        record_contact(work, CUSTOMER, number, said)
    if saying.act == "review":
        _ask_for_review(work, complaint)
    if saying.act not in MESSAGES:
        return None
    message = Message(MESSAGES[saying.act], number, dict(saying.scores), KEPT_SECONDS)
    return store_message(work, CUSTOMER, message)


def _was_just_said(work: UnitOfWork, visitor: Visitor, number: str, words: str) -> bool:
    """Whether these words came a moment ago; notes that they came. Whoever asks holds the complaint's lock."""
    who, key = f"portal:{visitor.index}", f"said:{hashlib.sha256(f'{number} {words}'.encode()).hexdigest()}"
    known = accounts.find_answer(work.connection, who, key)
    if known is not None and known.created_at > work.now - SAME_WORDS:
        return True
    accounts.delete_answer(work.connection, who, key)
    row = {"actor": who, "key": key, "request_hash": "", "status": 200, "body": "", "created_at": work.now}
    accounts.add_answer(work.connection, row)
    return False


def _check(saying: Saying) -> None:
    wrong: dict[str, list[str]] = {}
    length = len(saying.words.strip())
    if length > LONGEST_SUMMARY or (saying.act in NEED_WORDS and not length):
        wrong["words"] = [f"1 to {LONGEST_SUMMARY} characters"]
    if saying.act == "rate":
        for name, low, high in (("satisfactionScore", 1, 5), ("npsScore", 0, 10)):
            score = saying.scores.get(name)
            if score is None or not low <= score <= high:
                wrong[name] = [f"A number from {low} to {high}"]
    if wrong:
        told = "; ".join(f"{name}: {said[0]}" for name, said in wrong.items())
        raise InvalidInputError(f"Expected what can be taken in, but {told}", wrong)


def _ask_for_review(work: UnitOfWork, complaint: Row[Any]) -> None:
    """Start the clock of the review, and its process where there is one."""
    report_event(work, CUSTOMER, complaint.number, REVIEW_ASKED, work.now, document=DOCUMENT)
    if work.runtime.models.find(work.connection, ProcessDefinitionRow, REVIEW_PROCESS) is None:
        return
    days = (work.now - complaint.ended_at).days
    plan = StartPlan(process_id=REVIEW_PROCESS, business_id=complaint.number)
    said = {"complaintNumber": complaint.number, "complaintKey": str(complaint.key), "daysSinceDecision": days}
    create_process_instance(work, CUSTOMER, plan, said)
