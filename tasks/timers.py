"""Fires timers a dispatcher has leased."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from app.errors import UnavailableError
from app.services.fire_timer import fire_timer
from app.services.raise_incident import raise_timer_incident
from app.services.unit_of_work import Runtime
from tasks.process import process_runtime

log = logging.getLogger(__name__)


def fire_timers(leases: Iterable[Sequence[int]]) -> int:
    """Fire the timers of these leases, each (key, token); returns how many fired."""
    return fire_leased(process_runtime(), leases)


def fire_leased(runtime: Runtime, leases: Iterable[Sequence[int]]) -> int:
    """Fire each timer in a transaction of its own; one that breaks becomes an incident and keeps no other back."""
    fired = 0
    for key, token in leases:
        try:
            fired += runtime.perform(fire_timer, key, token)
        except UnavailableError:
            log.warning("timers.unavailable", extra={"timer": key})  # the lease ends, and the next sweep finds it
        except Exception as error:  # the job runner: whatever it was, a person must see it
            log.exception("timers.broken", extra={"timer": key})
            runtime.perform(raise_timer_incident, key, f"{type(error).__name__}: {error}")
    return fired
