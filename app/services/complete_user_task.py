"""Completes a user task."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from app.domain.actor import Actor
from app.domain.sight import may_be_complaint_number
from app.domain.task_verbs import Relation
from app.engine import HeldTransition, Instance
from app.errors import ConflictError, ForbiddenError
from app.services.act_on_task import TaskInHand, lock_task, require_part, stand, who_ended
from app.services.attach_documents import NamedDocument, attach_documents
from app.services.check_recusal import check_completion
from app.services.find_stand_in import check_stand_in
from app.services.record_audit import record_audit
from app.services.record_findings import take_findings
from app.services.record_step import record_step, step_of
from app.services.sign_task import sign_task
from app.services.unit_of_work import UnitOfWork
from app.storage.instances import LockedInstance
from app.storage.user_tasks import LockedTask, write_on_behalf_of

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
    documents: Sequence[NamedDocument] = (),
) -> HeldTransition | None:
    """Complete the task with `variables`, or what `check` makes of them, and run its process on.

    Returns what task listeners still hold up, else None.

    `documents` that the variables name become a complaint's attachments, where the task is one's. A task that signers
    after wait for goes to the next of them instead. Raises NotFoundError; ConflictError naming who was first, when the
    process is suspended or the task is lent; ForbiddenError, also for who has a direct interest in the complaint; what
    `check` and `attach_documents` raise.
    """
    task, instance, mark = open_task(work, actor, task_key)
    if may_be_complaint_number(instance.business_id):
        check_completion(work, actor, task)
    absent = check_stand_in(work, actor, task, instance)
    hand = TaskInHand(work, actor, task, instance, mark)
    run = hand.run
    if check is not None:
        variables = check(work, task, run.instance, variables)
    if documents and hand.complaint is not None:
        variables = attach_documents(work, actor, hand.complaint, documents, variables)
    if task.hold is not None:
        signed = sign_task(hand, variables)
        if signed is None:
            return None
        variables = signed
    if absent != task.on_behalf_of:
        write_on_behalf_of(work.connection, task_key, absent)
    return finish_task(hand, variables, action=action, absent=absent)


def finish_task(
    hand: TaskInHand, variables: Mapping[str, Any], *, action: str = "complete", absent: str | None = None
) -> HeldTransition | None:
    """End the task with what was answered, in the place of `absent`, and record what that says of its complaint.

    Returns what task listeners still hold up, else None.
    """
    work, actor, run, task = hand.work, hand.actor, hand.run, hand.task
    step = step_of(run, task.key, task.element_id, variables)
    held = run.instance.complete_user_task(task.key, variables, action)
    details = None if absent is None else {"onBehalfOf": absent}
    record_audit(work, actor, "COMPLETE", "USER_TASK", task.key, instance_key=hand.instance.key, details=details)
    if held is None:
        record_step(work, actor, step)
    hand.tree.settle(run)
    if held is None:
        take_findings(work, actor, hand.instance.business_id, task.key, variables)
    return held


def open_task(work: UnitOfWork, actor: Actor, task_key: int) -> tuple[LockedTask, LockedInstance, int]:
    """Lock an open task that this actor may work on, with its instance and the deployment mark."""
    hand = lock_task(work, actor, task_key)
    task = hand.task
    if actor.recused:
        require_part(hand)
    if not actor.may_work_on(task.assignee, task.candidate_groups, task.candidate_users):
        require_part(hand)
        has = f": {task.assignee} has it" if task.assignee else ""
        raise ForbiddenError(
            f"Expected the assignee or a candidate of user task {task_key}, but {actor.username} is none{has}"
        )
    return _require_open(hand)


def open_task_from_above(work: UnitOfWork, actor: Actor, task_key: int) -> tuple[LockedTask, LockedInstance, int]:
    """Lock an open task for what its holder may not do: for operators, and superiors of who has it."""
    hand = lock_task(work, actor, task_key)
    if not actor.is_operator and Relation.SUPERIOR not in stand(hand).relations:
        require_part(hand)
        raise ForbiddenError(
            f"Expected an operator or a superior of who has user task {task_key} to change its due date, candidates or "
            f"priority, or to assign it to another, but '{actor.username}' is neither: transfer the task, with a reason"
        )
    return _require_open(hand)


def _require_open(hand: TaskInHand) -> tuple[LockedTask, LockedInstance, int]:
    task, instance = hand.task, hand.instance
    if not task.is_open:
        who = who_ended(hand.work, task, instance.key)
        by = f" by {who}" if who else ""
        raise ConflictError(f"Expected user task {task.key} to be open, but it is {task.state}{by}")
    return task, instance, hand.mark
