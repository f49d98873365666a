"""Looks for open tasks that have been open for another whole day, or are past their due date, and records each once."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.automation import Event
from app.engine import Definition
from app.engine.triggers import TimerTrigger
from app.services.list_values import name_step
from app.services.notice_words import STEP_IN_ENGLISH
from app.services.record_event import record_event
from app.services.unit_of_work import UnitOfWork
from app.storage.automation import list_open_tasks_between, move_mark
from app.storage.complaints import find_complaint
from app.storage.user_tasks import NEVER_DUE

SWEEP = "overdue_tasks"
DAY = timedelta(hours=24)
DAYS_WATCHED = 10
PAGE = 500


def record_overdue_tasks(work: UnitOfWork) -> int:
    """Record an event for each task that came to a whole day, or fell due, since the last look; returns how many.

    The first look only begins. Two nodes take turns: the mark's row is locked until one has looked.
    """
    before = move_mark(work.connection, SWEEP, work.now)
    if before is None:
        return 0
    windows = [(before - days * DAY, work.now - days * DAY) for days in range(1, DAYS_WATCHED + 1)]
    recorded, after = 0, 0
    while tasks := list_open_tasks_between(work.connection, windows, (before, work.now), after=after, limit=PAGE):
        recorded += sum(_record(work, task, before) for task in tasks)
        after = tasks[-1].key
    return recorded


def _record(work: UnitOfWork, task: Row[Any], before: datetime) -> bool:
    open_for = work.now - (task.counted_from or task.created_at)
    days = open_for // DAY
    is_day = days >= 1 and work.now - open_for + days * DAY > before
    moment = f"{days}d" if is_day else "due"
    complaint = find_complaint(work.connection, task.business_id) if task.business_id else None
    process = work.runtime.models.process(work.connection, task.definition_key)
    overdue = work.now - task.sort_at if task.sort_at < NEVER_DUE else timedelta(0)
    facts = {
        "what": "step",
        "taskKey": str(task.key),
        "stepId": task.element_id,
        "step": task.name or task.element_id,
        STEP_IN_ENGLISH: name_step(process.definition.elements.get(task.element_id), task.element_id, task.name, "en"),
        "hoursOpen": int(open_for.total_seconds() // 3600),
        "hours": int(open_for.total_seconds() // 3600),
        "hoursOverdue": max(int(overdue.total_seconds() // 3600), 0),
        "supervised": _is_supervised(process.definition, task.element_id),
    }
    subject, key = f"task:{task.key}", complaint.key if complaint is not None else None
    event_id = f"{subject}:{moment}"
    return record_event(work, Event.TASK_OVERDUE, event_id, subject=subject, complaint_key=key, facts=facts) is not None


def _is_supervised(definition: Definition, element_id: str) -> bool:
    """Whether the model itself watches this step with a timer on its boundary: then rules need not."""
    element = definition.elements.get(element_id)
    events = element.boundary_events if element is not None else ()
    return any(isinstance(one, TimerTrigger) for name in events for one in definition.elements[name].triggers)
