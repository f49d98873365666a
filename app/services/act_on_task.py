"""What every verb on a task shares: taking the task in hand, checked, and recording what was done with it.

Owns no verb. A task in hand is locked with its instance until the transaction ends; who may is decided on what was read
under that lock.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.sight import OVERSEE
from app.domain.task_verbs import Handover, Hold, Refusal, Relation, Standing, TurnState, Verb, why_not
from app.engine.model import Element
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.check_recusal import check_recusal
from app.services.find_stand_in import in_place_of
from app.services.instance_tree import InstanceTree, Run
from app.services.record_task_action import TaskAction, record_task_action
from app.services.search_records import UnseenRecordError
from app.services.see_complaint import is_recused_from
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account
from app.storage.complaints import find_complaint
from app.storage.instances import LockedInstance, read_instance
from app.storage.rounds import find_who_ended
from app.storage.task_actions import has_action
from app.storage.task_turns import list_turns
from app.storage.task_watchers import watches_instance
from app.storage.types import read_json
from app.storage.user_tasks import LockedTask, has_worked_on, lock_user_task, read_task_row

LEFT_ALONE = (Handover.NO_STAND_IN, Handover.STRANDED)
"""What compliance was told of: then it may give the complaint's task on, as a superior does."""


@dataclass
class TaskInHand:
    """A locked task and its instance; `open` loads the instance for verbs that move it."""

    work: UnitOfWork
    actor: Actor
    task: LockedTask
    instance: LockedInstance
    mark: int

    @cached_property
    def tree(self) -> InstanceTree:
        """The call tree this command holds."""
        return InstanceTree(self.work, self.actor)

    @cached_property
    def run(self) -> Run:
        """The instance, loaded; ConflictError when it is suspended."""
        return self.tree.adopt(self.instance, self.mark)

    @cached_property
    def complaint(self) -> Row[Any] | None:
        """The complaint that the task belongs to, if it is one's."""
        number = self.instance.business_id
        return None if number is None else find_complaint(self.work.connection, number)

    @cached_property
    def element(self) -> Element | None:
        """The step as drawn."""
        process = self.work.runtime.models.process(self.work.connection, self.instance.definition_key)
        return process.definition.elements.get(self.task.element_id)

    @property
    def step(self) -> str:
        """The step's name as drawn, its id without one."""
        return (self.element.name if self.element is not None else None) or self.task.element_id


def take_in_hand(work: UnitOfWork, actor: Actor, task_key: int, verb: Verb) -> TaskInHand:
    """Lock a task for a verb.

    Raises NotFoundError also for who has no part in it; ForbiddenError; ConflictError with who has it, or ended it.
    """
    hand = lock_task(work, actor, task_key)
    require_part(hand)
    require_may(verb, stand(hand))
    return hand


def lock_task(work: UnitOfWork, actor: Actor, task_key: int) -> TaskInHand:
    """Lock a task, whoever may; NotFoundError."""
    found = lock_user_task(work.connection, task_key)
    if found is None:
        raise NotFoundError(f"Expected a user task with key {task_key}, but there is none")
    task, instance, mark = found
    return TaskInHand(work, actor, task, instance, mark)


def look_at_task(work: UnitOfWork, actor: Actor, task_key: int) -> TaskInHand:
    """Read a task without locking it, to be looked at only; NotFoundError also for who has no part in it."""
    task = read_task_row(work.connection, task_key)
    if task is not None:
        instance_key, locked = task
        hand = TaskInHand(work, actor, locked, read_instance(work.connection, instance_key), work.mark)
        require_part(hand)
        return hand
    raise NotFoundError(f"Expected a user task with key {task_key}, but there is none")


def require_part(hand: TaskInHand, standing: Standing | None = None) -> None:
    """Raise NotFoundError, as if there were no such task, for who has no part in it: every verb and page asks this."""
    if _is_recused(hand) or ("read" not in hand.actor.scopes and not (standing or stand(hand)).relations):
        raise UnseenRecordError(f"Expected a user task with key {hand.task.key}, but there is none")


def _is_recused(hand: TaskInHand) -> bool:
    """Whether the task's complaint is hidden from the actor, because it is about them."""
    actor, complaint = hand.actor, hand.complaint if hand.actor.recused else None
    return complaint is not None and is_recused_from(hand.work.connection, actor, complaint.key)


def require_may(verb: Verb, standing: Standing) -> None:
    """Raise what refuses the verb."""
    refusal = why_not(verb, standing)
    if refusal is not None:
        raise refused(refusal)


def refused(refusal: Refusal) -> ForbiddenError | ConflictError:
    """Return the error that tells a refusal."""
    return (ForbiddenError if refusal.is_forbidden else ConflictError)(refusal.message)


