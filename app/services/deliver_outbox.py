"""Does what transactions left to be done after them: publishes messages, broadcasts signals, sends notices.

Each row goes in the same transaction that does its work, so it is done once. What is delivered may leave further rows:
they are worked off here one after the other, up to a limit, and the sweep takes the rest.
"""

from __future__ import annotations

import logging
import threading
from collections import deque
from datetime import timedelta
from typing import Any

from app.domain.actor import SYSTEM
from app.errors import UnavailableError
from app.services.broadcast_signal import broadcast_signal
from app.services.post_outbox import HELD, MESSAGE, NOTICE, SIGNAL
from app.services.publish_message import AlreadyPublishedError, Message, settle_message, store_message
from app.services.raise_incident import raise_outbox_incident
from app.services.take_notice import take_notice
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.audit import find_outbox_row, take_outbox_row, write_outbox_try

LIMIT = 200
MOST_TRIES = 6
FIRST_BACK_OFF_SECONDS = 5.0
log = logging.getLogger(__name__)


class _Waiting(threading.local):
    keys: deque[int] | None = None


_waiting = _Waiting()


def deliver_outbox(runtime: Runtime, keys: list[int]) -> None:
    """Deliver these rows now. Never raises for one of them: it waits for a later try, and after some for a person."""
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
    except UnavailableError:
        log.warning("outbox.unavailable", extra={"key": key})  # the sweep finds the row
    except Exception as error:  # the command that left the row has committed: its caller must not see this fail
        log.exception("outbox.failed", extra={"key": key})
        runtime.perform(_postpone, key, f"{type(error).__name__}: {error}")


def _postpone(work: UnitOfWork, key: int, error: str) -> None:
    row = find_outbox_row(work.connection, key)
    if row is None:
        return
    tries = row.tries + 1
    is_last = tries >= MOST_TRIES
    next_try_at = None if is_last else work.now + timedelta(seconds=FIRST_BACK_OFF_SECONDS * 2**tries)
    write_outbox_try(work.connection, key, tries, next_try_at, error)
    if is_last:
        raise_outbox_incident(work, key, error)


def _take(work: UnitOfWork, key: int) -> int | None:
    """Do one row's work; returns the key of a message that is still to be settled."""
    row = take_outbox_row(work.connection, key)
    if row is None:
        return None
    payload: dict[str, Any] = row.payload
    if row.topic == SIGNAL:
        broadcast_signal(work, SYSTEM, payload["name"], payload["variables"], thrown_by=payload["thrown_by"])
    if row.topic == NOTICE:
        take_notice(work, key, payload, row.instance_key)
    if row.topic == HELD:
        return int(payload["message_key"])
    if row.topic == MESSAGE:
        try:
            length = float(payload["time_to_live_seconds"])
            return store_message(work, SYSTEM, Message(**{**payload, "time_to_live_seconds": length}))
        except AlreadyPublishedError:
            return None  # its id says that it is the same message again
    return None
