"""Gives tasks that absent people were just given to who stands in for them (代办), and says so.

Whatever gives a task (a model, a verb, a rule, the engine API) comes by here once it is recorded. What somebody takes
by oneself stays where it is: who takes it is there. Where nobody can stand in, the task stays, and a superior is told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row

from app.domain.actor import SYSTEM, Actor
from app.domain.task_verbs import Handover
from app.engine import Instance, Outcome
from app.engine.kinds import Kind
from app.services.find_leader import find_leader
from app.services.find_stand_in import WhyNot, find_away, why_not_stand_in
from app.services.leave_task_notice import TaskNews, leave_task_notice
from app.services.record_task_action import TaskAction, record_task_action
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_any_account
from app.storage.complaints import find_complaint
from app.storage.instances import LockedInstance
from app.storage.user_tasks import find_user_task, read_task_row, write_on_behalf_of

WATCHERS = "consumer_protection"
"""Who is told of a task that nobody can do, where the absent person has no superior."""


def divert_to_stand_ins(
    work: UnitOfWork, actor: Actor, row: LockedInstance, instance: Instance, outcome: Outcome
) -> bool:
    """Assign what an outcome gave to the absent to their stand-ins; whether the instance is to be brought to rest."""
    diverted = [_divert(work, row, instance, key, name) for key, name in _just_given(outcome, actor).items()]
    return any(diverted)


def _just_given(outcome: Outcome, actor: Actor) -> Mapping[int, str]:
    """Whom each task was given to, by its key; without what was taken by oneself or is over."""
    given: dict[int, str] = {one.key: one.assignee for one in outcome.user_tasks if one.assignee is not None}
    waiting = {one.key for one in outcome.user_tasks if one.state != "CREATED"}
    for change in outcome.user_task_changes:
        waiting.discard(change.key)
        name = change.changes.get("assignee", given.get(change.key))
        if isinstance(name, str) and change.state == "CREATED" and change.action != Handover.STAND_IN:
            given[change.key] = name
        else:
            given.pop(change.key, None)
    if not given:
        return given
    over = {one.key for one in outcome.closed if one.kind is Kind.USER_TASK} | waiting
    return {key: name for key, name in given.items() if key not in over and name != actor.username}


def _divert(work: UnitOfWork, row: LockedInstance, instance: Instance, key: int, absent: str) -> bool:
    away = find_away(work.connection, absent, work.now)
    found = None if away is None else read_task_row(work.connection, key)
    if away is None or found is None:
        return False
    stand_in, task = away.stand_in, found[1]
    why = WhyNot.NOBODY_THERE if stand_in is None else why_not_stand_in(work, task, row, stand_in, absent)
    details = {"for": absent, "until": away.until.isoformat()}
    if why is not None or stand_in is None:
        _tell_of_nobody(work, row, key, absent, {**details, "why": str(why)})
        return False
    instance.assign_user_task(key, stand_in, Handover.STAND_IN)
    write_on_behalf_of(work.connection, key, absent)
    _record(work, row, key, Handover.STAND_IN, stand_in, details, [f"user:{stand_in}"])
    return True


def _tell_of_nobody(work: UnitOfWork, row: LockedInstance, key: int, absent: str, details: Mapping[str, Any]) -> None:
    leader = find_leader(work.connection, absent)
    told = WATCHERS if leader is None else f"user:{leader}"
    _record(work, row, key, Handover.NO_STAND_IN, leader, details, [told])


def _record(
    work: UnitOfWork,
    row: LockedInstance,
    key: int,
    verb: Handover,
    person: str | None,
    details: Mapping[str, Any],
    recipients: list[str],
) -> None:
    task: Row[Any] | None = find_user_task(work.connection, key)
    assert task is not None
    complaint = find_complaint(work.connection, row.business_id) if row.business_id else None
    action = TaskAction(
        verb=verb,
        task_key=key,
        instance_key=row.key,
        step=task.name or task.element_id,
        complaint_key=None if complaint is None else complaint.key,
        person=person,
        details=details,
        operation="ASSIGN" if verb is Handover.STAND_IN else "UPDATE",
    )
    action_key = record_task_action(work, SYSTEM, action)
    absent = find_any_account(work.connection, details["for"])
    by = details["for"] if absent is None else absent.display_name
    leave_task_notice(work, task, TaskNews(str(verb), recipients, by, action_key, row.key, complaint))
