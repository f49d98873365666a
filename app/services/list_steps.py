"""Lists the steps people work on in the latest version of each process: what a list of tasks can be narrowed to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from app.engine.model import Element, ElementType
from app.services.unit_of_work import Runtime
from app.storage.deployments import list_latest_processes


@dataclass(frozen=True)
class ProcessSteps:
    """A process element and the user tasks of its latest version by id, in document order."""

    process: Element
    steps: Mapping[str, Element]


def list_steps(runtime: Runtime, connection: Connection) -> list[ProcessSteps]:
    """Return every process that has steps for people, by process id."""
    found = []
    for key in list_latest_processes(connection):
        definition = runtime.models.process(connection, key).definition
        steps = {one.id: one for one in definition.elements.values() if one.type is ElementType.USER_TASK}
        if steps:
            found.append(ProcessSteps(definition.process, steps))
    return found
