"""Shows what new days of a calendar would change: the days, and the deadlines of open clocks. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.calendars import Calendar, read_special_days
from app.domain.clocks import Unit
from app.services.kept_clocks import KeptClock, open_clocks
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_open_on_calendar

WORKING_UNITS = (str(Unit.WORKING_DAYS), str(Unit.WORKING_HOURS))
CALENDARS = "calendars"
"""The scope of who keeps the calendars."""
MOST_SHOWN = 500
PAGE = 500


@dataclass(frozen=True)
class CalendarChange:
    """New days for a calendar: the text of a file of special days, and the years that they are official for."""

    name: str
    text: str
    file: str
    official_years: Sequence[int] = ()


@dataclass(frozen=True)
class MovedDeadline:
    """An open clock whose deadline would be another."""

    complaint: str
    clock_key: int
    clock: str
    name_zh: str
    name_en: str
    old: datetime
    new: datetime


@dataclass(frozen=True)
class CalendarPreview:
    """What would change: `moved` holds the first of `moved_count` deadlines.

    `days` are those whose kind changes, each with whether it becomes a working day.
    """

    base_version: int
    days: tuple[tuple[date, bool], ...]
    open_clocks: int
    moved_count: int
    moved: tuple[MovedDeadline, ...]


def preview_calendar(work: UnitOfWork, actor: Actor, change: CalendarChange) -> CalendarPreview:
    """Return what applying `change` would do now.

    Raises ForbiddenError, NotFoundError for an unknown calendar, CalendarFileError for a file that cannot be read.
    """
    require_scope(actor, CALENDARS)
    base, new = next_version(work, change)
    days = {special.day for special in (*base.special_days, *new.special_days)}
    changed = [
        (day, new.is_working_day(day)) for day in sorted(days) if base.is_working_day(day) != new.is_working_day(day)
    ]
    moved: list[MovedDeadline] = []
    looked_at = moved_count = 0
    for number, clock in clocks_behind(work, new):
        looked_at += 1
        old_deadline = clock.draw(work.now).deadline
        new_deadline = replace(clock, calendar=new).draw(work.now).deadline
        if old_deadline != new_deadline:
            moved_count += 1
            if len(moved) < MOST_SHOWN:
                named = (clock.row.clock_id, clock.rule.definition.name, clock.rule.name_en)
                moved.append(MovedDeadline(number, clock.row.key, *named, old_deadline, new_deadline))
    return CalendarPreview(base.version, tuple(changed), looked_at, moved_count, tuple(moved))


def next_version(work: UnitOfWork, change: CalendarChange) -> tuple[Calendar, Calendar]:
    """Return the calendar as it is and as `change` makes it."""
    base = current_calendar(work, change.name)
    days = read_special_days(change.text, file=change.file)
    return base, base.with_days(days, official_years=change.official_years, version=base.version + 1)


def clocks_behind(work: UnitOfWork, calendar: Calendar) -> Iterator[tuple[str, KeptClock]]:
    """Yield the open clocks that count working time on a version before this one, with their complaints' numbers."""
    after = 0
    while True:
        rows = list_open_on_calendar(
            work.connection, calendar.name, WORKING_UNITS, below=calendar.version, after=after, limit=PAGE
        )
        yield from zip((row.number for row in rows), open_clocks(work, rows), strict=True)
        if len(rows) < PAGE:
            return
        after = rows[-1].key
