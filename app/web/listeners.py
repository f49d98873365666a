"""The end of a request that task listeners hold up: it is answered when they have decided."""

from __future__ import annotations

from app.engine import HeldTransition
from app.services.await_listeners import await_listeners, undecided
from app.services.unit_of_work import Runtime

LONGEST_WAIT_SECONDS = 10.0


def wait_for_listeners(runtime: Runtime, held: HeldTransition | None) -> None:
    """Return when what is held up is done; TooLateError when the listeners take longer, ConflictError when denied.

    Called after the commit: a request that is too late goes on being decided.
    """
    if held is not None and not await_listeners(runtime, held, LONGEST_WAIT_SECONDS):
        raise undecided(held)
