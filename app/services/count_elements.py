"""Count how often each element of a process was passed, is active, was cancelled or has an incident."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, case, exists, func, select

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.services.search_records import get_record
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.search import Filter, where
from app.storage.search_processes import PROCESS_DEFINITIONS, PROCESS_INSTANCES
from app.storage.search_wait_states import waiting


@dataclass(frozen=True)
class ElementCount:
    """The passages through one element, by how they stand."""

    element_id: str
    active: int
    canceled: int
    incidents: int
    completed: int


def count_elements_of_instance(connection: Connection, actor: Actor, instance_key: int) -> list[ElementCount]:
    """Return the counts of one instance's elements. Raises ForbiddenError, NotFoundError."""
    get_record(connection, actor, PROCESS_INSTANCES, instance_key)
    return _count(connection, [ElementInstanceRow.__table__.c.instance_key == instance_key])


def count_waiting_of_instance(connection: Connection, actor: Actor, instance_key: int) -> list[tuple[str, int]]:
    """Return how many instances of each element of a process instance wait. Raises ForbiddenError, NotFoundError."""
    get_record(connection, actor, PROCESS_INSTANCES, instance_key)
    count = func.count(waiting.c.element_key.distinct())
    query = select(waiting.c.element_id, count).where(waiting.c.instance_key == instance_key)
    found = connection.execute(query.group_by(waiting.c.element_id).order_by(waiting.c.element_id))
    return [(row[0], row[1]) for row in found]


def count_elements_of_definition(
    connection: Connection, actor: Actor, definition_key: int, wanted: Filter
) -> list[ElementCount]:
    """Return the counts over a definition's instances that match `wanted`. Raises ForbiddenError, NotFoundError."""
    require_scope(actor, "read")
    get_record(connection, actor, PROCESS_DEFINITIONS, definition_key)
    among = ElementInstanceRow.__table__.c.definition_key == definition_key
    if not wanted:
        return _count(connection, [among])
    matching = select(ProcessInstanceRow.key).select_from(PROCESS_INSTANCES.source)
    keys = matching.where(ProcessInstanceRow.definition_key == definition_key, *where(PROCESS_INSTANCES, wanted))
    return _count(connection, [among, ElementInstanceRow.__table__.c.instance_key.in_(keys)])


def _count(connection: Connection, among: list[ColumnElement[bool]]) -> list[ElementCount]:
    table = ElementInstanceRow.__table__.c
    broken = exists(select(1).where(IncidentRow.element_key == table.key, IncidentRow.state == "ACTIVE"))
    counted = [
        func.count(case((condition, 1)))
        for condition in (table.state == "ACTIVE", table.state == "TERMINATED", broken, table.state == "COMPLETED")
    ]
    query = select(table.element_id, *counted).where(*among).group_by(table.element_id).order_by(table.element_id)
    return [ElementCount(*row) for row in connection.execute(query)]
