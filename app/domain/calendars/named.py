"""The calendars of an installation by name, as FEEL's working-time functions ask for them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from app.domain.calendars.calendar import Calendar
from app.domain.calendars.working_time import working_days_after, working_days_between, working_hours_after


class NamedCalendars:
    """Fulfils `app.feel.Calendars`; an unknown name gives None."""

    def __init__(self, calendars: Mapping[str, Calendar]) -> None:
        self.calendars = calendars

    def working_days_after(self, calendar: str, start: datetime, n: int) -> datetime | None:
        """Return the instant `n` working days after `start` on that calendar, in its zone."""
        found = self.calendars.get(calendar)
        return None if found is None else working_days_after(found, start, n).astimezone(found.zone)

    def working_hours_after(self, calendar: str, start: datetime, hours: float) -> datetime | None:
        """Return the instant `hours` working hours after `start` on that calendar, in its zone."""
        found = self.calendars.get(calendar)
        return None if found is None else working_hours_after(found, start, hours).astimezone(found.zone)

    def working_days_between(self, calendar: str, start: datetime, end: datetime) -> int | None:
        """Return the working days after `start` up to and including `end` on that calendar."""
        found = self.calendars.get(calendar)
        return None if found is None else working_days_between(found, start, end)

    def is_working_day(self, calendar: str, day: datetime) -> bool | None:
        """Return whether the calendar's date at `day` is a working day."""
        found = self.calendars.get(calendar)
        return None if found is None else found.is_working_day(day.astimezone(found.zone).date())
