"""Records what happened to a complaint besides its status: forwarded, decision received, review sought.

A person reports it, or a step whose model says that its completion stands for it (docs/clocks.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.sight import may_be_complaint_number
from app.errors import InvalidInputError
from app.services.check_handling import check_handling
from app.services.reclassify_clocks import known_of
from app.services.see_complaint import see_complaint
from app.services.start_clocks import StartedClocks, start_clocks
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import lock_complaint
from app.storage.complaints import add_event, find_complaint
from app.storage.step_limits import lock_processes_of

REPORTABLE = (
    "forwarded",
    "decision_notified",
    "review_requested",
    "review_decided",
    "regulator_received",
    "replied",
    "responded",
)
REPORTS, REPORTS_AT = "reportsEvent", "reportsAt"
LONGEST_BEFORE = timedelta(days=366)
"""A regulator has a complaint before the bank does; what is said to be older than this is a slip of the pen."""


def report_event(
    work: UnitOfWork, actor: Actor, number: str, event: str, at: datetime, *, document: str = ""
) -> StartedClocks:
    """End and start the complaint's clocks as the table says for `event` at `at`; returns which.

    Raises ForbiddenError, NotFoundError, and InvalidInputError for another event, one in the future, or a broken table.
    """
    seen = see_complaint(work, actor, number)
    check_handling(work, actor, seen)
    lock_processes_of(work.connection, number)
    complaint = lock_complaint(work.connection, seen.key)
    assert complaint is not None, f"complaint {number} was read before and is never deleted"
    if event not in REPORTABLE or not complaint.received_at - LONGEST_BEFORE <= at <= work.now:
        raise InvalidInputError(
            f"Expected one of {', '.join(REPORTABLE)} that has happened, but got {event!r} at {at.isoformat()}",
            {"event": [f"One of {', '.join(REPORTABLE)}"], "at": ["Within a year before the complaint, and now"]},
        )
    return _record(work, actor, complaint, event, at, document)


def report_step(
    work: UnitOfWork, actor: Actor, number: str | None, properties: Mapping[str, str], answers: Mapping[str, Any]
) -> None:
    """Record the event that a completed step stands for, if its model names one and it is a complaint's step.

    It happened when the answer named by `reportsAt` says; without one, or where that cannot be, by now at the latest.
    """
    event = properties.get(REPORTS)
    if event is None or not may_be_complaint_number(number):
        return
    found = find_complaint(work.connection, number or "")
    complaint = None if found is None else lock_complaint(work.connection, found.key)
    if complaint is None:
        return
    said = _instant(answers.get(properties.get(REPORTS_AT, "")), work)
    at = said if said is not None and complaint.received_at <= said <= work.now else work.now
    _record(work, actor, complaint, event, at, "")


def _instant(said: object, work: UnitOfWork) -> datetime | None:
    try:
        at = datetime.fromisoformat(str(said))
    except ValueError:
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=work.runtime.zone)


def _record(
    work: UnitOfWork, actor: Actor, complaint: Row[Any], event: str, at: datetime, document: str
) -> StartedClocks:
    done = start_clocks(work, actor, complaint.key, known_of(work, complaint), event, at, document=document)
    if done.problems:
        raise InvalidInputError("; ".join(done.problems))
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": at, "actor": actor.username}
    details = {"event": event, "document": document, "started": sorted(done.started)}
    add_event(work.connection, {**line, "kind": "reported", "details": details})
    return done
