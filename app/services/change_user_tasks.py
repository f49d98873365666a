"""Writes what assignments, updates and listeners changed of user tasks.

Completion itself is part of the outcome's rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.sight import may_be_complaint_number
from app.domain.task_verbs import Handover
from app.engine import Outcome
from app.engine.kinds import Kind
from app.services.see_complaint import let_see
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import find_complaint
from app.storage.user_tasks import write_task_change

COLUMNS = frozenset({"assignee", "candidate_groups", "candidate_users", "due_at", "follow_up_at", "priority"})


def change_user_tasks(work: UnitOfWork, outcome: Outcome, business_id: str | None) -> None:
    """Apply the outcome's user-task changes; a task that ended in the same outcome already has its final state.

    Who is given a task of a complaint's process (`business_id` is the complaint's number) may see the complaint.
    """
    if not outcome.user_task_changes:
        return
    ended = {one.key for one in outcome.closed if one.kind is Kind.USER_TASK}
    for change in outcome.user_task_changes:
        values: dict[str, Any] = {name: _plain(change.changes[name]) for name in change.changes if name in COLUMNS}
        if change.key not in ended:
            values["state"] = change.state
        if change.denied if change.action == Handover.STAND_IN else "assignee" in values:
            values["on_behalf_of"] = None  # it is the new person's own, or nobody stands in after all
        if values:
            write_task_change(work.connection, change.key, values)
            _let_see(work, business_id, values)


def _let_see(work: UnitOfWork, business_id: str | None, values: Mapping[str, Any]) -> None:
    people = [*([values["assignee"]] if values.get("assignee") else []), *(values.get("candidate_users") or [])]
    groups = values.get("candidate_groups") or []
    if not (people or groups) or not may_be_complaint_number(business_id):
        return
    complaint = find_complaint(work.connection, business_id or "")
    if complaint is not None:
        let_see(work, complaint, people=people, groups=groups)


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
