"""Keeps what moves a complaint's legal deadlines to who handles it or answers for it: who was shown it moves none."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.sight import OVERSEE, is_group
from app.errors import ForbiddenError
from app.services.see_complaint import all_subjects
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_access import has_access
from app.storage.user_tasks import has_worked_on, list_own_steps


class NotHandlingError(ForbiddenError):
    """The actor may see the complaint, and has no part in handling it."""

    def __init__(self, actor: Actor, complaint: Row[Any]) -> None:
        super().__init__(f"Expected '{actor.username}' to handle complaint {complaint.number}, but it only watches it")
        self.complaint_key = int(complaint.key)


def check_handling(work: UnitOfWork, actor: Actor, complaint: Row[Any]) -> None:
    """Raise NotHandlingError unless the actor handles the complaint (its row), or answers for it.

    That is who registered it, was offered one of its steps with a group, has one or did one, leads or stands in for
    such a person, or oversees all complaints.
    """
    if not handles(work, actor, complaint):
        raise NotHandlingError(actor, complaint)


def handles(work: UnitOfWork, actor: Actor, complaint: Row[Any]) -> bool:
    """Tell whether the actor handles the complaint (its row), or answers for it."""
    people = {actor.username, *actor.stands_in_for, *actor.supervises}
    if actor.is_operator or OVERSEE in actor.scopes or complaint.recorded_by in people:
        return True
    groups = [subject for subject in all_subjects(work.connection, actor) if is_group(subject)]
    if has_access(work.connection, complaint, groups) or list_own_steps(work.connection, [complaint.number], people):
        return True
    return complaint.instance_key is not None and has_worked_on(work.connection, complaint.instance_key, actor.username)
