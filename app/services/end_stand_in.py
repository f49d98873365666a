"""Gives tasks back to those who were absent, once they are there again (代办 ends).

A sweep calls it: an absence ends by time, or is called off. Drafts stay with the task, so that what the stand-in had
begun is not lost; what the stand-in has lent comes back to whom it is accountable to by itself.
"""

from __future__ import annotations

from app.domain.actor import SYSTEM
from app.domain.task_verbs import Handover
from app.services.act_on_task import lock_task, record_act
from app.services.find_stand_in import find_away
from app.services.leave_task_notice import TaskNews, leave_task_notice
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.accounts import find_account
from app.storage.user_tasks import find_user_task, list_people_done_for, list_tasks_for

MOST_AT_ONCE = 500


def end_stand_ins(runtime: Runtime) -> int:
    """Give every open task back whose person is there again, each in a transaction; returns how many."""
    with runtime.reading() as connection:
        now = runtime.now_in(connection)
        there = [name for name in list_people_done_for(connection) if find_away(connection, name, now) is None]
        keys = [key for name in there for key in list_tasks_for(connection, name, MOST_AT_ONCE)]
    return sum(runtime.perform(end_stand_in, key) for key in keys)


def end_stand_in(work: UnitOfWork, task_key: int) -> bool:
    """Give one task back to its person; False where that is not due, or not possible now."""
    hand = lock_task(work, SYSTEM, task_key)
    task, person = hand.task, hand.task.on_behalf_of
    if person is None or task.state != "CREATED" or hand.instance.status != "ACTIVE":
        return False
    account = find_account(work.connection, person)
    if account is None or find_away(work.connection, person, work.now) is not None:
        return False
    hand.run.instance.assign_user_task(task_key, person, Handover.COME_BACK)
    details = {"from": task.assignee}
    key = record_act(hand, Handover.COME_BACK, person=person, details=details, operation="ASSIGN")
    hand.tree.settle(hand.run)
    row = find_user_task(work.connection, task_key)
    by = find_account(work.connection, task.assignee or "")
    told = [f"user:{name}" for name, found in ((person, account), (task.assignee, by)) if found is not None]
    if row is not None:
        called = account.display_name if by is None else by.display_name
        news = TaskNews(Handover.COME_BACK, told, called, key, hand.instance.key, hand.complaint)
        leave_task_notice(work, row, news)
    return True
