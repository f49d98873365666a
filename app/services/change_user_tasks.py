"""Writes what assignments, updates and listeners changed of user tasks.

Completion itself is part of the outcome's rows.
"""

from __future__ import annotations

from typing import Any

from app.engine import Outcome
from app.engine.outcome import Kind
from app.services.unit_of_work import UnitOfWork
from app.storage.user_tasks import write_task_change

COLUMNS = frozenset({"assignee", "candidate_groups", "candidate_users", "due_at", "follow_up_at", "priority"})


def change_user_tasks(work: UnitOfWork, outcome: Outcome) -> None:
    """Apply the outcome's user-task changes; a task that ended in the same outcome already has its final state."""
    if not outcome.user_task_changes:
        return
    ended = {one.key for one in outcome.closed if one.kind is Kind.USER_TASK}
    for change in outcome.user_task_changes:
        values: dict[str, Any] = {name: _plain(change.changes[name]) for name in change.changes if name in COLUMNS}
        if change.key not in ended:
            values["state"] = change.state
        if values:
            write_task_change(work.connection, change.key, values)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
