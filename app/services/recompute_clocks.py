"""Counts open clocks on the latest versions of their calendars."""

from __future__ import annotations

from dataclasses import replace

from app.domain.actor import SYSTEM
from app.services.kept_clocks import KeptClock, open_clocks, standing_values
from app.services.preview_calendar import WORKING_UNITS
from app.services.stored_calendars import current_calendar
from app.services.unit_of_work import UnitOfWork
from app.storage.calendars import list_calendar_versions
from app.storage.clocks import change_clock, find_clock, list_open_on_calendar, lock_complaint, write_due
from app.storage.complaints import add_event


def recompute_clocks(work: UnitOfWork, limit: int) -> int:
    """Count up to `limit` open clocks that read an older version of their calendar; returns how many there were.

    A deadline that moves is told on the complaint's timeline. Run twice, the second finds nothing.
    """
    for name, version in list_calendar_versions(work.connection):
        rows = list_open_on_calendar(work.connection, name, WORKING_UNITS, below=version, limit=limit)
        for row in rows:
            lock_complaint(work.connection, row.complaint_key)
            again = find_clock(work.connection, row.key)
            if again is not None and again.ended_at is None and again.calendar_version < version:
                (clock,) = open_clocks(work, [again])
                _count(work, clock)
        if rows:
            return len(rows)
    return 0


def _count(work: UnitOfWork, clock: KeptClock) -> None:
    calendar = current_calendar(work, clock.row.calendar_name)
    ledger = replace(clock, calendar=calendar).draw(work.now)
    values = standing_values(work, clock, clock.history, ledger)
    change_clock(work.connection, clock.row.key, {**values, "calendar_version": calendar.version})
    if ledger.deadline == clock.row.deadline_at:
        return
    write_due(work.connection, clock.row.complaint_key)
    details = {
        "clock": clock.row.clock_id,
        "clockKey": str(clock.row.key),
        "from": clock.row.deadline_at.isoformat(),
        "deadline": ledger.deadline.isoformat(),
        "calendar": f"{calendar.name} {calendar.version}",
    }
    line = {"key": work.next_key(), "complaint_key": clock.row.complaint_key, "at": work.now, "actor": SYSTEM.username}
    add_event(work.connection, {**line, "kind": "clock-calendar", "details": details})
