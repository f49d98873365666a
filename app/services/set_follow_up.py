"""Sets when a task is to be looked at again; its time limit and its process are not touched."""

from __future__ import annotations

from datetime import datetime

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.engine import HeldTransition
from app.errors import InvalidInputError
from app.services.act_on_task import record_act, take_in_hand
from app.services.unit_of_work import UnitOfWork


def set_follow_up(
    work: UnitOfWork, actor: Actor, task_key: int, at: datetime | None, *, note: str = ""
) -> HeldTransition | None:
    """Set the follow-up date, or with None clear it; returns what task listeners still hold up, else None.

    Raises NotFoundError, ForbiddenError, InvalidInputError for a date that is past, ConflictError for an ended task.
    """
    if at is not None and at <= work.now:
        raise InvalidInputError(f"Expected a follow-up date that is still to come, but it is {at.isoformat()}")
    hand = take_in_hand(work, actor, task_key, Verb.FOLLOW_UP)
    held = hand.run.instance.update_user_task(task_key, {"follow_up_at": at}, "follow-up")
    record_act(hand, Verb.FOLLOW_UP, said=note.strip(), details={"at": at.isoformat() if at is not None else None})
    hand.tree.settle(hand.run)
    return held
