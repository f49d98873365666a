"""Gives a task to another person for good (转办): who had it is out, its time limit goes on."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.engine import HeldTransition
from app.errors import ConflictError
from app.services.act_on_task import require_reason, require_successor, take_in_hand
from app.services.record_transfer import record_asked_transfer, record_transfer
from app.services.unit_of_work import UnitOfWork


def transfer_task(work: UnitOfWork, actor: Actor, task_key: int, to: str, *, reason: str) -> HeldTransition | None:
    """Assign the task to `to`, who is told why and how much time is left; drafts stay with the task.

    Returns what task listeners still hold up, else None; `to` is told of that when they have let it. Raises
    NotFoundError, ForbiddenError, InvalidInputError for nobody or no reason, and ConflictError when the task has ended,
    is suspended, is lent to a delegate, or is `to`'s already.
    """
    reason = require_reason(reason)
    hand = take_in_hand(work, actor, task_key, Verb.TRANSFER)
    require_successor(hand, to, reason)
    if hand.task.assignee == to:
        raise ConflictError(f"Expected another person than {to} to transfer user task {task_key} to, but {to} has it")
    held = hand.run.instance.assign_user_task(task_key, to, "transfer")
    hand.tree.settle(hand.run)
    details = {"from": hand.task.assignee} if hand.task.assignee else {}
    if held is None:
        record_transfer(hand, to, reason, details)
    else:
        record_asked_transfer(hand, to, reason, details, held)
    return held
