"""Records what happened to a complaint and its process does not show: forwarded, decision received, review sought."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.check_handling import check_handling
from app.services.reclassify_clocks import known_of
from app.services.see_complaint import see_complaint
from app.services.start_clocks import StartedClocks, start_clocks
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import lock_complaint
from app.storage.complaints import add_event
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
    done = start_clocks(work, actor, complaint.key, known_of(work, complaint), event, at, document=document)
    if done.problems:
        raise InvalidInputError("; ".join(done.problems))
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": at, "actor": actor.username}
    details = {"event": event, "document": document, "started": sorted(done.started)}
    add_event(work.connection, {**line, "kind": "reported", "details": details})
    return done
