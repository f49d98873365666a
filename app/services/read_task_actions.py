"""Reads what somebody may do with a task now, whom and which steps they may choose, and what was done with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.task_verbs import WHO_MAY, Refusal, Relation, Standing, TurnKind, TurnState, Verb, why_not
from app.engine import ReturnPlan
from app.errors import ConflictError, ForbiddenError
from app.services.act_on_task import TaskInHand, look_at_task, open_words, stand
from app.services.find_return_targets import ReturnTarget, find_return_targets
from app.services.find_stand_in import find_away, in_place_of
from app.services.instance_tree import InstanceTree
from app.services.read_round import Round, read_round
from app.services.save_draft import Draft, load_draft
from app.services.take_turns import STILL_TO_COME, unseal_turn
from app.services.unit_of_work import UnitOfWork
from app.services.urge_task import next_urge_at
from app.services.withdraw_completion import plan_withdrawal
from app.storage.accounts import list_colleagues
from app.storage.task_actions import list_task_actions
from app.storage.task_turns import list_turns
from app.storage.task_watchers import list_watchers

MOST_COLLEAGUES = 500


@dataclass(frozen=True)
class EarlierStep:
    """A step the task can be returned to; `key` is what `return_task` wants as `step_key`.

    `cancels`: (step, assignee) of other people's open tasks that would end; `effects`: steps whose effects stay. Either
    makes a confirmation necessary. `why_no_resume`: why work cannot resume here directly; None if it can.
    """

    key: int
    element_id: str
    definition_key: int
    name: str | None
    done_by: tuple[str, ...]
    done_at: datetime
    is_round: bool
    cancels: tuple[tuple[str, str | None], ...]
    effects: tuple[str, ...]
    why_no_resume: str | None


@dataclass(frozen=True)
class Act:
    """One line of a task's history; `said` is the reason, comment or opinion. `opened_here`: it opened this task."""

    at: datetime
    actor: str
    verb: str
    person: str | None
    said: str | None
    details: Mapping[str, Any]
    opened_here: bool


@dataclass(frozen=True)
class Turn:
    """One person's turn at the task; `kind` and `state` are those of `app.domain.task_verbs`."""

    person: str
    kind: TurnKind
    state: TurnState
    asked_by: str
    asked_at: datetime
    ended_at: datetime | None
    reason: str | None
    opinion: str | None


@dataclass(frozen=True)
class TaskActions:
    """What a page needs to draw a task's buttons.

    `in_place_of`: the absent person whom the task is done for, or would be by the asker, and until before when that
    person is absent. `refusals`: every verb, with why it is refused, or None if it may be used. `colleagues`:
    (username, name) of whom the task may be given or shown to. `steps`: where it can be returned to, the default first.
    `turns`: delegates and signers before and after, in order. `round`: the countersign round that it is of, None where
    it is of none.
    """

    refusals: Mapping[Verb, Refusal | None]
    colleagues: Sequence[tuple[str, str]]
    steps: Sequence[EarlierStep]
    history: Sequence[Act]
    turns: Sequence[Turn]
    round: Round | None
    watchers: Sequence[str]
    draft: Draft
    in_place_of: tuple[str, datetime | None] | None

    def may(self, verb: str) -> bool:
        """Whether the verb, by its name, may be used now."""
        return self.refusals[Verb(verb)] is None


def read_task_actions(work: UnitOfWork, actor: Actor, task_key: int) -> TaskActions:
    """Return what this actor may do with a task; nothing is locked. NotFoundError also for one it may not see."""
    hand = look_at_task(work, actor, task_key)
    standing = stand(hand)
    targets = _targets(work, actor, hand.task.element_key, hand.instance.key, task_key) if hand.task.is_open else []
    targets = [one for one in targets if _may_return(actor, standing, one)]
    turns = list_turns(work.connection, task_key)
    round_ = read_round(work, actor, task_key)
    refusals = {verb: why_not(verb, standing) or _nothing_there(verb, hand, turns, round_) for verb in WHO_MAY}
    refusals[Verb.RETURN] = _no_return(standing, targets)
    refusals[Verb.WITHDRAW] = _no_withdrawal(hand)
    return TaskActions(
        refusals=refusals,
        colleagues=[
            (row.username, row.display_name)
            for row in list_colleagues(work.connection, MOST_COLLEAGUES)
            if row.username != actor.username
        ],
        steps=[_step(target) for target in sorted(targets, key=lambda one: one.done_at, reverse=True)],
        history=[_act(work, task_key, row) for row in list_task_actions(work.connection, task_key)],
        turns=[_turn(hand, row) for row in turns],
        round=round_,
        watchers=[row.username for row in list_watchers(work.connection, task_key)],
        draft=load_draft(work, task_key),
        in_place_of=_in_place_of(hand),
    )


