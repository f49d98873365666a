"""Records a transfer and tells of it; one that task listeners hold up is only asked for until they have let it.

Knows neither who may transfer a task nor how it is assigned.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.task_verbs import Handover, Verb
from app.engine import HeldTransition
from app.engine.values import decode
from app.services.act_on_task import TaskInHand, lock_task, open_words, record_act
from app.services.take_turns import move_signature
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.jobs import TOLD_HEADER
from app.storage.task_actions import find_last_action

TRANSITION = "transition"
"""Names in what is asked for which decision of listeners it waits for."""


def record_transfer(hand: TaskInHand, to: str | None, reason: str | None, details: Mapping[str, Any]) -> None:
    """Record that the task was given to `to`, with the signature that is asked of who has it, and tell `to`."""
    key = record_act(hand, Verb.TRANSFER, person=to, said=reason, details=details, operation="ASSIGN")
    if to is None:  # listeners gave it back to its group instead
        return
    if hand.task.hold is not None:
        move_signature(hand.work, hand.task.key, to)
    tell_of_task(hand, Verb.TRANSFER, [to], action_key=key, reason=reason)


def record_asked_transfer(
    hand: TaskInHand, to: str, reason: str, details: Mapping[str, Any], held: HeldTransition
) -> None:
    """Record that a transfer was asked for that task listeners hold up; nobody is told of it yet."""
    asked = {**details, TRANSITION: str(held.key)}
    record_act(hand, Handover.ASK_TRANSFER, person=to, said=reason, details=asked)


def record_held_transfer(work: UnitOfWork, job: Row[Any]) -> None:
    """Record the transfer that the listener of `job` has let, as done by who asked for it.

    Nothing is recorded for other jobs and assignments, and while other listeners have still to decide.
    """
    if job.kind != "TASK_LISTENER" or job.listener_event != "ASSIGNING":
        return
    asked = find_last_action(work.connection, job.user_task_key, Handover.ASK_TRANSFER)
    transition = str(decode(job.headers[TOLD_HEADER]).get(TRANSITION))
    if asked is None or asked.details[TRANSITION] != transition:
        return
    hand = lock_task(work, Actor(asked.actor), job.user_task_key)
    if hand.task.state == "CREATED":
        details = {name: value for name, value in asked.details.items() if name != TRANSITION}
        record_transfer(hand, hand.task.assignee, open_words(work, asked), details)
