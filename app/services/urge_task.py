"""Asks for speed (催办): whoever has the task is reminded now; from the second time on the superior is told, too."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.domain.actor import Actor
from app.domain.task_verbs import Verb
from app.errors import ConflictError
from app.services.act_on_task import TaskInHand, record_act, take_in_hand
from app.services.tell_of_task import tell_of_task
from app.services.unit_of_work import UnitOfWork
from app.storage.people import find_person
from app.storage.task_actions import list_urges

PAUSE = timedelta(hours=1)
"""A task is urged at most once in this time, by whomever."""


@dataclass(frozen=True)
class Urged:
    """Who was told: the holder or the candidate groups, and the superior from the second time on."""

    count: int
    people: list[str]
    groups: list[str]
    superior: str | None


def urge_task(work: UnitOfWork, actor: Actor, task_key: int, *, note: str = "") -> Urged:
    """Remind whoever has the task, or may take it.

    Raises NotFoundError, ForbiddenError for who has no part in it, ConflictError for an ended task, and within an hour
    of the last time.
    """
    hand = take_in_hand(work, actor, task_key, Verb.URGE)
    urges = list_urges(work.connection, task_key)
    again_at = next_urge_at(work, task_key)
    if again_at is not None:
        raise ConflictError(
            f"Expected an hour between reminders, but {urges[-1].actor} urged last; again from {again_at}"
        )
    people = [hand.task.assignee] if hand.task.assignee else list(hand.task.candidate_users)
    groups = [] if hand.task.assignee else list(hand.task.candidate_groups)
    superior = _superior(hand) if urges else None
    details = {"count": len(urges) + 1, **({"superior": superior} if superior else {})}
    key = record_act(hand, Verb.URGE, person=hand.task.assignee, said=note.strip(), details=details)
    tell_of_task(hand, Verb.URGE, people, groups=groups, action_key=key, reason=note.strip() or None)
    if superior is not None:
        tell_of_task(hand, "urge-superior", [superior], action_key=key, reason=note.strip() or None)
    return Urged(len(urges) + 1, people, groups, superior)


def next_urge_at(work: UnitOfWork, task_key: int) -> str | None:
    """Return the time of day, in the institution's zone, from which a task may be urged again; None for now."""
    urges = list_urges(work.connection, task_key)
    if not urges or work.now - urges[-1].at >= PAUSE:
        return None
    return str((urges[-1].at + PAUSE).astimezone(work.runtime.zone).strftime("%H:%M"))


def _superior(hand: TaskInHand) -> str | None:
    place = None if hand.task.assignee is None else find_person(hand.work.connection, hand.task.assignee)
    return None if place is None else place.superior
