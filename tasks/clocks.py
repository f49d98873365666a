"""Tells of clocks that a dispatcher has leased, and counts open clocks anew when a calendar has changed."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from app.errors import UnavailableError
from app.services.raise_incident import raise_clock_incident
from app.services.recompute_clocks import recompute_clocks
from app.services.tell_clock import tell_clock
from app.services.unit_of_work import Runtime
from tasks.process import process_runtime

log = logging.getLogger(__name__)
BATCH = 200


def tell_clocks(leases: Iterable[Sequence[int]]) -> int:
    """Tell of the clocks of these leases, each (key, token); returns of how many."""
    return tell_leased(process_runtime(), leases)


def tell_leased(runtime: Runtime, leases: Iterable[Sequence[int]]) -> int:
    """Tell of each clock in a transaction of its own; one that breaks becomes an incident and keeps no other back."""
    told = 0
    for key, token in leases:
        try:
            told += runtime.perform(tell_clock, key, token)
        except UnavailableError:
            log.warning("clocks.unavailable", extra={"clock": key})  # the lease ends, and the next sweep finds it
        except Exception as error:  # the job runner: whatever it was, a person must see it
            log.exception("clocks.broken", extra={"clock": key})
            runtime.perform(raise_clock_incident, key, f"{type(error).__name__}: {error}")
    return told


def recompute(_ids: Iterable[Sequence[int]] = ()) -> None:
    """Count open clocks on the latest calendars, a batch in each transaction, until none is left."""
    recompute_all(process_runtime())


def recompute_all(runtime: Runtime) -> int:
    """Count every open clock that still reads an older calendar version on the latest; returns how many."""
    total = 0
    while counted := runtime.perform(recompute_clocks, BATCH):
        total += counted
    return total
