"""Completes a user task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.domain.actor import Actor
from app.domain.sight import may_be_complaint_number
from app.engine import Instance
from app.errors import ConflictError, ForbiddenError, NotFoundError
from app.services.act_on_task import TaskInHand, who_ended
from app.services.check_recusal import check_completion
from app.services.record_audit import on_behalf, record_audit
from app.services.record_findings import take_findings
from app.services.sign_task import sign_task
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import LockedInstance
from app.storage.user_tasks import LockedTask, lock_user_task

AnswerCheck = Callable[[UnitOfWork, LockedTask, Instance, Mapping[str, Any]], Mapping[str, Any]]
"""Returns the variables to complete a locked task with; raises InvalidInputError for answers that do not fit."""


def complete_user_task(
    work: UnitOfWork,
    actor: Actor,
    task_key: int,
    variables: Mapping[str, Any],
    *,
    action: str = "complete",
    check: AnswerCheck | None = None,
) -> None:
    """Complete the task with `variables`, or what `check` makes of them, and run its process on.

    A task that signers after wait for goes to the next of them instead. Raises NotFoundError; ConflictError naming who
    was first, when the process is suspended or the task is lent; ForbiddenError, also for who has a direct interest in
    the complaint; what `check` raises.
    """
    task, instance, mark = open_task(work, actor, task_key)
    if may_be_complaint_number(instance.business_id):
        check_completion(work, actor, task)
    hand = TaskInHand(work, actor, task, instance, mark)
    run = hand.run
    if check is not None:
        variables = check(work, task, run.instance, variables)
    if task.hold is not None:
        signed = sign_task(hand, variables)
        if signed is None:
            return
        variables = signed
    run.instance.complete_user_task(task_key, variables, action)
    details = on_behalf(actor, task) or None
    record_audit(work, actor, "COMPLETE", "USER_TASK", task_key, instance_key=instance.key, details=details)
    hand.tree.settle(run)
    take_findings(work, actor, instance.business_id, task_key, variables)


def open_task(work: UnitOfWork, actor: Actor, task_key: int) -> tuple[LockedTask, LockedInstance, int]:
    """Lock an open task that this actor may work on, with its instance and the deployment mark."""
    found = lock_user_task(work.connection, task_key)
    if found is None:
        raise NotFoundError(f"Expected a user task with key {task_key}, but there is none")
    task, instance, mark = found
    if not actor.may_work_on(task.assignee, task.candidate_groups, task.candidate_users):
        has = f": {task.assignee} has it" if task.assignee else ""
        raise ForbiddenError(
            f"Expected the assignee or a candidate of user task {task_key}, but {actor.username} is none{has}"
        )
    if not task.is_open:
        who = who_ended(work, task, instance.key)
        by = f" by {who}" if who else ""
        raise ConflictError(f"Expected user task {task_key} to be open, but it is {task.state}{by}")
    return task, instance, mark
