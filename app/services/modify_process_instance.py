"""Moves the tokens of a running instance by hand: activates, moves and terminates element instances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.engine import Activate, ModificationRefusedError, Move, Terminate
from app.engine.kinds import Ended
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
    """Modify a running instance. Raises ForbiddenError, NotFoundError, ConflictError, ModificationRefusedError.

    One that another called is not ended by it: the call activity would wait for ever.
    """
    require_scope(actor, "operate")
    tree = InstanceTree(work, actor)
    run = tree.open(instance_key)
    run.instance.modify(activate=modification.activate, move=modification.move, terminate=modification.terminate)
    record_audit(work, actor, "MODIFY", "PROCESS_INSTANCE", instance_key, instance_key=instance_key)
    outcome = tree.settle(run)
    if outcome.ended is Ended.TERMINATED and run.row.parent_key is not None:
        problem = (
            f"Expected {instance_key} to go on, but nothing is left in it; modify {run.row.parent_key}, which called it"
        )
        raise ModificationRefusedError([problem])
