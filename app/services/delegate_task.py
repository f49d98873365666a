"""Lets another person work on a task in one's place (委派); it comes back to be finished by who is accountable."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.task_verbs import TurnKind, Verb
from app.errors import ConflictError
from app.services.act_on_task import record_act, require_reason, require_successor, take_in_hand
from app.services.take_turns import ask_for_turns
from app.services.unit_of_work import UnitOfWork


def delegate_task(work: UnitOfWork, actor: Actor, task_key: int, to: str, *, reason: str) -> None:
    """Lend the task to `to`; its time limit goes on, and it cannot be completed until it is handed or taken back.

    Raises NotFoundError, ForbiddenError, InvalidInputError, and ConflictError when it has ended, is suspended or
    lent, or task listeners decide who gets it.
    """
    reason = require_reason(reason)
    hand = take_in_hand(work, actor, task_key, Verb.DELEGATE)
    if to == hand.task.assignee:
        raise ConflictError(f"Expected another person than {to} to delegate user task {task_key} to, but {to} has it")
    require_successor(hand, to, reason)
    key = record_act(hand, Verb.DELEGATE, person=to, said=reason)
    ask_for_turns(hand, TurnKind.DELEGATE, [to], reason, key)
