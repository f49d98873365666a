"""Which tasks a view of the inbox is about: for each view the short ordered index scans that its tasks come from.

A window is the first tasks of a view in the order of its indexes; what is asked beyond that order (filters, other
sorts) is asked of a window, so that its cost is bounded however many tasks are open. Knows no filter.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ColumnElement, Select, and_, false, literal, or_, select, tuple_, union
from sqlalchemy.types import TypeEngine

from app.storage.task_watchers import TaskWatcherRow
from app.storage.types import UTCDateTime
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow

WINDOW = 5000
MOST_SCANS = 64
"""Who leads more people than this leads most: then walking all open tasks in order finds a page soon."""

task = UserTaskRow.__table__.c
candidate = TaskCandidateRow.__table__.c
watcher = TaskWatcherRow.__table__.c
Place = tuple[datetime | int, int]
"""Where a task stands in its view's order: the instant it is sorted by (a number, where watched), and its key."""


@dataclass(frozen=True)
class Scope:
    """The tasks of a view: those offered to any of `who`, taken by any of `people`, ended by or watched by a person.

    `who` is written as in `task_candidate`: `g:` or `u:` and a name. Ended and watched ones come latest first.
    """

    who: Sequence[str] = ()
    people: Sequence[str] = ()
    ended_by: str | None = None
    watched_by: str | None = None

    @property
    def latest_first(self) -> bool:
        """Whether the view's own order is the latest first, rather than the nearest deadline."""
        return self.ended_by is not None or self.watched_by is not None

    def holds(self) -> ColumnElement[bool]:
        """Return the condition that a task is of this view."""
        if self.ended_by is not None:
            return task.ended_by == self.ended_by
        if self.watched_by is not None:
            return (
                select(1)
                .where(watcher.task_key == task.key, watcher.username == self.watched_by)
                .correlate_except(TaskWatcherRow.__table__)
            ).exists()
        offered = select(1).where(candidate.task_key == task.key, candidate.who.in_(self.who), candidate.assigned == 0)
        taken = task.assignee.in_(self.people) if self.people else false()
        return and_(
            task.ended_at.is_(None),
            or_(taken, offered.correlate_except(TaskCandidateRow.__table__).exists() if self.who else false()),
        )

    def window(self, since: Place | None, size: int = WINDOW) -> Select[Any]:
        """Return the first `size` (place, key) of the view after `since`, in its order."""
        scans = [
            select(_ordered(scan, since, descending=self.latest_first).limit(size).subquery()) for scan in self._scans()
        ]
        found = union(*scans).subquery() if len(scans) > 1 else scans[0].subquery()
        return _ordered(select(found.c.place, found.c.key), None, descending=self.latest_first).limit(size)

    def _scans(self) -> list[Select[Any]]:
        if self.ended_by is not None:
            return [select(task.ended_at.label("place"), task.key).where(task.ended_by == self.ended_by)]
        if self.watched_by is not None:
            mine = watcher.username == self.watched_by
            return [select(watcher.key.label("place"), watcher.task_key.label("key")).where(mine)]
        if len(self.who) + len(self.people) > MOST_SCANS:
            return [select(task.sort_at.label("place"), task.key).where(self.holds())]
        offered = [
            select(candidate.sort_at.label("place"), candidate.task_key.label("key")).where(
                candidate.who == who, candidate.assigned == 0
            )
            for who in self.who
        ]
        taken = [
            select(task.sort_at.label("place"), task.key).where(task.assignee == person, task.ended_at.is_(None))
            for person in self.people
        ]
        nothing = select(task.sort_at.label("place"), task.key).where(false())
        return [*offered, *taken] or [nothing]


def _ordered(scan: Select[Any], since: Place | None, *, descending: bool) -> Select[Any]:
    place, key = scan.selected_columns
    if since is not None:
        type_: TypeEngine[Any] = UTCDateTime() if isinstance(since[0], datetime) else BigInteger()
        here, there = tuple_(place, key), tuple_(literal(since[0], type_), literal(since[1], BigInteger))
        scan = scan.where(here < there if descending else here > there)
    return scan.order_by(place.desc(), key.desc()) if descending else scan.order_by(place, key)
