"""Tells people that a task was given to them, taken from them, shown to them or urged, with the time that is left."""

from __future__ import annotations

from collections.abc import Iterable

from app.services.act_on_task import TaskInHand
from app.services.leave_task_notice import TaskNews, leave_task_notice
from app.storage.accounts import find_account
from app.storage.user_tasks import find_user_task


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
    work = hand.work
    named = [
        f"user:{name}"
        for name in dict.fromkeys(people)
        if name != hand.actor.username and find_account(work.connection, name) is not None
    ]
    row = find_user_task(work.connection, task_key or hand.task.key)
    recipients = [*named, *groups]
    if not recipients or row is None:
        return
    by = find_account(work.connection, hand.actor.username)
    called = by.display_name if by is not None else hand.actor.username
    news = TaskNews(occasion, recipients, called, action_key, hand.instance.key, hand.complaint, reason)
    leave_task_notice(work, row, news)
