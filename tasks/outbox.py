"""Delivers what transactions left to be done and nobody has done yet."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.domain.actor import SYSTEM
from app.services.deliver_outbox import deliver_outbox
from app.services.publish_message import settle_message
from tasks.process import process_runtime


def send_outbox(keys: Iterable[Sequence[int]]) -> None:
    """Deliver these outbox rows."""
    deliver_outbox(process_runtime(), [key for (key,) in keys])


def settle_messages(keys: Iterable[Sequence[int]]) -> None:
    """Give these stored messages to what waits for them."""
    for (key,) in keys:
        settle_message(process_runtime(), SYSTEM, key)
