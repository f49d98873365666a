"""Keeps in the access log who was refused what, and why."""

from __future__ import annotations

import hashlib

from app.services.unit_of_work import UnitOfWork
from app.storage.access_events import REFUSED, add_access_event

LONGEST = 300


def record_refusal(work: UnitOfWork, username: str, what: str, reason: str, complaint_key: int | None) -> None:
    """Record that `username` was refused `what`; the same again within a minute is one line.

    Neither text may hold anything of a customer: `what` is an address, `reason` the product's own words.
    """
    what, reason = what[:LONGEST], reason[:LONGEST]
    digest = hashlib.sha256(f"{username}\n{what}\n{reason}".encode()).hexdigest()[:32]
    row = {"key": work.next_key(), "at": work.now, "actor": username, "kind": REFUSED, "complaint_key": complaint_key}
    said = {"what": what, "reason": reason, "purpose": None, "expires_at": None}
    add_access_event(work.connection, {**row, **said, "once": f"refused:{digest}:{work.now:%Y-%m-%dT%H:%M}"})
