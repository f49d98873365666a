"""Sets how pressing a task is, from 0 to 100; inboxes can be ordered by it."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.engine import HeldTransition
from app.services.act_on_task import record_act, take_in_hand
from app.services.unit_of_work import UnitOfWork


def set_priority(
    work: UnitOfWork, actor: Actor, task_key: int, priority: int, *, reason: str = ""
) -> HeldTransition | None:
    """Set the priority; returns what task listeners still hold up, else None.

    Raises NotFoundError, ForbiddenError, InvalidInputError for another number, ConflictError.
    """
    hand = take_in_hand(work, actor, task_key, Verb.PRIORITIZE)
    held = hand.run.instance.update_user_task(task_key, {"priority": priority}, "priority")
    record_act(hand, Verb.PRIORITIZE, said=reason.strip(), details={"priority": priority})
    hand.tree.settle(hand.run)
    return held
