"""Tells what a deployment may not do with decision tables where two people release them (docs/table-releases.md).

Owns when one person's deployment is enough: for a table as it is in force or as it is shipped, and for the first
version of a decision that nothing asks yet.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from pathlib import Path

from app.domain.automation import TABLES
from app.engine import Definition
from app.services.read_resource import Declared, ReadResource, ResourceFile
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import (
    DecisionDefinitionRow,
    ProcessDefinitionRow,
    find_requirements,
    highest_version,
    in_force,
    list_decision_versions,
    list_process_versions,
)
from app.storage.instances import list_running_versions

SHIPPED = Path(__file__).parents[2] / "dmn"
WHERE = "tables are released by two people here: propose it on the page /tables or at POST /api/table-releases"


def check_table_release(work: UnitOfWork, read: Sequence[ReadResource]) -> list[str]:
    """Return a sentence for each decision of these files that a second person must release."""
    tables = [(one.id, resource.file) for resource in read for one in resource.declared if _is_decision(one)]
    reasons = [(file, _why_not(work, read, decision_id, file)) for decision_id, file in tables]
    return [f"{file.name}: {why}, and {WHERE}" for file, why in reasons if why]


def _is_decision(one: Declared) -> bool:
    return one.table is DecisionDefinitionRow


def _why_not(work: UnitOfWork, read: Sequence[ReadResource], decision_id: str, file: ResourceFile) -> str:
    if highest_version(work.connection, DecisionDefinitionRow, decision_id):
        standing = in_force(list_decision_versions(work.connection, decision_id), work.now)
        known = None if standing is None else find_requirements(work.connection, standing.requirements_key)
        same = known is not None and bytes(known.content) == file.content
        return "" if same else f"Expected the table {decision_id} as it is in force, but it differs"
    if file.content == _shipped().get(file.name):  # whoever released the product was not alone
        return ""
    asked_by = next(who_asks(work, read, decision_id), None)
    return f"Expected a new table {decision_id} that nothing asks yet, but {asked_by} does" if asked_by else ""


def who_asks(work: UnitOfWork, read: Sequence[ReadResource], decision_id: str) -> Iterator[str]:
    """Yield what asks a decision of this id, or will once it and the processes in `read` are there.

    A process whose table is worked out may ask any.
    """
    if decision_id in TABLES or f"{decision_id}.dmn" in _shipped():
        yield "the product"
    for definition in _processes(work, read):
        for call in definition.decisions:
            if call.id in (None, decision_id):
                yield f"{call.element_id} of the process {definition.process_id}"


def _processes(work: UnitOfWork, read: Sequence[ReadResource]) -> Iterator[Definition]:
    """Yield every deployed version of every process, those that run on, and those the files make new versions of."""
    for key in {*list_process_versions(work.connection), *list_running_versions(work.connection)}:
        yield work.runtime.models.process(work.connection, key).definition
    for one in (one for resource in read for one in resource.declared):
        if one.definition is not None and highest_version(work.connection, ProcessDefinitionRow, one.id):
            yield one.definition


@functools.cache
def _shipped() -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in SHIPPED.glob("*.dmn")}
