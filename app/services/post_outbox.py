"""Leaves a row for something that must happen after the transaction: a notice, a message, a signal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.services.unit_of_work import UnitOfWork
from app.storage.audit import OutboxRow
from app.storage.writes import insert_rows

NOTICE = "notice"
MESSAGE = "message"
SIGNAL = "signal"
HELD = "held"
POST = insert_rows(OutboxRow)


def post_outbox(work: UnitOfWork, topic: str, payload: Mapping[str, Any], *, instance_key: int | None = None) -> int:
    """Add an outbox row, to be sent with this transaction's writes, and return its key."""
    key = work.next_key()
    work.writes.add(POST, (key, topic, dict(payload), instance_key, work.now, work.now, 0, None))
    return key
