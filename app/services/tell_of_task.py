"""Tells people that a task was given to them, taken from them, shown to them or urged, with the time that is left."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from app.services.act_on_task import TaskInHand
from app.services.leave_notices import NoticeRequest, leave_notices
from app.storage.accounts import find_account
from app.storage.user_tasks import find_user_task

TEMPLATE = "task_notice"


def tell_of_task(
    hand: TaskInHand,
    occasion: str,
    people: Iterable[str],
    *,
    action_key: int,
    reason: str | None = None,
    groups: Iterable[str] = (),
    task_key: int | None = None,
) -> None:
    """Leave a notice of `occasion` (a verb of the template) for people with an account, and members of groups.

    `task_key` is the task that is told of where it is another one; nobody is told of what he did himself.
    """
    work, complaint = hand.work, hand.complaint
    named = [
        f"user:{name}"
        for name in dict.fromkeys(people)
        if name != hand.actor.username and find_account(work.connection, name) is not None
    ]
    recipients = [*named, *groups]
    if not recipients:
        return
    row = find_user_task(work.connection, task_key or hand.task.key)
    due_at: datetime | None = row.due_at if row is not None else None
    by = find_account(work.connection, hand.actor.username)
    parameters = {
        "verb": occasion,
        "step": (row.name or row.element_id) if row is not None else hand.step,
        "by": by.display_name if by is not None else hand.actor.username,
        "number": complaint.number if complaint is not None else None,
        "dueAt": due_at.astimezone(work.runtime.zone).strftime("%Y-%m-%d %H:%M") if due_at is not None else None,
        "hoursLeft": round((due_at - work.now).total_seconds() / 3600) if due_at is not None else 0,
        "reason": reason,
    }
    request = NoticeRequest(
        cause=f"task:{row.key if row is not None else hand.task.key}:{occasion}:{action_key}",
        template=TEMPLATE,
        recipients=recipients,
        parameters=parameters,
        complaint_key=complaint.key if complaint is not None else None,
        instance_key=hand.instance.key,
    )
    leave_notices(work, request)