def stand(hand: TaskInHand) -> Standing:
    """Return how the task stands, and how the actor stands to it."""
    task = hand.task
    return Standing(
        key=task.key,
        state=task.state,
        assignee=task.assignee,
        ended_by=who_ended(hand.work, task, hand.instance.key),
        hold=None if task.hold is None else Hold(task.hold),
        is_suspended=hand.instance.status == "SUSPENDED",
        relations=_relations(hand),
        username=hand.actor.username,
    )


def who_ended(work: UnitOfWork, task: LockedTask, instance_key: int) -> str | None:
    """Return who completed a task, returned it, or decided the round that it was of; None where nobody did."""
    if task.state != "CANCELED":
        return task.ended_by
    return find_who_ended(work.connection, task.key, task.element_key, instance_key)


def _relations(hand: TaskInHand) -> frozenset[Relation]:
    actor, task, connection = hand.actor, hand.task, hand.work.connection
    found = {Relation.OPERATOR} if actor.is_operator else set()
    if "work" not in actor.scopes:
        return frozenset(found)
    if task.assignee is not None and task.assignee in {actor.username, *actor.stands_in_for}:
        found.add(Relation.HOLDER)
    elif actor.may_work_on(None, task.candidate_groups, task.candidate_users):
        found.add(Relation.CANDIDATE if task.assignee is None else Relation.INVOLVED)
    turns = list_turns(connection, task.key) if task.hold is not None else []
    answerable = {turn.asked_by for turn in turns if turn.state in (TurnState.OPEN, TurnState.WAITING)}
    above = {task.assignee, *answerable} if task.assignee is not None else {*task.candidate_users}
    if not actor.supervises.isdisjoint(above):
        found.add(Relation.SUPERIOR)
    if hand.complaint is not None and OVERSEE in actor.scopes and has_action(connection, task.key, *LEFT_ALONE):
        found.add(Relation.SUPERIOR)
    if not answerable.isdisjoint({actor.username, *actor.stands_in_for}):
        found.add(Relation.ACCOUNTABLE)
    if task.on_behalf_of == actor.username or any(turn.person == actor.username for turn in turns):
        found.add(Relation.INVOLVED)
    if hand.complaint is not None and hand.complaint.recorded_by == actor.username:
        found.add(Relation.INVOLVED)
    if watches_instance(connection, hand.instance.key, actor.username) or has_worked_on(
        connection, hand.instance.root_key, actor.username
    ):
        found.add(Relation.INVOLVED)
    if (
        not found
        and task.hold is None
        and any(turn.person == actor.username for turn in list_turns(connection, task.key))
    ):
        found.add(Relation.INVOLVED)  # had a turn, which is over
    return frozenset(found)


def record_act(
    hand: TaskInHand,
    verb: Verb | Handover,
    *,
    person: str | None = None,
    said: str | None = None,
    details: Mapping[str, Any] | None = None,
    opened_key: int | None = None,
    operation: str = "UPDATE",
) -> int:
    """Record a verb in the audit log, the task's history and its complaint's timeline; returns the history's key.

    `said` (a reason, a comment) is kept sealed, and in the task's history only. `operation` is the audit log's word.
    """
    complaint, absent = hand.complaint, in_place_of(hand.actor, hand.task)
    if absent is not None:
        details = {**(details or {}), "onBehalfOf": absent}
    action = TaskAction(
        verb=verb,
        task_key=hand.task.key,
        instance_key=hand.instance.key,
        step=hand.step,
        complaint_key=None if complaint is None else complaint.key,
        person=person,
        said=said,
        details=details,
        opened_key=opened_key,
        operation=operation,
    )
    return record_task_action(hand.work, hand.actor, action)


def open_words(work: UnitOfWork, row: Row[Any]) -> str | None:
    """Return what was said with a line of a task's history."""
    if row.sealed is None:
        return None
    said: str = read_json(work.runtime.sealer.open(row.sealed, f"task_action.sealed:{row.key}"))
    return said


def require_reason(reason: str) -> str:
    """Return the reason without blanks around it; InvalidInputError for none."""
    if not reason.strip():
        raise InvalidInputError("Expected a reason, since somebody else is affected, but there is none")
    return reason.strip()


def require_colleague(hand: TaskInHand, username: str) -> Row[Any]:
    """Return the active account that a task is to be given to, or shown; InvalidInputError for nobody."""
    account = find_account(hand.work.connection, username)
    if account is None:
        raise InvalidInputError(f"Expected an active account, but nobody is called {username!r}")
    return account


def require_successor(hand: TaskInHand, username: str, reason: str) -> Row[Any]:
    """Return the account that is to work on a task; raises InvalidInputError, and what recusal raises."""
    account = require_colleague(hand, username)
    check_recusal(hand.work, hand.actor, hand.task, username, reason)
    return account
