"""Takes a task back that was lent to a delegate or to signers before; those still to come are not asked any more."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.task_verbs import TurnState, Verb
from app.services.act_on_task import record_act, take_in_hand
from app.services.take_turns import LENT, end_turn, go_to_next, open_turns
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork


def take_back_task(work: UnitOfWork, actor: Actor, task_key: int, *, reason: str = "") -> None:
    """Give the task back to who is accountable for it; opinions given so far stay.

    Raises NotFoundError, ForbiddenError for others than who lent it, their superior or an operator, and ConflictError
    when it is not lent.
    """
    hand = take_in_hand(work, actor, task_key, Verb.TAKE_BACK)
    lent = [turn for turn in open_turns(work, task_key) if turn.kind in LENT]
    for turn in lent:
        end_turn(hand, turn, TurnState.REMOVED)
    key = record_act(hand, Verb.TAKE_BACK, person=hand.task.assignee, said=reason.strip())
    go_to_next(hand, key, back_to=lent[0].asked_by)
    tell_of_task(hand, Verb.TAKE_BACK, [lent[0].person], action_key=key, reason=reason.strip() or None)
