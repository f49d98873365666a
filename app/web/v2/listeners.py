"""The end of a request that task listeners hold up: it is answered when they have decided."""

from __future__ import annotations

from app.engine import HeldTransition
from app.services.await_listeners import DEEDS, await_listeners
from app.web.errors import TooLateError
from app.web.v2.operation import Call

LONGEST_WAIT_SECONDS = 10.0


def wait_for_listeners(call: Call, held: HeldTransition | None) -> None:
    """Return when what is held up is done; TooLateError when the listeners take longer, ConflictError when denied.

    Called after the commit: a request that is too late goes on being decided.
    """
    if held is None or await_listeners(call.runtime, held, LONGEST_WAIT_SECONDS):
        return
    raise TooLateError(
        f"Expected the task listeners of user task {held.task_key} to decide on its {DEEDS[held.event]} in time, but "
        "they have not yet: look at the task again"
    )
