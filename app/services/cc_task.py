"""Shows a task to people who need not act on it (抄送): they find it in their watching list, and see its complaint."""

from __future__ import annotations

from collections.abc import Collection

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.errors import InvalidInputError
from app.services.act_on_task import look_at_task, record_act, require_colleague, take_in_hand
from app.services.see_complaint import let_see
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.task_watchers import add_watcher, find_watcher, mark_watched_read

MOST_PEOPLE = 50


def cc_task(work: UnitOfWork, actor: Actor, task_key: int, people: Collection[str], *, note: str = "") -> list[str]:
    """Add watchers; returns those who were none yet. The process is not touched.

    Raises NotFoundError, ForbiddenError, ConflictError for an ended task, InvalidInputError for somebody unknown.
    """
    if not 0 < len(people) <= MOST_PEOPLE:
        raise InvalidInputError(f"Expected 1 to {MOST_PEOPLE} people to show a task to, but got {len(people)}")
    hand = take_in_hand(work, actor, task_key, Verb.CC)
    new = []
    for name in dict.fromkeys(people):
        require_colleague(hand, name)
        if find_watcher(work.connection, task_key, name) is None:
            new.append(name)
            row = {"key": work.next_key(), "username": name, "task_key": task_key, "instance_key": hand.instance.key}
            add_watcher(work.connection, {**row, "added_by": actor.username, "added_at": work.now, "read_at": None})
    if new:
        if hand.complaint is not None:
            let_see(work, hand.complaint, people=new)
        key = record_act(hand, Verb.CC, person=new[0], said=note.strip(), details={"people": new})
        tell_of_task(hand, Verb.CC, new, action_key=key, reason=note.strip() or None)
    return new


def mark_task_read(work: UnitOfWork, actor: Actor, task_key: int) -> None:
    """Set the actor's read mark on a task that it watches; the first one stays, and for others nothing happens.

    Raises NotFoundError also for who has no part in the task.
    """
    look_at_task(work, actor, task_key)
    mark_watched_read(work.connection, actor.username, task_key, work.now)
