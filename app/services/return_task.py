"""Sends work back to an earlier step that was really walked (退回), to be redone by who did it.

What it ends and what goes on is told in docs/task-verbs.md; legal deadlines are not touched.
"""

from __future__ import annotations

from collections.abc import Sequence

from app.domain.actor import Actor
from app.domain.task_verbs import Relation, Verb
from app.engine import Outcome
from app.errors import ConflictError, ForbiddenError
from app.services.act_on_task import TaskInHand, lock_task, record_act, require_may, require_part, require_reason, stand
from app.services.check_recusal import RecusedError, check_recusal
from app.services.find_return_targets import ReturnTarget, find_return_targets
from app.services.read_earlier_answers import read_answers_of
from app.services.restore_status import restore_status
from app.services.save_draft import store_draft
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account
from app.storage.user_tasks import read_task_row


class ReturnUnconfirmedError(ConflictError):
    """The return ends other people's open tasks, or cannot undo what is out: it is to be confirmed first."""


def return_task(
    work: UnitOfWork,
    actor: Actor,
    task_key: int,
    *,
    reason: str,
    step_key: int | None = None,
    resume: bool = False,
    confirmed: bool = False,
) -> int | None:
    """Return the task to the step whose completed task is `step_key` (None: the last one); returns the new task's key.

    With `resume` work goes on here directly after the step, else it walks again through what lies between. None is
    returned for a round, which opens several tasks, and for a task that listeners still hold up. Raises NotFoundError,
    ForbiddenError, InvalidInputError without a reason, ConflictError for an ended, suspended or lent task or a step
    that is no target, ReturnUnconfirmedError.
    """
    reason = require_reason(reason)
    hand = lock_task(work, actor, task_key)
    standing = stand(hand)
    require_part(hand, standing)
    if standing.state in ("COMPLETED", "CANCELED") or standing.is_suspended:
        require_may(Verb.RETURN, standing)
    targets = find_return_targets(work.connection, hand.run, task_key, hand.task.element_key, hand.tree.open)
    target = _choose(task_key, targets, step_key)
    if target.plan.leaves_round:
        _require_owner(actor, target)
        standing = standing.also(Relation.HOLDER)
    require_may(Verb.RETURN, standing)
    if not confirmed:
        _require_confirmation(target)
    target.run.instance.return_to(target.plan, resume_at=target.origin_key if resume else None)
    opened = _reopen(hand, target, hand.tree.settle(target.run), reason)
    restore_status(work, actor, hand.complaint, target.source.created_at)
    _tell(hand, target, opened, reason, resume=resume)
    return opened


def _choose(task_key: int, targets: Sequence[ReturnTarget], step_key: int | None) -> ReturnTarget:
    for target in sorted(targets, key=lambda one: one.done_at, reverse=True):
        if step_key in (None, target.key):
            return target
    wanted = "an earlier step" if step_key is None else f"the step of user task {step_key} to be one"
    raise ConflictError(f"Expected {wanted} that user task {task_key} can be returned to, but it is none")


def _require_owner(actor: Actor, target: ReturnTarget) -> None:
    if actor.is_operator or actor.username in target.round_owners:
        return
    owners = ", ".join(sorted(target.round_owners))
    raise ForbiddenError(
        f"Expected the round's owner ({owners}) to return the whole round, but '{actor.username}' is a member"
    )


def _require_confirmation(target: ReturnTarget) -> None:
    ended = [f"{row.name or row.element_id} ({row.assignee or 'not taken'})" for row in target.cancels]
    told = [f"these open tasks end: {', '.join(ended)}"] if ended else []
    told += [f"this stays done: {', '.join(target.effects)}"] if target.effects else []
    if told:
        raise ReturnUnconfirmedError(f"Expected the return to be confirmed, but it was not; {'; '.join(told)}")


def _reopen(hand: TaskInHand, target: ReturnTarget, outcome: Outcome, reason: str) -> int | None:
    """Give the new task to whom it was done by, or for, unless recused since; the old answers are a draft."""
    work = hand.work
    opened = [one for one in outcome.user_tasks if one.element_id == target.element_id and one.state == "CREATED"]
    if target.is_round or len(opened) != 1:
        return None
    new, doer = opened[0], target.done_for or (target.done_by[0] if target.done_by else None)
    if doer is not None and new.assignee != doer and _may_have(hand, new.key, doer, reason):
        target.run.instance.assign_user_task(new.key, doer, "return")
        hand.tree.settle(target.run)
    answers = read_answers_of(work.connection, target.source.form_key, target.source.element_key)
    if answers:
        store_draft(work, doer or hand.actor.username, new.key, target.run.row.key, answers, 1)
    return new.key


def _may_have(hand: TaskInHand, task_key: int, doer: str, reason: str) -> bool:
    """Whether who did the step is still there, and has no interest in the complaint."""
    found = read_task_row(hand.work.connection, task_key)
    if found is None or find_account(hand.work.connection, doer) is None:
        return False
    try:
        check_recusal(hand.work, hand.actor, found[1], doer, reason)
    except RecusedError:
        return False
    return True


def _tell(hand: TaskInHand, target: ReturnTarget, opened: int | None, reason: str, *, resume: bool) -> None:
    ended = [row for row in target.cancels if row.assignee is not None]
    details = {
        "step": target.name or target.element_id,
        "resume": resume,
        "cancelled": [str(row.key) for row in target.cancels],
    }
    person = target.done_for or (target.done_by[0] if target.done_by and not target.is_round else None)
    key = record_act(hand, Verb.RETURN, person=person, said=reason, details=details, opened_key=opened)
    told = [target.done_for] if target.done_for else target.done_by
    tell_of_task(hand, Verb.RETURN, told, action_key=key, reason=reason, task_key=opened)
    for row in ended:
        tell_of_task(hand, "cancelled", [row.assignee], action_key=key, reason=reason, task_key=row.key)
