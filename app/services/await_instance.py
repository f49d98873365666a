"""Wait for a process instance to end: what a start "with result" does."""

from __future__ import annotations

import time
from typing import Any

from sqlalchemy import select

from app.errors import ConflictError
from app.services.unit_of_work import Runtime
from app.storage.instances import ProcessInstanceRow
from app.storage.types import read_json
from app.storage.variables import VariableRow

FIRST_LOOK_SECONDS = 0.01
SLOWEST_LOOK_SECONDS = 0.2


def await_instance(runtime: Runtime, instance_key: int, seconds: float) -> dict[str, Any] | None:
    """Return the variables of the instance once it has completed, or None when `seconds` pass before.

    The row is looked at, ever less often: whoever ends the instance may be another process of another node. Raises
    ConflictError when it is terminated.
    """
    until = time.monotonic() + seconds
    pause = FIRST_LOOK_SECONDS
    asked = select(ProcessInstanceRow.status).where(ProcessInstanceRow.key == instance_key)
    held = select(VariableRow.name, VariableRow.value).where(VariableRow.scope_key == instance_key)
    while True:
        with runtime.reading() as connection:
            status = connection.execute(asked).scalar_one()
            if status == "COMPLETED":
                return {name: read_json(value) for name, value in connection.execute(held)}
        if status == "TERMINATED":
            raise ConflictError(f"Expected process instance {instance_key} to complete, but it was terminated")
        if time.monotonic() + pause > until:
            return None
        time.sleep(pause)
        pause = min(pause * 1.5, SLOWEST_LOOK_SECONDS)
