"""Working time: which days and hours count, by named and versioned calendars."""

from app.domain.calendars.calendar import STANDARD_HOURS, Calendar, SpecialDay
from app.domain.calendars.china import china_calendar
from app.domain.calendars.named import NamedCalendars
from app.domain.calendars.reading import CalendarFileError, read_special_days
from app.domain.calendars.shipped import SHIPPED, shipped_calendar
from app.domain.calendars.working_time import (
    working_days_after,
    working_days_between,
    working_hours_after,
    working_length,
    working_seconds_between,
)

__all__ = [
    "SHIPPED",
    "STANDARD_HOURS",
    "Calendar",
    "CalendarFileError",
    "NamedCalendars",
    "SpecialDay",
    "china_calendar",
    "read_special_days",
    "shipped_calendar",
    "working_days_after",
    "working_days_between",
    "working_hours_after",
    "working_length",
    "working_seconds_between",
]
