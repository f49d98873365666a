"""Sends notices."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from app.errors import UnavailableError
from app.services.deliver_notice import deliver_notice
from app.services.unit_of_work import Runtime
from tasks.process import process_runtime

log = logging.getLogger(__name__)


def send_notices(keys: Iterable[Sequence[int]]) -> int:
    """Send the notices with these keys; returns how many were sent."""
    return deliver_notices(process_runtime(), [key for (key,) in keys])


def deliver_notices(runtime: Runtime, keys: Iterable[int]) -> int:
    """Send each notice; one that breaks keeps no other back, and is tried again when its lease ends."""
    sent = 0
    for key in keys:
        try:
            sent += deliver_notice(runtime, key)
        except UnavailableError:
            log.warning("notices.unavailable", extra={"notice": key})
        except Exception:  # the job runner: the row stays, and the next sweep finds it
            log.exception("notices.broken", extra={"notice": key})
    return sent
