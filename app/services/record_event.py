"""Records that something happened which rules may be about, in the transaction in which it happens."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from app.domain.automation import Event
from app.domain.complaint import ComplaintStatus
from app.jobs import RUN_RULES
from app.services.unit_of_work import UnitOfWork
from app.storage.automation import WAITING, add_automation_event

AFTER_CLOSING = (timedelta(0), timedelta(hours=24), timedelta(days=7))
"""When the rules about a closed complaint are asked: at once, and again later, with how long it has been closed."""


def record_event(
    work: UnitOfWork,
    kind: Event,
    event_id: str,
    *,
    subject: str | None = None,
    complaint_key: int | None = None,
    facts: Mapping[str, Any] | None = None,
    after: timedelta = timedelta(0),
) -> int | None:
    """Add an event and ask a worker, after the commit, to see what the rules say; None when its id is known.

    Rules fire at most once about a `subject` (None: the event itself). `facts` are what the tables are given besides
    what is known of the complaint.
    """
    key = work.next_key()
    row = {
        "key": key,
        "event_id": event_id,
        "kind": str(kind),
        "subject": subject or event_id,
        "complaint_key": complaint_key,
        "facts": dict(facts or {}),
        "depth": work.cause_depth,
        "state": WAITING,
        "at": work.now + after,
        "next_try_at": work.now + after,
        "tries": 0,
        "last_error": None,
    }
    if not add_automation_event(work.connection, row):
        return None
    if not after:
        work.nudge(RUN_RULES, (key,))
    return key


def record_status_event(work: UnitOfWork, complaint_key: int, change_key: int, before: str, after: str) -> None:
    """Record that a complaint's status changed; `change_key` is that of the line on its timeline."""
    facts = {"from": before, "to": after}
    record_event(work, Event.STATUS_CHANGED, f"status:{change_key}", complaint_key=complaint_key, facts=facts)
    if after != ComplaintStatus.CLOSED:
        return
    for length in AFTER_CLOSING:
        hours = int(length.total_seconds() // 3600)
        record_event(
            work,
            Event.CLOSED,
            f"closed:{change_key}:{hours}",
            subject=f"closed:{change_key}",
            complaint_key=complaint_key,
            facts={"hoursSinceClosed": hours},
            after=length,
        )
