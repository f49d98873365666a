"""Mainland China's holidays and make-up working days, from the package chinesecalendar (MIT).

The package carries the State Council's yearly notices. A year it does not know is not official here.
"""

from __future__ import annotations

from functools import cache
from zoneinfo import ZoneInfo

from chinese_calendar import constants

from app.domain.calendars.calendar import Calendar, SpecialDay

SOURCE = "国务院办公厅节假日安排 (chinesecalendar)"


@cache
def china_calendar(name: str = "cn", version: int = 1) -> Calendar:
    """Return the calendar of mainland China, in Asia/Shanghai, as far as the package reaches."""
    holidays = [SpecialDay(day, False, title, SOURCE) for day, title in constants.holidays.items()]
    workdays = [SpecialDay(day, True, title, SOURCE) for day, title in constants.workdays.items()]
    days = tuple(sorted(holidays + workdays, key=lambda special: special.day))
    years = frozenset(special.day.year for special in days)
    return Calendar(name, version, ZoneInfo("Asia/Shanghai"), days, years)