def _in_place_of(hand: TaskInHand) -> tuple[str, datetime | None] | None:
    absent = hand.task.on_behalf_of or (in_place_of(hand.actor, hand.task) if hand.task.is_open else None)
    if absent is None:
        return None
    away = find_away(hand.work.connection, absent, hand.work.now)
    return absent, None if away is None else away.until


def _targets(work: UnitOfWork, actor: Actor, element_key: int, instance_key: int, task_key: int) -> list[ReturnTarget]:
    tree = InstanceTree(work, actor)
    run = tree.peek(instance_key)
    return [] if run is None else find_return_targets(work.connection, run, task_key, element_key, tree.peek)


def _may_return(actor: Actor, standing: Standing, target: ReturnTarget) -> bool:
    if target.plan.leaves_round:
        return actor.is_operator or actor.username in target.round_owners
    return bool(standing.relations & {Relation.HOLDER, Relation.OPERATOR})


def _no_return(standing: Standing, targets: Sequence[ReturnTarget]) -> Refusal | None:
    owns_round = any(target.plan.leaves_round for target in targets)
    refusal = why_not(Verb.RETURN, standing.also(Relation.HOLDER) if owns_round else standing)
    if refusal is None and not targets:
        return Refusal("no-step", f"Expected an earlier step to return user task {standing.key} to, but there is none")
    return refusal


def _nothing_there(verb: Verb, hand: TaskInHand, turns: Sequence[Row[Any]], round_: Round | None) -> Refusal | None:
    """Why a verb has nothing to be done to: no signer who has not acted, no running round, no pause since an urge."""
    task = f"user task {hand.task.key}"
    if verb is Verb.REDUCE and not any(
        turn.state in STILL_TO_COME and turn.kind != TurnKind.DELEGATE for turn in turns
    ):
        return Refusal("no-signer", f"Expected a signer of {task} who has not acted, but there is none")
    if verb in (Verb.ADD_TO_ROUND, Verb.DROP) and (round_ is None or not round_.is_running):
        return Refusal("no-round", f"Expected {task} to be of a running round, but it is of none")
    again_at = next_urge_at(hand.work, hand.task.key) if verb is Verb.URGE else None
    if again_at is not None:
        return Refusal("too-soon", f"Expected an hour between reminders, but {task} is urged again from {again_at}")
    return None


def _no_withdrawal(hand: TaskInHand) -> Refusal | None:
    try:
        plan_withdrawal(hand)
    except ForbiddenError as failure:
        return Refusal("not-completed", str(failure))
    except ConflictError as failure:
        return Refusal("not-possible", str(failure))
    return None


def _turn(hand: TaskInHand, row: Row[Any]) -> Turn:
    said = unseal_turn(hand.work, row)
    never_came = row.state in STILL_TO_COME and not hand.task.is_open
    return Turn(
        person=row.person,
        kind=TurnKind(row.kind),
        state=TurnState.REMOVED if never_came else TurnState(row.state),
        asked_by=row.asked_by,
        asked_at=row.asked_at,
        ended_at=row.ended_at,
        reason=said.get("reason"),
        opinion=said.get("opinion"),
    )


def _step(target: ReturnTarget) -> EarlierStep:
    plan: ReturnPlan = target.plan
    return EarlierStep(
        key=target.key,
        element_id=target.element_id,
        definition_key=target.run.row.definition_key,
        name=target.name,
        done_by=target.done_by,
        done_at=target.done_at,
        is_round=target.is_round,
        cancels=tuple((row.name or row.element_id, row.assignee) for row in target.cancels),
        effects=target.effects,
        why_no_resume=plan.why_no_resume,
    )


def _act(work: UnitOfWork, task_key: int, row: Row[Any]) -> Act:
    return Act(
        at=row.at,
        actor=row.actor,
        verb=row.verb,
        person=row.person,
        said=open_words(work, row),
        details=row.details or {},
        opened_here=row.opened_key == task_key,
    )
