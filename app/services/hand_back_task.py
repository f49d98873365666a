"""Ends one's turn at a task that was lent: a delegate's work, or the opinion of a signer before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.task_verbs import TurnKind, TurnState, Verb
from app.errors import InvalidInputError
from app.services.act_on_task import record_act, take_in_hand
from app.services.save_draft import load_draft, store_draft
from app.services.take_turns import end_turn, go_to_next, open_turns
from app.services.unit_of_work import UnitOfWork


def hand_back_task(
    work: UnitOfWork, actor: Actor, task_key: int, *, opinion: str = "", answers: Mapping[str, Any] | None = None
) -> None:
    """Give the task on to the next signer before, or back to who is accountable; only a delegate brings `answers`.

    The answers become the task's draft; they are checked when the task is completed. Raises NotFoundError,
    ForbiddenError, InvalidInputError for a signer without an opinion, ConflictError when the task is not lent.
    """
    hand = take_in_hand(work, actor, task_key, Verb.HAND_BACK)
    turn, opinion = open_turns(work, task_key)[0], opinion.strip()
    if turn.kind == TurnKind.BEFORE and not opinion:
        raise InvalidInputError(f"Expected an opinion on user task {task_key}, but there is none")
    if turn.kind == TurnKind.BEFORE and answers:
        raise InvalidInputError("Expected an opinion only, since the answers are the accountable person's")
    end_turn(hand, turn, TurnState.DONE, opinion=opinion, answers=dict(answers or {}))
    if answers:
        store_draft(work, actor.username, task_key, hand.instance.key, answers, load_draft(work, task_key).version + 1)
    key = record_act(hand, Verb.HAND_BACK, person=turn.asked_by, said=opinion, details={"turn": turn.kind})
    go_to_next(hand, key, back_to=turn.asked_by)
