"""The calendars of an installation: the latest stored version of each, and any version that a clock was counted on.

A shipped calendar is stored as its first version when it is first needed: what was counted on it can then be shown
again even when the package that it comes from has learnt of more days.
"""

from __future__ import annotations

import threading
from datetime import date, datetime, time
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, Row

from app.domain.actor import SYSTEM
from app.domain.calendars import SHIPPED, Calendar, NamedCalendars, SpecialDay, shipped_calendar
from app.errors import NotFoundError
from app.services.unit_of_work import UnitOfWork
from app.storage.calendars import add_calendar_version, find_calendar_key, get_calendar, list_latest_calendars
from app.storage.database import reading

REMEMBERED_SECONDS = 10.0
DEFAULT = "cn"


def current_calendar(work: UnitOfWork, name: str) -> Calendar:
    """Return the latest version of a calendar; NotFoundError where there is none of that name."""
    key = find_calendar_key(work.connection, name)
    if key is None:
        shipped = shipped_calendar(name)
        if shipped is None:
            raise NotFoundError(f"Expected a calendar {name!r}, but there is none")
        store_calendar(work, shipped, source="shipped", created_by=SYSTEM.username)
        key = find_calendar_key(work.connection, name)
        assert key is not None
    return _parsed(work, key)


def calendar_version(work: UnitOfWork, name: str, version: int) -> Calendar:
    """Return the version of a calendar that something was counted on."""
    key = find_calendar_key(work.connection, name, version)
    assert key is not None, f"a clock refers to version {version} of the calendar {name}, which does not exist"
    return _parsed(work, key)


def store_calendar(work: UnitOfWork, calendar: Calendar, *, source: str, created_by: str) -> bool:
    """Store a version; False where another has stored that version already."""
    row = {
        "key": work.next_key(),
        "name": calendar.name,
        "version": calendar.version,
        "zone": calendar.zone.key,
        "weekend": sorted(calendar.weekend),
        "hours": [[opens.isoformat("minutes"), closes.isoformat("minutes")] for opens, closes in calendar.hours],
        "days": [[day.day.isoformat(), day.working, day.name, day.source] for day in calendar.special_days],
        "official_years": sorted(calendar.official_years),
        "source": source,
        "effective_at": work.now,
        "created_by": created_by,
    }
    return add_calendar_version(work.connection, row)


def seed_calendars(work: UnitOfWork) -> None:
    """Store the first version of every shipped calendar that is not stored yet."""
    for name in SHIPPED:
        current_calendar(work, name)


def _parsed(work: UnitOfWork, key: int) -> Calendar:
    calendar: Calendar = work.runtime.models.parsed("calendar", key, lambda: _read(get_calendar(work.connection, key)))
    return calendar


def _read(row: Row[Any]) -> Calendar:
    days = [SpecialDay(date.fromisoformat(day), working, name, source) for day, working, name, source in row.days]
    return Calendar(
        row.name,
        row.version,
        ZoneInfo(row.zone),
        tuple(days),
        frozenset(row.official_years),
        frozenset(row.weekend),
        tuple((time.fromisoformat(opens), time.fromisoformat(closes)) for opens, closes in row.hours),
    )


class StoredCalendars:
    """Fulfils `app.feel.Calendars` from the latest stored versions; another process's new version shows in seconds."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._lock = threading.Lock()
        self._read_at = -REMEMBERED_SECONDS
        self._named = NamedCalendars({})

    def working_days_after(self, calendar: str, start: datetime, n: int) -> datetime | None:
        """Return the instant `n` working days after `start`, None for an unknown calendar."""
        return self._latest().working_days_after(calendar, start, n)

    def working_hours_after(self, calendar: str, start: datetime, hours: float) -> datetime | None:
        """Return the instant `hours` working hours after `start`, None for an unknown calendar."""
        return self._latest().working_hours_after(calendar, start, hours)

    def working_days_between(self, calendar: str, start: datetime, end: datetime) -> int | None:
        """Return the working days after `start` up to and including `end`, None for an unknown calendar."""
        return self._latest().working_days_between(calendar, start, end)

    def is_working_day(self, calendar: str, day: datetime) -> bool | None:
        """Return whether the calendar's date at `day` is a working day, None for an unknown calendar."""
        return self._latest().is_working_day(calendar, day)

    def of_zone(self, zone: ZoneInfo) -> Calendar:
        """Return the calendar of the people in a time zone: the one that is in it, mainland China's without one."""
        calendars = self._latest().calendars
        return next((one for one in calendars.values() if one.zone == zone), calendars[DEFAULT])

    def _latest(self) -> NamedCalendars:
        with self._lock:
            if monotonic() - self._read_at >= REMEMBERED_SECONDS:
                with reading(self._engine) as connection:
                    stored = {row.name: _read(row) for row in list_latest_calendars(connection)}
                shipped = {name: make() for name, make in SHIPPED.items()}
                self._named = NamedCalendars({**shipped, **stored})
                self._read_at = monotonic()
            return self._named
