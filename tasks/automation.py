"""Runs the rules about events, and looks for tasks that are overdue."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from app.errors import UnavailableError
from app.services import run_rules as rules
from app.services.unit_of_work import Runtime
from tasks.process import process_runtime

log = logging.getLogger(__name__)


def run_rules(keys: Iterable[Sequence[int]]) -> int:
    """Run the rules about these events; returns how many fired."""
    return run_events(process_runtime(), [key for (key,) in keys])


def run_events(runtime: Runtime, keys: Iterable[int]) -> int:
    """Run the rules about each event; a database that does not answer leaves it to the next sweep."""
    fired = 0
    for key in keys:
        try:
            fired += rules.run_rules(runtime, key)
        except UnavailableError:
            log.warning("rules.unavailable", extra={"event": key})
    return fired
