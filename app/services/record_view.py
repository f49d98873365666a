"""Keeps in the access log that somebody looked at a complaint."""

from __future__ import annotations

from app.domain.actor import Actor
from app.services.unit_of_work import UnitOfWork
from app.storage.access_events import VIEWED, add_access_event


def record_view(work: UnitOfWork, actor: Actor, complaint_key: int) -> None:
    """Record that `actor` looked at a complaint: one line a person, complaint and hour."""
    row = {"key": work.next_key(), "at": work.now, "actor": actor.username, "kind": VIEWED, "what": None}
    once = f"viewed:{complaint_key}:{work.now:%Y-%m-%dT%H}:{actor.username}"
    unsaid = {"purpose": None, "reason": None, "expires_at": None}
    add_access_event(work.connection, {**row, **unsaid, "complaint_key": complaint_key, "once": once})
