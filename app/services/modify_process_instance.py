"""Moves the tokens of a running instance by hand: activates, moves and terminates element instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import Activate, Move, Terminate
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class Modification:
    """What to change, all or nothing."""

    activate: Sequence[Activate] = ()
    move: Sequence[Move] = ()
    terminate: Sequence[Terminate] = ()


def modify_process_instance(work: UnitOfWork, actor: Actor, instance_key: int, modification: Modification) -> None:
    """Modify a running instance. Raises ForbiddenError, NotFoundError, ConflictError, ModificationRefusedError."""
    require_scope(actor, "operate")
    tree = InstanceTree(work, actor)
    run = tree.open(instance_key)
    run.instance.modify(activate=modification.activate, move=modification.move, terminate=modification.terminate)
    record_audit(work, actor, "MODIFY", "PROCESS_INSTANCE", instance_key, instance_key=instance_key)
    tree.settle(run)
