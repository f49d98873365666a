"""Keeps what people see of a complaint in step with its process: the model's elements say which status they mean."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.complaint import ENDED, ComplaintStatus
from app.engine import Outcome
from app.engine.model import Definition
from app.services.record_event import record_status_event
from app.services.start_clocks import start_clocks
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import add_event, change_status, find_complaint

STATUS_PROPERTY = "complaintStatus"
STATUSES = {str(status): status for status in ComplaintStatus}


def follow_complaint(
    work: UnitOfWork, actor: Actor, definition: Definition, outcome: Outcome, business_id: str | None
) -> None:
    """Set the complaint's status to that of the last element entered that names one; nothing for other processes.

    The instance's business id is the complaint's number. An element names a status by its zeebe property
    `complaintStatus`; another word there is passed over.
    """
    if business_id is None:
        return
    named = [_status_of(definition, entered.element_id) for entered in outcome.entered]
    statuses = [status for status in named if status is not None]
    if not statuses:
        return
    complaint = find_complaint(work.connection, business_id)
    if complaint is None or complaint.status == statuses[-1]:
        return
    ended_at = (complaint.ended_at or work.now) if statuses[-1] in ENDED else None
    change_status(work.connection, complaint.key, statuses[-1], ended_at)
    event = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    details = {"from": complaint.status, "to": str(statuses[-1])}
    add_event(work.connection, {**event, "kind": "status", "details": details})
    record_status_event(work, complaint.key, event["key"], complaint.status, str(statuses[-1]))
    start_clocks(work, actor, complaint.key, complaint.data, str(statuses[-1]), work.now)


def _status_of(definition: Definition, element_id: str) -> ComplaintStatus | None:
    element = definition.elements.get(element_id)
    word = element.properties.get(STATUS_PROPERTY) if element is not None else None
    return STATUSES.get(word or "")
