"""Lets time move over a simulated bank: what falls due is done in its order, as dispatcher and worker would.

Owns the agenda and the clock. What people do, and when, its two users decide: the replay and the demo bank.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from sqlalchemy import Connection, func, select

from app.clock import PinnedClock
from app.jobs import RUN_JOBS, RUN_RULES, SEND_NOTICES, Nudge
from app.services.claim_due_timers import claim_due_timers
from app.services.fire_timer import fire_timer
from app.services.run_built_in_job import run_built_in_job
from app.services.unit_of_work import Runtime
from app.storage.instances import ProcessInstanceRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow

Step = tuple[datetime, int, Callable[[], None]]


class KeptKeys:
    """Keeps what workers would be nudged about, so that a simulation does it at once, and in its own time."""

    def __init__(self) -> None:
        self.jobs: list[int] = []
        self.notices: list[int] = []
        self.events: list[int] = []

    def send(self, nudge: Nudge) -> bool:
        """Keep a nudge; of those not kept here the simulation finds the rows itself."""
        kept = {RUN_JOBS: self.jobs, SEND_NOTICES: self.notices, RUN_RULES: self.events}.get(nudge.task)
        if kept is not None:
            kept += [ids[0] for ids in nudge.ids]
        return True

    def backlog(self) -> int:
        """Return 0: nothing waits for another process."""
        return 0


@dataclass
class MovedTime:
    """A runtime whose clock is `clock`, and what is still to happen on it."""

    runtime: Runtime
    clock: PinnedClock
    nudges: KeptKeys
    _agenda: list[Step] = field(default_factory=list, init=False)
    _order: Any = field(default_factory=count, init=False)
    _last_task: int = field(default=0, init=False)

    def settle(self) -> None:
        """Do what just became possible; called after everything that happens."""
        while self.nudges.jobs:
            run_built_in_job(self.runtime, self.nudges.jobs.pop())

    def new_tasks(self, connection: Connection) -> Sequence[tuple[int, str, str]]:
        """Return the open tasks that came since this was asked last: key, element id, and the complaint's number."""
        query = (
            select(UserTaskRow.key, UserTaskRow.element_id, ProcessInstanceRow.business_id)
            .join(ProcessInstanceRow, ProcessInstanceRow.key == UserTaskRow.root_key)
            .where(UserTaskRow.key > self._last_task, UserTaskRow.ended_at.is_(None))
        )
        found = [
            (key, element, str(number)) for key, element, number in connection.execute(query.order_by(UserTaskRow.key))
        ]
        self._last_task = found[-1][0] if found else self._last_task
        return found

    def plan(self, at: datetime, step: Callable[[], None]) -> None:
        """Let `step` happen at that instant."""
        heapq.heappush(self._agenda, (at, next(self._order), step))

    def later(self, after: timedelta, step: Callable[[], None]) -> None:
        """Let `step` happen so much later than now."""
        self.plan(self.clock.now() + after, step)

    def move_to(self, at: datetime) -> None:
        """Move the clock, never back."""
        self.clock.pin(max(at, self.clock.now()))

    def advance(self, until: datetime) -> None:
        """Do everything that falls due up to `until`, timers and people's steps in the order of their time."""
        while True:
            timer_at = self._next_timer()
            step_at = self._agenda[0][0] if self._agenda else None
            due = min((at for at in (timer_at, step_at) if at is not None), default=None)
            if due is None or due > until:
                return
            self.move_to(due)
            if due == timer_at:
                for key, token in self.runtime.perform(claim_due_timers, 50):
                    self.runtime.perform(fire_timer, key, token)
            else:
                heapq.heappop(self._agenda)[2]()
            self.settle()

    def _next_timer(self) -> datetime | None:
        with self.runtime.reading() as connection:
            return connection.execute(select(func.min(TimerRow.next_try_at))).scalar_one()
