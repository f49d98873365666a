"""Broadcasts a signal to everything that waits for it now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import UnknownKeyError
from app.errors import ConflictError
from app.services.instance_tree import InstanceTree
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import NewInstance
from app.storage.subscriptions import find_signal_subscriptions


def broadcast_signal(
    work: UnitOfWork, actor: Actor, name: str, variables: Mapping[str, Any], *, thrown_by: int | None = None
) -> int:
    """Deliver the signal to all open subscriptions and start events, or to none; returns the signal's key.

    `thrown_by` is the instance that threw it, whose own catches the engine has served. Raises ForbiddenError. Call
    trees are locked in the order of their keys, so two broadcasts do not wait for each other.
    """
    require_scope(actor, "operate")
    trees: dict[int, InstanceTree] = {}
    for one in find_signal_subscriptions(work.connection, name):
        if one.instance_key is None:
            process = work.runtime.models.process(work.connection, one.definition_key)
            tree = InstanceTree(work, actor)
            new = NewInstance(started_by=actor.username)
            tree.settle(tree.start(process, variables, new, start_element=one.element_id))
        elif one.instance_key != thrown_by:
            tree = trees.setdefault(one.root_key, InstanceTree(work, actor))
            _deliver(tree, one.instance_key, one.key, variables)
    return work.next_key()


def _deliver(tree: InstanceTree, instance_key: int, subscription_key: int, variables: Mapping[str, Any]) -> None:
    try:
        run = tree.open(instance_key)
        run.instance.deliver_signal(subscription_key, variables)
    except (ConflictError, UnknownKeyError):
        return  # ended, suspended or no longer waiting, by a command that was first
    tree.settle(run)
