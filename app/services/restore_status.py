"""Puts a complaint's status back to what it was when a step was first worked on, because it is worked on again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.complaint import ENDED, ComplaintStatus
from app.services.record_event import record_status_event
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import add_event, change_status, find_complaint_by_key, list_events


def restore_status(work: UnitOfWork, actor: Actor, complaint: Row[Any] | None, at: datetime) -> None:
    """Set the status that the complaint had at `at`; no deadline starts, ends or stands still by that.

    A complaint that has ended keeps its status: new facts reopen it, and not a step done again.
    """
    now = None if complaint is None else find_complaint_by_key(work.connection, complaint.key)
    if now is None or now.status in ENDED:
        return
    changes = [event for event in list_events(work.connection, now.key) if event.kind == "status" and event.at <= at]
    before = changes[-1].details["to"] if changes else str(ComplaintStatus.PENDING)
    if before == now.status:
        return
    change_status(work.connection, now.key, before, None)
    key = work.next_key()
    line = {"key": key, "complaint_key": now.key, "at": work.now, "actor": actor.username, "kind": "status"}
    add_event(work.connection, {**line, "details": {"from": now.status, "to": before}})
    record_status_event(work, now.key, key, now.status, before)
