"""Wait for a process instance to end: what a start "with result" does."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.errors import ConflictError
from app.services.unit_of_work import Runtime
from app.storage.instances import ProcessInstanceRow
from app.storage.types import read_json
from app.storage.variables import VariableRow
from app.turns import look_out


def await_instance(runtime: Runtime, instance_key: int, seconds: float) -> dict[str, Any] | None:
    """Return the variables of the instance once it has completed, or None when `seconds` pass before.

    The row is looked at, ever less often: whoever ends the instance may be another process of another node. None also
    when too many requests wait. Raises ConflictError when it is terminated.
    """
    asked = select(ProcessInstanceRow.status).where(ProcessInstanceRow.key == instance_key)
    held = select(VariableRow.name, VariableRow.value).where(VariableRow.scope_key == instance_key)

    def look() -> dict[str, Any] | None:
        with runtime.reading() as connection:
            status = connection.execute(asked).scalar_one()
            if status == "COMPLETED":
                return {name: read_json(value) for name, value in connection.execute(held)}
        if status == "TERMINATED":
            raise ConflictError(f"Expected process instance {instance_key} to complete, but it was terminated")
        return None

    found = look()
    return look_out(look, seconds) if found is None else found
