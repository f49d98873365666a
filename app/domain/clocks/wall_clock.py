"""How a deadline is said: on the wall clock, and at midnight as the end of the day that it is the end of."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo


def say_deadline(at: datetime, zone: tzinfo) -> str:
    """Return `2026-03-17 24:00`, not the first instant of the day after, which nobody has any more."""
    local = at.astimezone(zone)
    if local.time() == time():
        return f"{local.date() - timedelta(days=1)} 24:00"
    return local.strftime("%Y-%m-%d %H:%M")
