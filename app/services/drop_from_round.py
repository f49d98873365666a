"""Takes a member off a running countersign round who has not signed yet (减签)."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.task_verbs import Relation, Verb
from app.services.act_on_task import lock_task, record_act, require_may, require_part, require_reason, stand
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.task_actions import was_added_by


def drop_from_round(work: UnitOfWork, actor: Actor, task_key: int, *, reason: str) -> None:
    """End the member's open task `task_key`; the round goes on without it, or ends when all others have signed.

    Who added the member may, its superior, and an operator. Raises NotFoundError, ForbiddenError, InvalidInputError for
    a task of no round or when nobody would be left, ConflictError for a task that has ended or is lent.
    """
    reason = require_reason(reason)
    hand = lock_task(work, actor, task_key)
    standing = stand(hand)
    if was_added_by(work.connection, task_key, actor.username):
        standing = standing.also(Relation.ACCOUNTABLE)
    require_part(hand, standing)
    require_may(Verb.DROP, standing)
    hand.run.instance.drop_from_round(task_key)
    hand.tree.settle(hand.run)
    people = [hand.task.assignee] if hand.task.assignee else []
    key = record_act(hand, Verb.DROP, person=hand.task.assignee, said=reason)
    tell_of_task(hand, Verb.REDUCE, people, action_key=key, reason=reason)
