"""Incidents of what runs outside the engine: a timer, clock, notice, file or outbox row that failed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.services.unit_of_work import UnitOfWork
from app.storage.audit import find_outbox_row, write_outbox_try
from app.storage.automation import WAITING, write_automation_event
from app.storage.blobs import set_damaged
from app.storage.clocks import change_clock, find_clock
from app.storage.complaints import find_complaint_by_key
from app.storage.incidents import add_incident, write_resolved
from app.storage.instances import lock_instance, write_incident_count
from app.storage.notices import revive_notice
from app.storage.timers import find_timer, release_timer

QUARANTINED = "quarantined"


def raise_timer_incident(work: UnitOfWork, timer_key: int, message: str) -> None:
    """Stop a timer and raise an incident for it; a start timer, which has no instance, is simply tried again."""
    timer = find_timer(work.connection, timer_key)
    if timer is None or timer.instance_key is None:
        return
    release_timer(work.connection, timer_key, None)
    place = {"element_key": timer.element_key, "element_id": timer.element_id}
    _raise(work, timer.instance_key, message, {"timer": timer_key}, place)


def raise_outbox_incident(work: UnitOfWork, outbox_key: int, message: str) -> None:
    """Raise an incident for an outbox row that is not tried again by itself."""
    row = find_outbox_row(work.connection, outbox_key)
    if row is not None and row.instance_key is not None:
        place = {"element_key": None, "element_id": row.topic}
        _raise(work, row.instance_key, message, {"outbox": outbox_key}, place)


def raise_clock_incident(work: UnitOfWork, clock_key: int, message: str) -> None:
    """Raise an incident for a clock of which nobody could be told; one without a process is simply tried again."""
    clock = find_clock(work.connection, clock_key)
    complaint = None if clock is None else find_complaint_by_key(work.connection, clock.complaint_key)
    if clock is None or complaint is None or complaint.instance_key is None:
        return
    change_clock(work.connection, clock_key, {"next_try_at": None, "token": None})
    place = {"element_key": None, "element_id": clock.clock_id}
    _raise(work, complaint.instance_key, message, {"clock": clock_key}, place)


def raise_notice_incident(work: UnitOfWork, notice: Row[Any], message: str) -> None:
    """Raise an incident for a notice that is not tried again by itself, where a process left it."""
    if notice.instance_key is not None:
        place = {"element_key": None, "element_id": notice.template}
        _raise(work, notice.instance_key, message, {"notice": notice.key}, place)


def raise_rule_incident(work: UnitOfWork, event: Row[Any], message: str) -> None:
    """Raise an incident for an event whose rules failed or run in a loop, where it is about a complaint's process."""
    complaint = None if event.complaint_key is None else find_complaint_by_key(work.connection, event.complaint_key)
    if complaint is not None and complaint.instance_key is not None:
        place = {"element_key": None, "element_id": event.kind}
        _raise(work, complaint.instance_key, message, {"automation_event": event.key}, place)


def raise_attachment_incident(work: UnitOfWork, attachment: Row[Any], message: str) -> None:
    """Raise an incident for an attachment whose stored file is damaged, where its complaint has a process."""
    complaint = find_complaint_by_key(work.connection, attachment.complaint_key)
    if complaint is not None and complaint.instance_key is not None:
        place = {"element_key": None, "element_id": "attachment"}
        _raise(work, complaint.instance_key, message, {"blob": attachment.blob_key}, place)


def raise_quarantine_incident(work: UnitOfWork, attachment: Row[Any], message: str) -> None:
    """Raise an incident for an attachment in which a virus was found, where its complaint has a process."""
    complaint = find_complaint_by_key(work.connection, attachment.complaint_key)
    if complaint is not None and complaint.instance_key is not None:
        place = {"element_key": None, "element_id": "attachment"}
        _raise(work, complaint.instance_key, message, {QUARANTINED: attachment.blob_key}, place)


def _raise(work: UnitOfWork, instance_key: int, message: str, context: dict[str, int], place: dict[str, Any]) -> None:
    found = lock_instance(work.connection, instance_key)
    if found is None:
        return
    row, _ = found
    where = {"instance_key": row.key, "root_key": row.root_key, "definition_key": row.definition_key, **place}
    what = {"key": work.next_key(), "error_type": "UNKNOWN", "message": message, "context": context}
    add_incident(work.connection, {**where, **what}, work.now)
    write_incident_count(work.connection, row.key, row.incidents + 1)


def resolve_outside_incident(work: UnitOfWork, actor: Actor, incident: Row[Any]) -> None:
    """Resolve an incident raised here: what it names is tried again at once."""
    if "timer" in incident.context:
        timer = find_timer(work.connection, incident.context["timer"])
        if timer is not None:
            release_timer(work.connection, timer.key, max(work.now, timer.due_at))
    elif "automation_event" in incident.context:
        again = {"state": WAITING, "tries": 0, "depth": 0, "next_try_at": work.now}
        write_automation_event(work.connection, incident.context["automation_event"], again)
    elif "notice" in incident.context:
        revive_notice(work.connection, incident.context["notice"], work.now)
    elif "blob" in incident.context:
        set_damaged(work.connection, incident.context["blob"], None)  # the next reading says whether it is repaired
    elif QUARANTINED in incident.context:
        pass  # somebody has seen to it; the file stays where it is
    elif "clock" in incident.context:
        change_clock(work.connection, incident.context["clock"], {"next_try_at": work.now})
    else:
        write_outbox_try(work.connection, incident.context["outbox"], 0, work.now, None)
    write_resolved(work.connection, incident.key, work.now, actor.username)
    found = lock_instance(work.connection, incident.instance_key)
    if found is not None:
        write_incident_count(work.connection, incident.instance_key, found[0].incidents - 1)
