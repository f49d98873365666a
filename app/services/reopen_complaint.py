"""Takes new facts about a complaint in: its clocks run anew from their receipt, and an ended one is worked on again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.clocks import Paused, Superseded
from app.domain.complaint import ENDED
from app.errors import ConflictError, InvalidInputError
from app.services.check_handling import check_handling
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.kept_clocks import KeptClock, open_clocks, record_on
from app.services.move_step_limits import move_step_limits
from app.services.reclassify_clocks import known_of
from app.services.record_audit import record_audit
from app.services.see_complaint import see_complaint
from app.services.start_clocks import start_clocks
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import find_clock, list_clocks, lock_complaint, write_due
from app.storage.complaints import add_event, set_instance
from app.storage.step_limits import lock_processes_of

NEW_FACTS = "new_facts"


def reopen_complaint(work: UnitOfWork, actor: Actor, number: str, received_at: datetime, *, document: str) -> None:
    """Record that new facts arrived at `received_at`, told by `document`.

    Clocks that the table starts for `new_facts` run from then and supersede those of the same kind that still ran; a
    pause that lasts goes on in the new one. A complaint that has ended gets a new process instance. Raises
    ForbiddenError, NotFoundError, InvalidInputError, and ConflictError for a complaint that was merged into another.
    """
    seen = see_complaint(work, actor, number)
    check_handling(work, actor, seen)
    lock_processes_of(work.connection, number)
    complaint = lock_complaint(work.connection, seen.key)
    assert complaint is not None, f"complaint {number} was read before and is never deleted"
    if complaint.merged_into is not None:
        raise ConflictError(f"Expected a complaint that stands by itself, but {number} was merged into another")
    if not complaint.received_at <= received_at <= work.now or not document:
        raise InvalidInputError(
            f"Expected a document, and facts that arrived after {complaint.received_at.isoformat()}, "
            f"but got {document!r} of {received_at.isoformat()}",
            {"receivedAt": ["Between the complaint's receipt and now"], "document": ["Required"]},
        )
    running = open_clocks(work, list_clocks(work.connection, complaint.key, only_open=True))
    answers = known_of(work, complaint)
    begun = start_clocks(work, actor, complaint.key, answers, NEW_FACTS, received_at, document=document)
    _supersede(work, actor, running, begun.started, received_at, document)
    write_due(work.connection, complaint.key)
    move_step_limits(work, number)
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    details = {"receivedAt": received_at.isoformat(), "document": document}
    add_event(work.connection, {**line, "kind": "new-facts", "details": details})
    record_audit(work, actor, "UPDATE", "RESOURCE", complaint.key, instance_key=complaint.instance_key, details=details)
    if complaint.status in ENDED and complaint.process_id:
        _start_again(work, actor, complaint)


def _supersede(
    work: UnitOfWork,
    actor: Actor,
    running: Sequence[KeptClock],
    successors: Mapping[str, int],
    at: datetime,
    document: str,
) -> None:
    for clock in running:
        key = successors.get(clock.row.clock_id)
        if key is None:
            continue
        pauses = [pause for pause, over in clock.history.pauses() if over is None]
        last = max(at, clock.history.events[-1].at)
        end = Superseded(
            id=NEW_FACTS, at=last, by=actor.username, document=document, successor=str(key), reason=NEW_FACTS
        )
        record_on(work, actor, clock, end)
        for pause in pauses:
            row = find_clock(work.connection, key)
            assert row is not None
            (successor,) = open_clocks(work, [row])
            kept = Paused(
                id=pause.id, at=max(pause.at, at), by=pause.by, document=pause.document, reason=pause.reason,
                notice=pause.notice,
            )  # fmt: skip
            record_on(work, actor, successor, kept)


def _start_again(work: UnitOfWork, actor: Actor, complaint: Row[Any]) -> None:
    received = complaint.received_at.isoformat()
    said = {"complaintNumber": complaint.number, "complaintKey": str(complaint.key), "receivedAt": received}
    plan = StartPlan(process_id=complaint.process_id, business_id=complaint.number)
    instance = create_process_instance(work, actor, plan, {**complaint.data, **said})
    set_instance(work.connection, complaint.key, instance.key)
