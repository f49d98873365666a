"""Extends a clock and tells the customer so, in one: the notice that is sent is the proof that the extension needs."""

from __future__ import annotations

from dataclasses import replace

from app.domain.actor import Actor
from app.domain.clocks import ClockEventError, Ledger, say_deadline
from app.errors import InvalidInputError
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.record_clock_event import ClockFact, record_clock_event
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import find_clock
from app.storage.complaints import find_complaint_by_key

TEMPLATE = "extension_notice"
CUSTOMER = "customer"


def extend_and_tell(work: UnitOfWork, actor: Actor, clock_key: int, fact: ClockFact) -> Ledger:
    """Record the extension `fact`, leave the customer's notice of it as its proof, and return the ledger.

    Sent twice it is one extension and one notice. Raises what recording raises, and ClockEventError (field notice) for
    a customer whom the product cannot reach.
    """
    cause = f"{TEMPLATE}:{fact.event_id}"
    ledger = record_clock_event(work, actor, clock_key, replace(fact, details={**fact.details, "notice": cause}))
    row = find_clock(work.connection, clock_key)
    complaint = None if row is None else find_complaint_by_key(work.connection, row.complaint_key)
    assert complaint is not None, f"clock {clock_key} was just extended, and its complaint is never deleted"
    parameters = {
        "number": complaint.number,
        "reason": fact.details["reason"],
        "newDeadline": say_deadline(ledger.deadline, work.runtime.zone),
        "approvedBy": fact.details["level"],
    }
    where = {"complaint_key": complaint.key, "instance_key": complaint.instance_key}
    try:
        leave_notices(work, NoticeRequest(f"{cause}:{clock_key}", TEMPLATE, [CUSTOMER], parameters, **where))
    except InvalidInputError as error:
        raise ClockEventError(str(error), {"notice": ["Unreachable"]}) from error
    return ledger
