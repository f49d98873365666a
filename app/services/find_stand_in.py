"""Finds who stands in for an absent person on one task (代办), or why nobody can.

Owns the rules: the chain of absences, the right to work, recusal, own work, one vote a person in a round. Gives nothing
to anybody; `divert_to_stand_in` does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection

from app.domain.access import scopes_of
from app.domain.actor import Actor
from app.errors import ForbiddenError
from app.services.check_recusal import is_barred
from app.services.find_leader import leads
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import find_absence_now
from app.storage.actors import find_standing
from app.storage.instances import LockedInstance
from app.storage.rounds import find_round, list_round_tasks
from app.storage.user_tasks import LockedTask, list_steps_done_otherwise

CHECKS = "checks"


class WhyNot(StrEnum):
    """Why somebody cannot stand in on a task."""

    NOBODY_THERE = "nobody-there"
    NO_RIGHT = "no-right"
    RECUSED = "recused"
    OWN_WORK = "own-work"
    OWN_VOTE = "own-vote"


class WrongStandInError(ForbiddenError):
    """The stand-in would check their own work, or have two votes in a round: `why` says which."""

    def __init__(self, why: WhyNot, message: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Away:
    """Somebody's absence now: until before `until`; `stand_in` is the first who is there along the chain, or None."""

    until: datetime
    stand_in: str | None


def find_away(connection: Connection, username: str, at: datetime) -> Away | None:
    """Return a person's absence at `at`, None for who is there. Two who stand in for each other leave nobody."""
    absence = find_absence_now(connection, username, at)
    if absence is None:
        return None
    until, seen = absence.until, {username}
    while absence is not None:
        name = absence.stand_in
        if name in seen:
            return Away(until, None)
        seen.add(name)
        absence = find_absence_now(connection, name, at)
    return Away(until, name)


def why_not_stand_in(
    work: UnitOfWork, task: LockedTask, instance: LockedInstance, person: str, absent: str
) -> WhyNot | None:
    """Return why `person` does not get the task of `absent`, None where it is right that they do."""
    standing = find_standing(work.connection, person, work.now)
    if standing is None or "work" not in scopes_of(standing.roles):
        return WhyNot.NO_RIGHT
    if is_barred(work, task, person):
        return WhyNot.RECUSED
    return _conflict(work, task, instance, person, absent)


def check_stand_in(work: UnitOfWork, actor: Actor, task: LockedTask, instance: LockedInstance) -> str | None:
    """Return in whose place `actor` works on the task, None in nobody's.

    Raises WrongStandInError where a stand-in would check their own work, or vote twice in a round.
    """
    absent = in_place_of(actor, task)
    if absent is None:
        return None
    conflict = _conflict(work, task, instance, actor.username, absent)
    if conflict is WhyNot.OWN_WORK:
        raise WrongStandInError(
            conflict,
            f"Expected somebody who has not done what user task {task.key} checks to stand in for '{absent}', but "
            f"'{actor.username}' has: nobody checks their own work in another's place",
        )
    if conflict is WhyNot.OWN_VOTE:
        raise WrongStandInError(
            conflict,
            f"Expected somebody outside the round to stand in for '{absent}' on user task {task.key}, but "
            f"'{actor.username}' has a vote in it already",
        )
    return absent


def in_place_of(actor: Actor, task: LockedTask) -> str | None:
    """Return the absent person in whose place this actor has a task, or may work on it; None by its own right."""
    if task.assignee == actor.username:
        return task.on_behalf_of
    return actor.on_behalf_of(task.assignee, task.candidate_groups, task.candidate_users)


def _conflict(work: UnitOfWork, task: LockedTask, instance: LockedInstance, person: str, absent: str) -> WhyNot | None:
    body = find_round(work.connection, task.element_key)
    others = [] if body is None else list_round_tasks(work.connection, body.key, instance.key)
    for row in others:
        voters = (row.assignee, row.ended_by, *(row.candidate_users if row.assignee is None else ()))
        if row.key != task.key and row.state != "CANCELED" and person in voters:
            return WhyNot.OWN_VOTE
    return WhyNot.OWN_WORK if _would_check_own_work(work, task, instance, person, absent) else None


def _would_check_own_work(
    work: UnitOfWork, task: LockedTask, instance: LockedInstance, person: str, absent: str
) -> bool:
    """Whether the task checks a step that the person has done, or is a superior's in a process they worked on.

    The model's property `checks` names the steps that a task checks, by their ids.
    """
    done = list_steps_done_otherwise(work.connection, instance.root_key, person, absent)
    if not done:
        return False
    process = work.runtime.models.process(work.connection, instance.definition_key)
    element = process.definition.elements.get(task.element_id)
    checks = "" if element is None else element.properties.get(CHECKS, "")
    return not done.isdisjoint(one.strip() for one in checks.split(",")) or leads(work.connection, absent, person)
