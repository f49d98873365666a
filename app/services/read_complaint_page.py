"""Reads what the first view of a complaint shows, in one transaction and with one look at who may see it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.errors import NotFoundError
from app.services.get_complaint import ComplaintView, get_complaint
from app.services.read_clocks import ClockView, draw_clocks
from app.services.read_complaints import list_open_steps
from app.services.read_earlier_answers import EarlierStep, read_earlier_answers
from app.services.read_task import TaskToWork, read_task
from app.services.unit_of_work import UnitOfWork
from app.storage.step_limits import Paused, list_still_since


@dataclass(frozen=True)
class ComplaintPage:
    """A complaint as it stands: its clocks, open steps, answers so far, and the task that its reader may work on.

    `paused` are the open steps whose limits stand still with a clock.
    """

    view: ComplaintView
    clocks: list[ClockView]
    steps: Sequence[Row[Any]]
    earlier: list[EarlierStep]
    task: TaskToWork | None
    paused: Paused


def read_complaint_page(work: UnitOfWork, actor: Actor, number: str) -> ComplaintPage:
    """Return what `actor` sees first; NotFoundError without the complaint, ForbiddenError for who may not see it."""
    view = get_complaint(work, actor, number)
    key = view.row.instance_key
    steps = [] if key is None else list_open_steps(work.connection, key)
    return ComplaintPage(
        view,
        draw_clocks(work, view.row.key),
        steps,
        [] if key is None else read_earlier_answers(work.connection, key),
        _own_task(work, actor, steps),
        list_still_since(work.connection, [step.key for step in steps if step.due_at is None]),
    )


def _own_task(work: UnitOfWork, actor: Actor, steps: Sequence[Row[Any]]) -> TaskToWork | None:
    """The actor's task, else the first that the actor may claim: the nearest deadline goes first."""
    own = [step for step in steps if step.assignee == actor.username]
    open_to = [step for step in steps if step.assignee is None and actor.groups & set(step.candidate_groups)]
    for step in [*own, *open_to][:1]:
        try:
            return read_task(work.connection, actor, step.key)
        except NotFoundError:
            return None
    return None
