"""Assigns a user task, or takes it back."""

from __future__ import annotations

from app.domain.actor import Actor
from app.domain.sight import may_be_complaint_number
from app.domain.task_verbs import Hold
from app.engine import HeldTransition
from app.errors import ConflictError
from app.services.check_recusal import check_recusal
from app.services.complete_user_task import open_task, open_task_from_above
from app.services.find_stand_in import check_stand_in, in_place_of
from app.services.instance_tree import InstanceTree
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.user_tasks import write_on_behalf_of


def assign_user_task(
    work: UnitOfWork,
    actor: Actor,
    task_key: int,
    assignee: str | None,
    *,
    allow_override: bool = True,
    action: str | None = None,
    reason: str | None = None,
) -> HeldTransition | None:
    """Assign the task to `assignee`, or with None unassign it; to somebody else, for operators and superiors only.

    Returns what task listeners still hold up, else None.
    While somebody is absent, who stands in gets the task instead, unless nobody may.

    `reason` says why somebody who may have an interest in the complaint works on it all the same. Raises NotFoundError,
    ForbiddenError, RecusalReasonError where that reason is missing, and ConflictError when the task is closed, or has
    an assignee already and `allow_override` is false.
    """
    find = open_task if assignee in (None, actor.username) else open_task_from_above
    task, instance, mark = find(work, actor, task_key)
    if task.assignee is not None and assignee is not None and not allow_override:
        raise ConflictError(f"Expected user task {task_key} to have no assignee, but it has {task.assignee}")
    if task.hold is not None and (assignee is None or task.hold != Hold.AFTER):
        raise ConflictError(
            f"Expected user task {task_key} to stay with {task.assignee}, since others have turns at it"
        )
    if assignee is not None and may_be_complaint_number(instance.business_id):
        check_recusal(work, actor, task, assignee, reason)
    absent = check_stand_in(work, actor, task, instance) if assignee == actor.username else in_place_of(actor, task)
    tree = InstanceTree(work, actor)
    run = tree.adopt(instance, mark)
    held = run.instance.assign_user_task(task_key, assignee, action or ("unassign" if assignee is None else "assign"))
    operation = "UNASSIGN" if assignee is None else "ASSIGN"
    details = {"from": task.assignee, "to": assignee, **({"onBehalfOf": absent} if absent else {})}
    record_audit(work, actor, operation, "USER_TASK", task_key, instance_key=instance.key, details=details)
    tree.settle(run)
    if assignee == actor.username and absent is not None:
        write_on_behalf_of(work.connection, task_key, absent)
    return held
