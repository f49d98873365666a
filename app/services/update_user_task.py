"""Changes attributes of a user task."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.engine import HeldTransition
from app.services.complete_user_task import open_task, open_task_from_above
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork


def update_user_task(
    work: UnitOfWork, actor: Actor, task_key: int, changes: Mapping[str, Any], *, action: str = "update"
) -> HeldTransition | None:
    """Change candidate_groups, candidate_users, due_at, follow_up_at or priority; None or an empty list clears.

    All but the follow-up date is for operators and superiors. Raises NotFoundError, ForbiddenError, and ConflictError
    when the task is closed. Returns what task listeners still hold up, else None.
    """
    find = open_task if changes.keys() <= {"follow_up_at"} else open_task_from_above
    _, instance, mark = find(work, actor, task_key)
    tree = InstanceTree(work, actor)
    run = tree.adopt(instance, mark)
    held = run.instance.update_user_task(task_key, changes, action)
    details = {name: str(value) for name, value in changes.items()}
    record_audit(work, actor, "UPDATE", "USER_TASK", task_key, instance_key=instance.key, details=details)
    tree.settle(run)
    return held
