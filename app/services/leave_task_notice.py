"""Leaves notices about a task: that it was given, taken, shown or urged, with the time that is left.

Knows the template's parameters; who is to be told is decided before.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.unit_of_work import UnitOfWork

TEMPLATE = "task_notice"


@dataclass(frozen=True)
class TaskNews:
    """What is told of a task: `occasion` (a verb of the template), who is named as having done it, and why.

    `recipients` are those of a notice; `action_key` is the line of the task's history that it tells of.
    """

    occasion: str
    recipients: Sequence[str]
    by: str
    action_key: int
    instance_key: int
    complaint: Row[Any] | None
    reason: str | None = None


def leave_task_notice(work: UnitOfWork, task: Row[Any], news: TaskNews) -> None:
    """Leave the news of a task (its row) for everybody it is for."""
    due_at: datetime | None = task.due_at
    complaint = news.complaint
    parameters = {
        "verb": news.occasion,
        "step": task.name or task.element_id,
        "by": news.by,
        "number": complaint.number if complaint is not None else None,
        "dueAt": due_at.astimezone(work.runtime.zone).strftime("%Y-%m-%d %H:%M") if due_at is not None else None,
        "hoursLeft": round((due_at - work.now).total_seconds() / 3600) if due_at is not None else 0,
        "reason": news.reason,
    }
    request = NoticeRequest(
        cause=f"task:{task.key}:{news.occasion}:{news.action_key}",
        template=TEMPLATE,
        recipients=news.recipients,
        parameters=parameters,
        complaint_key=complaint.key if complaint is not None else None,
        instance_key=news.instance_key,
    )
    leave_notices(work, request)
