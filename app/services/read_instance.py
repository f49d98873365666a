"""Read what a process instance did, and who called it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, select

from app.errors import NotFoundError
from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow


@dataclass(frozen=True)
class FlowsTaken:
    """The ids of the sequence flows an instance has taken, in order, each once."""

    root_key: int
    definition_key: int
    process_id: str
    flows: list[str]


@dataclass(frozen=True)
class Caller:
    """One instance of a call hierarchy."""

    key: int
    definition_key: int
    process_id: str
    name: str | None


def list_flows(connection: Connection, instance_key: int) -> FlowsTaken:
    """Return the flows an instance has taken; raises NotFoundError."""
    row = ProcessInstanceRow
    asked = select(row.root_key, row.definition_key, row.process_id, row.flows).where(row.key == instance_key)
    found = connection.execute(asked).one_or_none()
    if found is None:
        raise NotFoundError(f"Expected a process instance with key {instance_key}, but there is none")
    return FlowsTaken(found.root_key, found.definition_key, found.process_id, list(found.flows or ()))


def list_callers(connection: Connection, instance_key: int) -> list[Caller]:
    """Return the instances that called an instance, topmost first, itself last; raises NotFoundError."""
    row, definition = ProcessInstanceRow, ProcessDefinitionRow
    asked = select(row.key, row.parent_key, row.definition_key, row.process_id, definition.name)
    asked = asked.join(definition, definition.key == row.definition_key)
    callers: list[Caller] = []
    key: int | None = instance_key
    while key is not None:
        found = connection.execute(asked.where(row.key == key)).one_or_none()
        if found is None:
            raise NotFoundError(f"Expected a process instance with key {key}, but there is none")
        callers.append(Caller(found.key, found.definition_key, found.process_id, found.name))
        key = found.parent_key
    return callers[::-1]
