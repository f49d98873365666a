"""Reads where a complaint's procedure stands: each instance of its call tree with what ran, what waits, what failed.

Knows no language and no drawing; the steps are told in the order in which they began.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from app.errors import NotFoundError
from app.services.deployed_models import DeployedProcess
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import find_process
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow

MOST_PASSAGES = 2000
"""A procedure that loops longer shows its latest passages."""


@dataclass(frozen=True)
class CallTree:
    """A complaint's instances by key, the root first, and the process version of each."""

    instances: Mapping[int, Row[Any]]
    processes: Mapping[int, DeployedProcess]

    def process_of(self, instance_key: int) -> DeployedProcess:
        """Return the process version that an instance runs."""
        return self.processes[self.instances[instance_key].definition_key]

    def path_to(self, instance_key: int) -> list[int]:
        """Return the instances that called this one, the root first, itself last."""
        path = [instance_key]
        while (parent := self.instances[path[-1]].parent_key) is not None:
            path.append(parent)
        return path[::-1]


@dataclass(frozen=True)
class Diagram:
    """One instance of the tree: its file, its passages, its active incidents, and the instances its calls started."""

    tree: CallTree
    instance: Row[Any]
    xml: str
    passages: Sequence[Row[Any]]
    incidents: Sequence[Row[Any]]
    calls: Sequence[Row[Any]]


def read_tree(work: UnitOfWork, root_key: int | None) -> CallTree:
    """Return the call tree of a complaint's root instance; empty for a complaint that no process works on."""
    table = ProcessInstanceRow.__table__.c
    asked = (table.key, table.parent_key, table.parent_element_key, table.definition_key, table.flows, table.status)
    query: Select[Any] = select(*asked).where(table.root_key == root_key).order_by(table.key)
    rows = work.connection.execute(query).all() if root_key is not None else []
    models = work.runtime.models
    processes = {key: models.process(work.connection, key) for key in {row.definition_key for row in rows}}
    return CallTree({row.key: row for row in rows}, processes)


def read_diagram(work: UnitOfWork, complaint: Row[Any], instance_key: int | None = None) -> Diagram:
    """Return the instance with that key of a complaint's tree, or its root.

    `complaint` is a row that its reader was let see. NotFoundError for a key of another tree, and for a complaint that
    no process works on.
    """
    key = complaint.instance_key if instance_key is None else instance_key
    tree = read_tree(work, complaint.instance_key)
    if key not in tree.instances:
        raise NotFoundError(f"Expected an instance of complaint {complaint.number}, but {key} is none")
    file = find_process(work.connection, tree.instances[key].definition_key)
    assert file is not None
    passages = list_passages(work.connection, [key])
    own = {row.key for row in passages}
    return Diagram(
        tree,
        tree.instances[key],
        bytes(file.content).decode("utf-8"),
        passages,
        list_failures(work.connection, [key]),
        [row for row in tree.instances.values() if row.parent_key == key and row.parent_element_key in own],
    )


def list_passages(connection: Connection, instance_keys: Sequence[int]) -> list[Row[Any]]:
    """Return the passages through elements of these instances, in the order in which they began."""
    table = ElementInstanceRow.__table__.c
    query = select(ElementInstanceRow.__table__).where(table.instance_key.in_(instance_keys))
    rows = connection.execute(query.order_by(table.key.desc()).limit(MOST_PASSAGES)).all()
    return [*rows[::-1]]


def list_failures(connection: Connection, instance_keys: Sequence[int]) -> Sequence[Row[Any]]:
    """Return the active incidents of these instances, oldest first."""
    table = IncidentRow.__table__.c
    query: Select[Any] = select(table.instance_key, table.element_key, table.element_id, table.message)
    return connection.execute(
        query.where(table.instance_key.in_(instance_keys), table.state == "ACTIVE").order_by(table.key)
    ).all()
