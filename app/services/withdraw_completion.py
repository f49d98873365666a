"""Takes back one's own completion of a task while nobody has claimed or acted on what it opened (撤回).

What it opened is cancelled, the task is open again with the answers as a draft; legal deadlines are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.domain.task_verbs.passing import PASSING, PLAIN_EVENTS
from app.engine import Element, ReturnPlan, WalkedStep
from app.errors import ConflictError, ForbiddenError
from app.services.act_on_task import TaskInHand, lock_task, record_act, require_part
from app.services.read_earlier_answers import read_answers_of
from app.services.restore_status import restore_status
from app.services.save_draft import store_draft
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import find_child_keys, list_tree
from app.storage.opened_since import find_touch, find_worker, list_completed_in
from app.storage.rounds import find_round
from app.storage.user_tasks import find_user_task, list_open_tasks, write_on_behalf_of
from app.storage.variables import list_own_variables
from app.storage.walked_steps import list_completed_since, list_scopes


def withdraw_completion(work: UnitOfWork, actor: Actor, task_key: int, *, reason: str = "") -> int | None:
    """Undo the completion of `task_key`; returns the key of the task that is open again in its place.

    None where listeners still hold the new task up. Raises NotFoundError; ForbiddenError for others than who completed
    it; ConflictError when it was not completed, when somebody has acted since, and when its process or its round is
    over.
    """
    hand = lock_task(work, actor, task_key)
    require_part(hand)
    task, plan, told = hand.task, plan_withdrawal(hand), []
    element_key = None
    if plan is None:
        element_key = _sign_again(hand)
    else:
        told = [row.assignee for row in _opened_tasks(hand, plan) if row.assignee]
        hand.run.instance.return_to(plan)
    outcome = hand.tree.settle(hand.run)
    opened = [
        one
        for one in outcome.user_tasks
        if one.element_id == task.element_id and one.state == "CREATED" and element_key in (None, one.element_key)
    ]
    new_key = opened[0].key if len(opened) == 1 else None
    if new_key is not None:
        _give_back(hand, new_key)
    row = find_user_task(work.connection, task_key)
    assert row is not None
    restore_status(work, actor, hand.complaint, row.created_at)
    key = record_act(hand, Verb.WITHDRAW, said=reason.strip(), opened_key=new_key)
    tell_of_task(hand, Verb.WITHDRAW, told, action_key=key, reason=reason.strip() or None, task_key=new_key)
    return new_key


def plan_withdrawal(hand: TaskInHand) -> ReturnPlan | None:
    """Return what taking the completion back would do, None for one's signature in a running round.

    Raises ForbiddenError and ConflictError where it cannot be.
    """
    task, actor, connection = hand.task, hand.actor, hand.work.connection
    if task.ended_by != actor.username and not actor.is_operator:
        by = f"{task.ended_by} did" if task.ended_by else "nobody has"
        raise ForbiddenError(f"Expected '{actor.username}' to have completed user task {task.key}, but {by}")
    if task.state != "COMPLETED":
        raise ConflictError(f"Expected user task {task.key} to be COMPLETED, but it is {task.state}")
    run = hand.run
    body = find_round(connection, task.element_key)
    if body is not None:
        loop = run.process.definition.elements[task.element_id].loop
        if body.ended_at is not None or getattr(loop, "sequential", False):
            raise ConflictError(f"Expected the round of {task.element_id!r} to wait for others, but it has moved on")
        return None
    row = find_user_task(connection, task.key)
    assert row is not None
    scope_key = list_scopes(connection, hand.instance.key, task.element_key)[0]
    since = list_completed_since(connection, scope_key, hand.instance.key, row.ended_at, task.element_key)
    step = WalkedStep(task.element_id, scope_key, frozenset(since), frozenset(run.row.flows))
    plan = run.instance.plan_withdrawal(step)
    _require_untouched(hand, plan)
    return plan


def _sign_again(hand: TaskInHand) -> int:
    """Open one's own signature in a running round again; returns the new element instance's key."""
    connection, element_key = hand.work.connection, hand.task.element_key
    body = find_round(connection, element_key)
    assert body is not None
    own = list_own_variables(connection, [element_key])[element_key]
    return hand.run.instance.sign_again(body.key, int(own["loopCounter"]) - 1, own)


def _instances_below(hand: TaskInHand, plan: ReturnPlan) -> list[int]:
    """The running instances that calls among what ends have started."""
    connection, instance = hand.work.connection, hand.instance
    children = [child for call in plan.calls for child in find_child_keys(connection, instance.key, call)]
    return [key for child in children for key in list_tree(connection, instance.root_key, child)]


def _opened_tasks(hand: TaskInHand, plan: ReturnPlan) -> Sequence[Row[Any]]:
    return list_open_tasks(hand.work.connection, plan.tasks, _instances_below(hand, plan))


def _require_untouched(hand: TaskInHand, plan: ReturnPlan) -> None:
    """Nothing that the completion led to may have been acted on, or have had an effect."""
    connection, instance = hand.work.connection, hand.instance
    elements = hand.run.process.definition.elements
    below = _instances_below(hand, plan)
    inside = [row.element_id for row in list_completed_in(connection, [instance.key], plan.within)]
    acted = [name for name in (*plan.redone, *inside) if _acts(elements[name])]
    acted += [row.element_id for row in list_completed_in(connection, below) if row.type not in PASSING]
    if acted:
        name = elements[acted[0]].name if acted[0] in elements else None
        raise ConflictError(f"Expected nothing to have happened since, but {name or acted[0]!r} has")
    keys = [instance.key, *below]
    tasks = [row.key for row in _opened_tasks(hand, plan)]
    who = find_touch(connection, keys, tasks) or find_worker(connection, keys, plan.within)
    if who is not None:
        raise ConflictError(f"Expected nobody to have taken up what was opened, but {who} has")


def _acts(element: Element) -> bool:
    """Whether passing the element did more than send a token on."""
    if element.job is not None or element.publish is not None:
        return True
    is_plain_event = element.type in PLAIN_EVENTS and not element.triggers
    return element.type not in PASSING and not is_plain_event


def _give_back(hand: TaskInHand, new_key: int) -> None:
    """Let who completed it have the new task, with the answers as they were sent."""
    work, task, doer = hand.work, hand.task, hand.task.ended_by
    row = find_user_task(work.connection, new_key)
    if doer is not None and row is not None and row.assignee != doer:
        hand.run.instance.assign_user_task(new_key, doer, "withdraw")
        hand.tree.settle(hand.run)
        write_on_behalf_of(work.connection, new_key, task.on_behalf_of)
    answers = read_answers_of(work.connection, task.form_key, task.element_key)
    if answers:
        store_draft(work, doer or hand.actor.username, new_key, hand.instance.key, answers, 1)
