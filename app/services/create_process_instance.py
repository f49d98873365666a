"""Starts a process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import Activate
from app.errors import InvalidInputError, NotFoundError
from app.services.deployed_models import DeployedProcess
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.see_complaint import require_sight_of_number
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import ProcessDefinitionRow, find_version
from app.storage.instances import NewInstance


@dataclass(frozen=True)
class CreatedInstance:
    """A started instance and the version it runs on."""

    key: int
    process: DeployedProcess


@dataclass(frozen=True)
class StartPlan:
    """How to start: which version, and where. `version` None means the latest."""

    process_id: str | None = None
    version: int | None = None
    version_tag: str | None = None
    definition_key: int | None = None
    start_instructions: Sequence[Activate] = ()
    terminate_after: Sequence[str] = ()
    business_id: str | None = None
    tags: Sequence[str] = ()


def create_process_instance(
    work: UnitOfWork, actor: Actor, plan: StartPlan, variables: Mapping[str, Any], *, seen: str | None = None
) -> CreatedInstance:
    """Start an instance at its none start event, or at the plan's elements, and run it to rest.

    `seen` is the number of a complaint that the caller has let the actor in to, where it is for that one. Raises
    ForbiddenError, also where the business id or `complaintNumber` names a complaint of others; NotFoundError for an
    unknown process; InvalidInputError where the process cannot start so.
    """
    require_scope(actor, "start")
    if seen is None or {plan.business_id, variables.get("complaintNumber")} != {seen}:
        require_sight_of_number(work, actor, plan.business_id, variables)
    process = find_process_to_start(work, plan)
    tree = InstanceTree(work, actor)
    new = NewInstance(business_id=plan.business_id, tags=tuple(plan.tags), started_by=actor.username)
    run = tree.start(
        process, variables, new, start_instructions=plan.start_instructions, terminate_after=plan.terminate_after
    )
    record_audit(work, actor, "CREATE", "PROCESS_INSTANCE", run.row.key, instance_key=run.row.key)
    tree.settle(run)
    return CreatedInstance(run.row.key, process)


def find_process_to_start(work: UnitOfWork, plan: StartPlan) -> DeployedProcess:
    """Return the version a plan means; raises NotFoundError, or InvalidInputError where it names none."""
    models = work.runtime.models
    if plan.definition_key is not None:
        return models.process_to_start(work.connection, plan.definition_key, work.mark)
    if plan.process_id is None:
        raise InvalidInputError("Expected a process definition key or a process id, but got neither")
    if plan.version is None and plan.version_tag is None:
        row = models.find(work.connection, ProcessDefinitionRow, plan.process_id, mark=work.mark)
    else:
        row = find_version(
            work.connection,
            ProcessDefinitionRow,
            plan.process_id,
            version=plan.version,
            version_tag=plan.version_tag,
        )
    if row is None:
        version = "" if plan.version is None else f" version {plan.version}"
        version += "" if plan.version_tag is None else f" with the version tag {plan.version_tag!r}"
        raise NotFoundError(f"Expected process {plan.process_id!r}{version} to be deployed, but it is not")
    return models.process(work.connection, row.key)
