"""Incidents of what runs outside the engine: a timer that could not be fired for a reason nobody foresaw."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.services.unit_of_work import UnitOfWork
from app.storage.incidents import add_incident, write_resolved
from app.storage.instances import lock_instance, write_incident_count
from app.storage.timers import find_timer, release_timer


def raise_timer_incident(work: UnitOfWork, timer_key: int, message: str) -> None:
    """Stop a timer and raise an incident for it; resolving that arms it again. A start timer is simply tried again."""
    timer = find_timer(work.connection, timer_key)
    if timer is None or timer.instance_key is None:
        return
    found = lock_instance(work.connection, timer.instance_key)
    if found is None:
        return
    row, _ = found
    release_timer(work.connection, timer_key, None)
    values: dict[str, Any] = {"key": work.next_key(), "instance_key": row.key, "root_key": row.root_key}
    values |= {"definition_key": row.definition_key, "element_key": timer.element_key, "element_id": timer.element_id}
    values |= {"error_type": "UNKNOWN", "message": message, "context": {"timer": timer_key}}
    add_incident(work.connection, values, work.now)
    write_incident_count(work.connection, row.key, row.incidents + 1)


def resolve_timer_incident(work: UnitOfWork, actor: Actor, incident: Row[Any]) -> None:
    """Resolve such an incident: its timer, if it is still armed, is due at once."""
    release_timer(work.connection, incident.context["timer"], work.now)
    write_resolved(work.connection, incident.key, work.now, actor.username)
    found = lock_instance(work.connection, incident.instance_key)
    if found is not None:
        write_incident_count(work.connection, incident.instance_key, found[0].incidents - 1)
