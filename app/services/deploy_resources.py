"""Deploys files together: processes, decisions, forms and others, each a new version unless nothing changed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from app.config import FOUR_EYES
from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.services.check_bound_resources import check_bound_resources
from app.services.check_step_limits import check_reported_events, check_step_limits
from app.services.check_table_release import check_table_release
from app.services.deployed_models import DeployedProcess
from app.services.read_resource import Declared, ReadResource, ResourceFile, read_resource
from app.services.record_audit import record_audit
from app.services.subscribe_starts import subscribe_starts
from app.services.unit_of_work import UnitOfWork
from app.storage.base import Base
from app.storage.deployments import (
    BEGINNING,
    DecisionDefinitionRow,
    DecisionRequirementsRow,
    DeploymentRow,
    FormRow,
    ProcessDefinitionRow,
    ResourceRow,
    find_version,
    highest_version,
    take_deployment_mark,
)
from app.storage.element_names import add_element_names

IDENTITY_COLUMN: dict[type[Base], str] = {
    ProcessDefinitionRow: "process_id",
    DecisionRequirementsRow: "drg_id",
    DecisionDefinitionRow: "decision_id",
    FormRow: "form_id",
}


LONGEST_NAME = 1024


class DeploymentRefusedError(InvalidInputError):
    """Files that cannot be deployed; `problems` holds every reason, each with its file and element."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = list(problems)
        super().__init__("\n".join(self.problems))


@dataclass(frozen=True)
class Deployed:
    """One definition of a deployment; `table` says of what kind, `requirements_key` is a decision's graph."""

    table: type[Base]
    key: int
    id: str
    version: int
    version_tag: str | None
    name: str | None
    resource_name: str
    requirements_key: int | None = None


@dataclass(frozen=True)
class Deployment:
    """What a deployment made, or found unchanged."""

    key: int
    definitions: tuple[Deployed, ...]


def deploy_resources(work: UnitOfWork, actor: Actor, files: Sequence[ResourceFile]) -> Deployment:
    """Deploy `files` as one deployment.

    Where every file is as in the latest versions, nothing is written and those are returned; otherwise all of them get
    a new version, so that what is deployed together is bound together. Where tables are released by four eyes, a table
    comes along only as it is in force or shipped, or as the first version of decisions that nothing asks yet. Raises
    ForbiddenError, and DeploymentRefusedError with every problem of every file at once.
    """
    require_scope(actor, "deploy")
    read = read_files(files)
    take_deployment_mark(work.connection)
    same = _find_unchanged(work, read)
    if same is not None:
        return same
    problems = [*check_bound_resources(read), *check_step_limits(work, read), *check_reported_events(read)]
    if work.runtime.settings.table_release == FOUR_EYES:
        problems = [*problems, *check_table_release(work, read)]
    if problems:
        raise DeploymentRefusedError(problems)
    return store_files(work, actor, read, work.now)


def store_files(work: UnitOfWork, actor: Actor, read: Sequence[ReadResource], effective_at: datetime) -> Deployment:
    """Store files as one deployment whose decisions are in force from `effective_at` on, and record it.

    Whoever calls has taken the deployment mark and seen to the rights. The first version of a decision that is in force
    at once has always been.
    """
    key = work.next_key()
    row = {"key": key, "deployed_at": work.now, "deployed_by": actor.username}
    work.connection.execute(insert(DeploymentRow).values(row))
    deployed = [one for resource in read for one in _store(work, key, resource, effective_at)]
    record_audit(work, actor, "CREATE", "RESOURCE", key, details={"files": [one.file.name for one in read]})
    return Deployment(key, tuple(deployed))


