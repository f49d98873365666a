"""Finds tasks of complaints that nobody may do, since everybody who could is recused, and tells who can give them on.

A sweep calls it. A task is told of once: a line in its history and on the complaint's timeline, and a notice to the
superior of who has it, else to consumer protection, who may transfer it from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Row

from app.domain.actor import SYSTEM
from app.domain.task_verbs import Handover
from app.services.check_recusal import is_blocked
from app.services.find_leader import find_leader
from app.services.leave_task_notice import TaskNews, leave_task_notice
from app.services.record_task_action import TaskAction, record_task_action
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_recusals import list_tasks_to_look_at
from app.storage.complaints import find_complaint
from app.storage.task_actions import has_action
from app.storage.user_tasks import find_user_task, read_task_row
from app.storage.work_load import list_group_members

GUARDIANS = "consumer_protection"
MOST_AT_ONCE = 500


def tell_of_stranded_tasks(work: UnitOfWork) -> int:
    """Tell of each open task that only recused people could do; returns how many were new."""
    return sum(_tell(work, row) for row in list_tasks_to_look_at(work.connection, MOST_AT_ONCE) if _is_new(work, row))


def _is_new(work: UnitOfWork, row: Row[Any]) -> bool:
    found = None if has_action(work.connection, row.key, Handover.STRANDED) else read_task_row(work.connection, row.key)
    if found is None:
        return False
    people = list(_who_could(work, row))
    return bool(people) and all(is_blocked(work, found[1], name) for name in people)


def _who_could(work: UnitOfWork, row: Row[Any]) -> Iterator[str]:
    if row.assignee is not None:
        yield row.assignee
        return
    yield from row.candidate_users
    for group in row.candidate_groups:
        yield from list_group_members(work.connection, group)


def _tell(work: UnitOfWork, row: Row[Any]) -> bool:
    task, complaint = find_user_task(work.connection, row.key), find_complaint(work.connection, row.business_id)
    found = read_task_row(work.connection, row.key)
    assert task is not None
    assert found is not None
    manager = None if task.assignee is None else find_leader(work.connection, task.assignee)
    if manager is not None and is_blocked(work, found[1], manager):
        manager = None
    action = TaskAction(
        verb=Handover.STRANDED,
        task_key=task.key,
        instance_key=task.instance_key,
        step=task.name or task.element_id,
        complaint_key=None if complaint is None else complaint.key,
        person=manager,
    )
    key = record_task_action(work, SYSTEM, action)
    told = [GUARDIANS] if manager is None else [f"user:{manager}"]
    news = TaskNews(Handover.STRANDED, told, SYSTEM.username, key, task.instance_key, complaint)
    leave_task_notice(work, task, news)
    return True
