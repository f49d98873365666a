"""Adds a signer to a running countersign round (会签加签): a person, or a group where the round asks groups."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.organisation import GROUPS
from app.domain.task_verbs import Verb
from app.errors import ConflictError, InvalidInputError
from app.services.act_on_task import TaskInHand, record_act, require_reason, require_successor, take_in_hand
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account, list_members
from app.storage.rounds import find_round, list_round_tasks


def add_to_round(work: UnitOfWork, actor: Actor, task_key: int, signer: str, *, reason: str) -> int | None:
    """Let `signer` sign, too, and count; returns the new task's key, None where the round goes in turn.

    `task_key` is any open task of the round: the new one is like it, with `signer` in the place of who has it or may
    take it. Raises NotFoundError, ForbiddenError, InvalidInputError for a task of no round, ConflictError for somebody
    who is in it.
    """
    reason = require_reason(reason)
    hand = take_in_hand(work, actor, task_key, Verb.ADD_TO_ROUND)
    is_person = find_account(work.connection, signer) is not None
    if is_person:
        require_successor(hand, signer, reason)
    elif signer not in GROUPS and not list_members(work.connection, signer):
        raise InvalidInputError(f"Expected a person or a group to sign, but nobody is called {signer!r}")
    _require_new(hand, signer)
    task = hand.task
    named = {*task.candidate_groups, *task.candidate_users, *([task.assignee] if task.assignee else [])}
    begun = hand.run.instance.add_to_round(task_key, signer, named)
    outcome = hand.tree.settle(hand.run)
    opened = next((one for one in outcome.user_tasks if one.element_key == begun), None)
    if opened is not None and is_person and opened.assignee != signer and opened.state == "CREATED":
        hand.run.instance.assign_user_task(opened.key, signer, "assign")
        hand.tree.settle(hand.run)
    new_key = None if opened is None else opened.key
    key = record_act(hand, Verb.ADD_TO_ROUND, person=signer, said=reason, opened_key=new_key)
    people, groups = ([signer], []) if is_person else ([], [signer])
    tell_of_task(hand, Verb.ADD_TO_ROUND, people, groups=groups, action_key=key, reason=reason, task_key=new_key)
    return new_key


def _require_new(hand: TaskInHand, signer: str) -> None:
    connection = hand.work.connection
    body = find_round(connection, hand.task.element_key)
    rows = [] if body is None else list_round_tasks(connection, body.key, hand.instance.key)
    for row in rows:
        if row.state != "CANCELED" and signer in (row.assignee, row.ended_by, *row.candidate_groups):
            raise ConflictError(f"Expected a signer who is not in the round yet, but {signer} is")
