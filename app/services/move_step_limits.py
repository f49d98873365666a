"""Lets the limits of a complaint's steps stand still and go on with the clock that the model names.

A user task says by its zeebe properties that its limit pauses: `limitPausesWith` names the clock, `limitCalendar` the
calendar whose working time is left out (without it all time is). The limit is the task's due date and every timer on
its boundary. All of it is computed anew from what happened to the clock, so that running twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.clocks import StepLimit, Stretch, count_from, move_limit, still_stretches, until
from app.engine import Definition, Outcome
from app.engine.model import Element
from app.services.kept_clocks import open_clocks
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_clocks
from app.storage.complaints import find_complaint
from app.storage.step_limits import (
    list_step_limits,
    list_tasks_of,
    list_timers_on,
    move_timer,
    was_paused,
    write_step_limit,
)
from app.storage.user_tasks import NEVER_DUE, write_task_change

PAUSES_WITH = "limitPausesWith"
CALENDAR = "limitCalendar"


def move_step_limits(work: UnitOfWork, number: str, *, after_migration: bool = False) -> None:
    """Bring the limits of every open step of a complaint's processes in line with its clocks as they are now.

    Whoever calls holds those processes. What follows a clock only since a migration does so from now on.
    """
    complaint = find_complaint(work.connection, number)
    tasks = list_tasks_of(work.connection, number)
    if complaint is None or not tasks:
        return
    known = list_step_limits(work.connection, [task.key for task in tasks])
    mover = _Mover(work, complaint.key, after_migration=after_migration)
    for task in tasks:
        definition = work.runtime.models.process(work.connection, task.definition_key).definition
        element = definition.elements[task.element_id]
        if task.key in known or PAUSES_WITH in element.properties:
            mover.move_step(task, element, known.get(task.key))


def hold_opened_steps(work: UnitOfWork, definition: Definition, outcome: Outcome, business_id: str | None) -> None:
    """Let steps that open while their clock is paused stand still from the start; asks nothing for other steps."""
    if business_id is None or not outcome.user_tasks:
        return
    named = {definition.elements[task.element_id].properties.get(PAUSES_WITH) for task in outcome.user_tasks}
    clocks = [clock for clock in named if clock]
    if clocks and was_paused(work.connection, business_id, clocks):
        move_step_limits(work, business_id)


@dataclass(frozen=True)
class _Followed:
    """What a limit follows: a clock, and the calendar if it counts working time. No clock: nothing any more."""

    clock_id: str
    calendar: str | None


@dataclass(frozen=True)
class _Base:
    """What a limit was set to, and when; of a task also from when its time open counts."""

    due_at: datetime | None
    since: datetime
    opened_at: datetime | None


class _Mover:
    """Moves the limits of one complaint; what its clocks say is read once."""

    def __init__(self, work: UnitOfWork, complaint_key: int, *, after_migration: bool) -> None:
        self._work = work
        self._new_since = work.now if after_migration else None
        self._clocks = list_clocks(work.connection, complaint_key)
        self._stretches: dict[str, list[Stretch]] = {}

    def move_step(self, task: Row[Any], element: Element, known: Row[Any] | None) -> None:
        """Move the due date of a task and the timers on its boundary."""
        follows = _Followed(element.properties.get(PAUSES_WITH, ""), element.properties.get(CALENDAR))
        timers = list_timers_on(self._work.connection, task.instance_key, element.boundary_events)
        limits = list_step_limits(self._work.connection, [timer.key for timer in timers])
        # A timer that repeats is armed anew when it fires; what was paused before that is in its instant already.
        armed_at = self._new_since or (task.created_at if known is None else known.looked_at)
        for timer in timers:
            due_at = None if timer.due_at == NEVER_DUE else timer.due_at
            moved = self._move(timer, _Base(due_at, armed_at, None), limits.get(timer.key), follows)
            if moved != due_at:
                move_timer(self._work.connection, timer.key, moved)
        set_at = self._new_since or task.created_at
        moved = self._move(task, _Base(task.due_at, set_at, task.created_at), known, follows)
        if moved != task.due_at:
            write_task_change(self._work.connection, task.key, {"due_at": moved})

    def _move(self, limited: Row[Any], found: _Base, known: Row[Any] | None, follows: _Followed) -> datetime | None:
        """Note what has become of a limit, and return the instant it is due at now; None while it stands still."""
        stretches = self._stretches_of(follows.clock_id)
        base = found if known is None else self._base_of(known, found.due_at, follows)
        if known is None and all(ends is not None and ends <= base.since for _, ends in stretches):
            return found.due_at
        limit = self._moved(base, follows, stretches)
        counted_from = None if base.opened_at is None else count_from(base.opened_at, base.since, stretches)
        lasts_since = next((max(begins, base.since) for begins, ends in stretches if ends is None), None)
        still_since = lasts_since if limit is None else limit.still_since
        row = {
            "key": limited.key,
            "instance_key": limited.instance_key,
            "clock_id": follows.clock_id,
            "calendar": follows.calendar,
            "due_at": base.due_at,
            "since": base.since,
            "opened_at": base.opened_at,
            "moved_to": None if limit is None else limit.due_at,
            "still_since": still_since,
            "counted_from": counted_from,
            "looked_at": self._work.now,
        }
        if row | {"looked_at": None} != ({} if known is None else known._asdict() | {"looked_at": None}):
            write_step_limit(self._work.connection, row)
        return None if limit is None or still_since is not None else limit.due_at

    def _base_of(self, known: Row[Any], due_at: datetime | None, follows: _Followed) -> _Base:
        """What the limit was set to; where a person or another model set it since, that, from now on."""
        followed = _Followed(known.clock_id, known.calendar)
        set_anew = due_at != (None if known.still_since else known.moved_to)
        base = _Base(known.due_at, known.since, known.opened_at)
        if followed == follows and not set_anew:
            return base
        past = until(self._stretches_of(followed.clock_id), self._work.now)
        limit = self._moved(base, followed, past)
        opened_at = None if base.opened_at is None else count_from(base.opened_at, base.since, past)
        if set_anew or limit is None:
            return _Base(due_at, self._work.now, opened_at)
        return _Base(limit.due_at, self._work.now, opened_at)

    def _moved(self, base: _Base, follows: _Followed, stretches: Sequence[Stretch]) -> StepLimit | None:
        if base.due_at is None:
            return None
        calendar = None if follows.calendar is None else current_calendar(self._work, follows.calendar)
        return move_limit(base.due_at, base.since, stretches, calendar)

    def _stretches_of(self, clock_id: str) -> list[Stretch]:
        if clock_id not in self._stretches:
            named = [row for row in self._clocks if row.clock_id == clock_id]
            self._stretches[clock_id] = still_stretches(clock.history for clock in open_clocks(self._work, named))
        return self._stretches[clock_id]
