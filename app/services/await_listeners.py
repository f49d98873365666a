"""Wait until task listeners have let, or denied, what was asked of a user task.

Looks at rows, ever less often: whoever completes a listener's job may be another process of another node. Holds no
transaction meanwhile.
"""

from __future__ import annotations

from sqlalchemy import Connection, select

from app.engine import HeldTransition
from app.engine.values import decode
from app.errors import ConflictError, TooLateError
from app.services.unit_of_work import Runtime
from app.storage.jobs import TOLD_HEADER, JobRow
from app.storage.user_tasks import UserTaskRow
from app.turns import look_out


class DeniedError(ConflictError):
    """A task listener denied what was asked; `reason` is the listener's, empty where it gave none."""

    def __init__(self, task_key: int, deed: str, reason: str) -> None:
        super().__init__(
            f"Expected task listeners to let the {deed} of user task {task_key}, but it was denied. "
            f"Reason to deny: '{reason}'"
        )
        self.reason = reason


DEEDS = {"assigning": "assignment", "updating": "update", "completing": "completion"}
LISTENERS_SECONDS = 5.0
"""How long a person waits for listeners to decide on what was asked, of one task or of several together."""


def undecided(held: HeldTransition) -> TooLateError:
    """Return the error that says that task listeners have not decided in time; they go on deciding."""
    return TooLateError(
        f"Expected the task listeners of user task {held.task_key} to decide on its {DEEDS[held.event]} in time, "
        "but they have not yet: look at the task again"
    )


def await_listeners(runtime: Runtime, held: HeldTransition, seconds: float) -> bool:
    """Return True when every listener has let it, False when `seconds` pass before, or too many requests wait.

    One look is taken in any case. Raises DeniedError when a listener denies it, and ConflictError when the task is
    cancelled meanwhile.
    """

    def look() -> bool | None:
        with runtime.reading() as connection:
            return _is_let(connection, held) or None

    return (look() or look_out(look, seconds)) is not None


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
            raise DeniedError(held.task_key, deed, row.denied_reason or "")
    done = [row for row in mine if row.state == "COMPLETED"]
    return len(done) >= held.listeners
