"""The calendars that come with the product, each as its first version.

Only China's carries official data. The others know the weekend alone, so every year on them is provisional until an
institution loads its holidays.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from zoneinfo import ZoneInfo

from app.domain.calendars.calendar import Calendar
from app.domain.calendars.china import china_calendar

ZONES = {"gb": "Europe/London", "eu": "Europe/Brussels", "us": "America/New_York"}

SHIPPED: Mapping[str, Callable[[], Calendar]] = {
    "cn": china_calendar,
    **{name: partial(Calendar, name, 1, ZoneInfo(zone)) for name, zone in ZONES.items()},
}


def shipped_calendar(name: str) -> Calendar | None:
    """Return version 1 of a shipped calendar, or None where there is none of that name."""
    make = SHIPPED.get(name)
    return None if make is None else make()
