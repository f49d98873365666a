"""Wait until task listeners have let, or denied, what was asked of a user task.

Looks at rows, ever less often: whoever completes a listener's job may be another process of another node. Holds no
transaction meanwhile.
"""

from __future__ import annotations

import threading
import time

from sqlalchemy import Connection, select

from app.engine import HeldTransition
from app.engine.values import decode
from app.errors import ConflictError
from app.services.unit_of_work import Runtime
from app.storage.jobs import TOLD_HEADER, JobRow
from app.storage.user_tasks import UserTaskRow

FIRST_LOOK_SECONDS = 0.01
SLOWEST_LOOK_SECONDS = 0.2
MOST_WAITING = 2
"""More requests than this do not wait in one process: each that does holds one of the server's threads."""

DEEDS = {"assigning": "assignment", "updating": "update", "completing": "completion"}

_waiting = threading.BoundedSemaphore(MOST_WAITING)


def await_listeners(runtime: Runtime, held: HeldTransition, seconds: float) -> bool:
    """Return True when every listener has let it, False when `seconds` pass before, or too many requests wait.

    Raises ConflictError with the reason when a listener denies it, and when the task is cancelled meanwhile.
    """
    if not _waiting.acquire(blocking=False):
        return False
    try:
        return _wait(runtime, held, time.monotonic() + seconds)
    finally:
        _waiting.release()


def _wait(runtime: Runtime, held: HeldTransition, until: float) -> bool:
    pause = FIRST_LOOK_SECONDS
    while time.monotonic() + pause < until:
        time.sleep(pause)
        pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)
        with runtime.reading() as connection:
            if _is_let(connection, held):
                return True
    return False


def _is_let(connection: Connection, held: HeldTransition) -> bool:
    job, deed = JobRow.__table__.c, DEEDS[held.event]
    found = select(UserTaskRow.state, UserTaskRow.instance_key).where(UserTaskRow.key == held.task_key)
    task = connection.execute(found).one_or_none()
    if task is None or task.state in ("CANCELING", "CANCELED"):
        raise ConflictError(f"Expected the {deed} of user task {held.task_key} to go on, but the task was cancelled")
    asked = select(job.state, job.headers, job.is_denied, job.denied_reason).where(
        job.instance_key == task.instance_key, job.user_task_key == held.task_key, job.kind == "TASK_LISTENER"
    )
    mine = [row for row in connection.execute(asked) if decode(row.headers[TOLD_HEADER]).get("transition") == held.key]
    for row in mine:
        if row.is_denied:
            raise ConflictError(
                f"Expected task listeners to let the {deed} of user task {held.task_key}, but it was denied. "
                f"Reason to deny: '{row.denied_reason or ''}'"
            )
    done = [row for row in mine if row.state == "COMPLETED"]
    return len(done) >= held.listeners
