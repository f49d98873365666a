"""Starts the processes whose conditional start events hold for given variables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine.triggers import ConditionalTrigger
from app.feel import Environment, to_feel
from app.services.deployed_models import DeployedProcess
from app.services.instance_tree import InstanceTree
from app.services.process_environment import process_environment
from app.services.record_audit import record_audit
from app.services.see_cluster_variables import add_cluster_variables
from app.services.see_complaint import require_sight_of_number
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import NewInstance
from app.storage.subscriptions import list_condition_starts


def evaluate_conditionals(
    work: UnitOfWork, actor: Actor, variables: Mapping[str, Any], definition_key: int | None = None
) -> list[tuple[int, int]]:
    """Start an instance, with the variables, for each conditional start event that is true for them, all or none.

    Of the processes' latest versions, or only of the version `definition_key`. Returns (definition key, instance key)
    of each. A condition that cannot be evaluated does not hold. Raises ForbiddenError; NotFoundError for an unknown
    version.
    """
    require_scope(actor, "start")
    require_sight_of_number(work, actor, None, variables)
    if definition_key is not None:
        work.runtime.models.process(work.connection, definition_key)
    environment = process_environment(work.runtime, work.connection, work.now)
    seen = {name: to_feel(value) for name, value in variables.items()}
    started = []
    for row in list_condition_starts(work.connection, definition_key):
        process = work.runtime.models.process(work.connection, row.definition_key)
        if not _holds(work, process, row, variables, seen, environment):
            continue
        tree = InstanceTree(work, actor)
        new = NewInstance(started_by=actor.username)
        run = tree.start(process, variables, new, start_element=row.element_id)
        record_audit(work, actor, "CREATE", "PROCESS_INSTANCE", run.row.key, instance_key=run.row.key)
        tree.settle(run)
        started.append((process.key, run.row.key))
    return started


def _holds(
    work: UnitOfWork,
    process: DeployedProcess,
    row: Row[Any],
    variables: Mapping[str, Any],
    seen: dict[str, Any],
    environment: Environment,
) -> bool:
    """Whether the condition holds: `seen` are `variables` as FEEL's, and the cluster variables once one names them."""
    for trigger in process.definition.elements[row.element_id].triggers:
        if not isinstance(trigger, ConditionalTrigger) or trigger.condition.text != row.condition:
            continue
        if trigger.variable_names and trigger.variable_names.isdisjoint(variables):
            return False
        expression = trigger.condition.expression
        if expression is None:
            return False
        add_cluster_variables(work.connection, expression.free_names, seen)
        return expression.evaluate(seen, environment).value is True
    return False
