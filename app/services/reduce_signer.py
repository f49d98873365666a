"""Takes a signer off a task who has not acted yet (减签): one who was added to it, or a member of a round."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.task_verbs import TurnKind, TurnState, Verb
from app.errors import ConflictError
from app.services.act_on_task import TaskInHand, record_act, require_reason, take_in_hand
from app.services.complete_user_task import finish_task
from app.services.take_turns import begin_signature, end_turn, go_to_next, open_turns, unseal_turn
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.user_tasks import write_hold


def reduce_signer(work: UnitOfWork, actor: Actor, task_key: int, person: str, *, reason: str) -> None:
    """Take off the signer `person`, who is told; the task goes to whoever is next.

    A signer after whose turn it is and who is the last leaves a task with everything answered: it is completed. Raises
    NotFoundError, ForbiddenError, InvalidInputError, and ConflictError when he is no signer or has acted.
    """
    reason = require_reason(reason)
    hand = take_in_hand(work, actor, task_key, Verb.REDUCE)
    turns = [turn for turn in open_turns(work, task_key) if turn.person == person and turn.kind != TurnKind.DELEGATE]
    if not turns:
        raise ConflictError(f"Expected {person} to be a signer of user task {task_key} still to act, but it is not so")
    turn = turns[0]
    end_turn(hand, turn, TurnState.REMOVED)
    key = record_act(hand, Verb.REDUCE, person=person, said=reason, details={"turn": turn.kind})
    tell_of_task(hand, Verb.REDUCE, [person], action_key=key, reason=reason)
    if turn.state == TurnState.OPEN and turn.kind == TurnKind.BEFORE:
        go_to_next(hand, key, back_to=turn.asked_by)
    elif turn.kind == TurnKind.AFTER:
        _without_signature(hand, turn, key)


def _without_signature(hand: TaskInHand, turn: Row[Any], action_key: int) -> None:
    work = hand.work
    after = [one for one in open_turns(work, hand.task.key) if one.kind == TurnKind.AFTER]
    if turn.state == TurnState.WAITING:
        if not after:
            write_hold(work.connection, hand.task.key, None)
        return
    answered = unseal_turn(work, turn).get("brought", {})
    if after:
        begin_signature(hand, after[0], answered, action_key)
        return
    finish_task(hand, answered)