def read_files(files: Sequence[ResourceFile]) -> list[ReadResource]:
    """Return what each file declares; DeploymentRefusedError with every problem of every file."""
    if not files:
        raise DeploymentRefusedError(["Expected at least one file to deploy, but got none"])
    if any(not 0 < len(file.name) <= LONGEST_NAME or "\0" in file.name for file in files):
        raise DeploymentRefusedError([f"Expected a file name of 1 to {LONGEST_NAME} characters for each file"])
    read: list[ReadResource] = []
    problems: list[str] = []
    for file in files:
        others = {other.name: other.content for other in files if other.name.endswith(".dmn") and other is not file}
        resource, found = read_resource(file, others)
        problems += found
        if resource is not None:
            read.append(resource)
    seen: dict[tuple[type[Base], str], str] = {}
    for resource in read:
        for one in resource.declared:
            other = seen.setdefault((one.table, one.id), resource.file.name)
            if other != resource.file.name:
                problems.append(f"{resource.file.name}: Expected an id of its own, but {one.id!r} is in {other} too")
    if problems:
        raise DeploymentRefusedError(problems)
    return read


def _find_unchanged(work: UnitOfWork, read: Sequence[ReadResource]) -> Deployment | None:
    found: list[Deployed] = []
    deployment_key = 0
    for resource in read:
        latest = find_version(work.connection, ResourceRow, resource.file.name)
        if latest is None or latest.checksum != _checksum(resource.file):
            return None
        deployment_key = deployment_key or latest.deployment_key
        if latest.deployment_key != deployment_key:
            return None
        for one in resource.declared or (Declared(ResourceRow, resource.file.name, None),):
            row = find_version(work.connection, one.table, one.id)
            if row is None or row.deployment_key != deployment_key:
                return None
            requirements = getattr(row, "requirements_key", None)
            tag = getattr(row, "version_tag", None)
            found.append(
                Deployed(one.table, row.key, one.id, row.version, tag, one.name, resource.file.name, requirements)
            )
    return Deployment(deployment_key, tuple(found))


def _checksum(file: ResourceFile) -> str:
    return hashlib.sha256(file.content).hexdigest()


def _store(work: UnitOfWork, deployment_key: int, resource: ReadResource, effective_at: datetime) -> list[Deployed]:
    connection, name = work.connection, resource.file.name
    resource_key = work.next_key()
    version = highest_version(connection, ResourceRow, name) + 1
    row = {
        "key": resource_key,
        "deployment_key": deployment_key,
        "kind": resource.kind,
        "resource_id": name,
        "version": version,
        "version_tag": None,
        "name": name,
        "checksum": _checksum(resource.file),
        "content": resource.file.content,
    }
    connection.execute(insert(ResourceRow).values(row))
    if not resource.declared:
        return [Deployed(ResourceRow, resource_key, name, version, None, name, name)]
    place = _Place(deployment_key, resource_key, name, effective_at)
    deployed: list[Deployed] = []
    requirements_key: int | None = None
    for one in resource.declared:
        stored = _store_definition(work, place, one, requirements_key)
        if one.table is DecisionRequirementsRow:
            requirements_key = stored.key
        deployed.append(stored)
    return deployed


@dataclass(frozen=True)
class _Place:
    """Where a definition belongs: its deployment and file, and since when its decisions are in force."""

    deployment_key: int
    resource_key: int
    file: str
    effective_at: datetime


def _store_definition(work: UnitOfWork, place: _Place, one: Declared, requirements_key: int | None) -> Deployed:
    key = work.next_key()
    version = highest_version(work.connection, one.table, one.id) + 1
    row = {"key": key, "deployment_key": place.deployment_key, IDENTITY_COLUMN[one.table]: one.id, "version": version}
    row |= one.columns
    if one.table is DecisionDefinitionRow:
        row["requirements_key"] = requirements_key
        row["effective_at"] = BEGINNING if version == 1 and place.effective_at <= work.now else place.effective_at
    else:
        row["resource_key"] = place.resource_key
    work.connection.execute(insert(one.table).values(row))
    if one.definition is not None:
        names = {element.id: element.name for element in one.definition.elements.values() if element.name}
        add_element_names(work.connection, key, names)
        subscribe_starts(work, DeployedProcess(key, version, place.deployment_key, one.definition))
    tag = one.columns.get("version_tag")
    return Deployed(one.table, key, one.id, version, tag, one.name, place.file, requirements_key)
