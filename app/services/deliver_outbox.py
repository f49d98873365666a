"""Does what transactions left to be done after them: publishes messages, broadcasts signals, sends notices.

Each row goes in the same transaction that does its work, so it is done once. What is delivered may leave further rows:
they are worked off here one after the other, up to a limit, and the sweep takes the rest.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from typing import Any

from app.domain.actor import SYSTEM
from app.errors import RedressError
from app.services.broadcast_signal import broadcast_signal
from app.services.post_outbox import MESSAGE, SIGNAL
from app.services.publish_message import AlreadyPublishedError, Message, settle_message, store_message
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.audit import take_outbox_row

LIMIT = 200
log = logging.getLogger(__name__)


class _Waiting(threading.local):
    keys: deque[int] | None = None


_waiting = _Waiting()


def deliver_outbox(runtime: Runtime, keys: list[int]) -> None:
    """Deliver these rows now. Never raises for one of them: it is logged, and the row waits for the sweep."""
    if _waiting.keys is not None:
        _waiting.keys.extend(keys)
        return
    _waiting.keys = deque(keys)
    try:
        for _ in range(LIMIT):
            if not _waiting.keys:
                return
            _deliver(runtime, _waiting.keys.popleft())
    finally:
        _waiting.keys = None


def _deliver(runtime: Runtime, key: int) -> None:
    try:
        message_key = runtime.perform(_take, key)
        if message_key is not None:
            settle_message(runtime, SYSTEM, message_key)
    except RedressError as error:
        log.warning("outbox.failed", extra={"key": key, "error": str(error)})


def _take(work: UnitOfWork, key: int) -> int | None:
    """Do one row's work; returns the key of a message that is still to be settled."""
    row = take_outbox_row(work.connection, key)
    if row is None:
        return None
    payload: dict[str, Any] = row.payload
    if row.topic == SIGNAL:
        broadcast_signal(work, SYSTEM, payload["name"], payload["variables"], thrown_by=payload["thrown_by"])
    if row.topic == MESSAGE:
        try:
            return store_message(work, SYSTEM, Message(**payload))
        except AlreadyPublishedError:
            return None  # its id says that it is the same message again
    return None
