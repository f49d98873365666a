"""Records what happened to a clock: a class, a pause, its end, an extension, or that what was due is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.clocks import ClockEventError, Extended, Ledger, make_event
from app.domain.sight import as_worker
from app.errors import NotFoundError
from app.services.check_approver import check_approver
from app.services.check_handling import check_handling
from app.services.kept_clocks import open_clocks, record_on
from app.services.move_step_limits import move_step_limits
from app.services.record_audit import record_audit
from app.services.see_complaint import require_given
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import find_clock, lock_complaint, write_due
from app.storage.complaints import add_event, find_complaint_by_key
from app.storage.step_limits import lock_processes_of

RECORDABLE = ("classed", "paused", "resumed", "extended", "stopped")


@dataclass(frozen=True)
class ClockFact:
    """What somebody says happened: `event_id` is the teller's own, `at` when it happened, `document` proves it."""

    kind: str
    event_id: str
    at: datetime
    document: str = ""
    details: Mapping[str, Any] = field(default_factory=dict)


def record_clock_event(work: UnitOfWork, actor: Actor, clock_key: int, fact: ClockFact) -> Ledger:
    """Record one fact if the clock's rule allows it, and return the ledger as it is then.

    The same event id with the same content again changes nothing. Raises ForbiddenError, NotFoundError, and
    ClockEventError (with fields) when the gate is not passed, or an extension's approver does not stand so high.
    """
    require_scope(actor, "work")
    found = find_clock(work.connection, clock_key)
    if found is None:
        raise NotFoundError(f"Expected a clock with the key {clock_key}, but there is none")
    complaint = find_complaint_by_key(work.connection, found.complaint_key)
    assert complaint is not None, f"clock {clock_key} is on complaint {found.complaint_key}, which does not exist"
    lock_processes_of(work.connection, complaint.number)
    lock_complaint(work.connection, complaint.key)
    require_given(work.connection, as_worker(actor), complaint)
    check_handling(work, actor, complaint)
    _check(work, fact)
    event = make_event(
        fact.kind, id=fact.event_id, at=fact.at, by=actor.username, document=fact.document, details=fact.details
    )
    again = find_clock(work.connection, clock_key)  # as it is under the lock
    assert again is not None
    (clock,) = open_clocks(work, [again])
    ledger = record_on(work, actor, clock, event)
    if ledger is None:
        return clock.draw(work.now)
    if isinstance(event, Extended):
        check_approver(work, event.approver, event.level)
    write_due(work.connection, complaint.key)
    move_step_limits(work, complaint.number)
    told = {"clock": clock.row.clock_id, "clockKey": str(clock_key), "deadline": ledger.deadline.isoformat()}
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    add_event(work.connection, {**line, "kind": f"clock-{fact.kind}", "details": told})
    # Camunda's audit log has no name of its own for a complaint's clock.
    record_audit(work, actor, "UPDATE", "RESOURCE", clock_key, instance_key=complaint.instance_key, details=told)
    return ledger


def _check(work: UnitOfWork, fact: ClockFact) -> None:
    if fact.kind not in RECORDABLE:
        raise ClockEventError(
            f"Expected one of {', '.join(RECORDABLE)}, but got {fact.kind!r}", {"kind": [f"One of {list(RECORDABLE)}"]}
        )
    if fact.at > work.now:
        raise ClockEventError(
            f"Expected something that has happened, but it is dated {fact.at.isoformat()}", {"at": ["In the future"]}
        )
    if fact.kind == "stopped" and not fact.document:
        raise ClockEventError("Expected document to stop a clock, but there is none", {"document": ["Required"]})
