"""Asks others to sign a task: with an opinion before it can be completed (前加签), or after it was (后加签)."""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.task_verbs import TurnKind, Verb
from app.errors import ConflictError, InvalidInputError
from app.services.act_on_task import record_act, require_reason, require_successor, take_in_hand
from app.services.take_turns import ask_for_turns, open_turns
from app.services.unit_of_work import UnitOfWork

MOST_SIGNERS = 20
VERBS = {TurnKind.BEFORE: Verb.ADD_BEFORE, TurnKind.AFTER: Verb.ADD_AFTER}


def add_signers(
    work: UnitOfWork, actor: Actor, task_key: int, people: Sequence[str], *, kind: TurnKind, reason: str
) -> None:
    """Add signers `kind` BEFORE or AFTER, one after the other in the order given.

    Raises NotFoundError, ForbiddenError, InvalidInputError, and ConflictError when the task has ended, is suspended or
    lent, or one of them has it, or waits to sign it, already.
    """
    reason = require_reason(reason)
    if not 0 < len(people) <= MOST_SIGNERS or len(set(people)) < len(people):
        raise InvalidInputError(f"Expected 1 to {MOST_SIGNERS} different people to sign, but got {len(people)}")
    hand = take_in_hand(work, actor, task_key, VERBS[kind])
    waiting = {turn.person for turn in open_turns(work, task_key)} | {hand.task.assignee}
    for name in people:
        if name in waiting:
            raise ConflictError(f"Expected signers that user task {task_key} does not have yet, but {name} is one")
        require_successor(hand, name, reason)
    key = record_act(hand, VERBS[kind], person=people[0], said=reason, details={"people": list(people)})
    ask_for_turns(hand, kind, people, reason, key)
