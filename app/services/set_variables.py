"""Sets variables of a running instance from outside."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import HeldTransition
from app.errors import NotFoundError
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import find_instance_of_element


def set_variables(
    work: UnitOfWork, actor: Actor, scope_key: int, variables: Mapping[str, Any], *, local: bool = False
) -> HeldTransition | None:
    """Set variables at an element instance or process instance; `local` there, else each where it is known already.

    Returns what a user task's listeners still hold up, else None.

    Raises ForbiddenError, NotFoundError for an unknown scope, ConflictError when its instance has ended.
    """
    require_scope(actor, "operate")
    instance_key = find_instance_of_element(work.connection, scope_key)
    if instance_key is None:
        raise NotFoundError(f"Expected an element instance with key {scope_key}, but there is none")
    tree = InstanceTree(work, actor)
    run = tree.open(instance_key)
    held = run.instance.set_variables(scope_key, variables, local=local)
    details = {"scope": scope_key, "names": sorted(variables), "local": local}
    record_audit(work, actor, "UPDATE", "VARIABLE", scope_key, instance_key=instance_key, details=details)
    tree.settle(run)
    return held
