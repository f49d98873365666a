"""Quiet hours: a message that would come in them waits until they end."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.errors import InvalidInputError


def read_time(text: str) -> time:
    """Return the time of day that `22:30` says; InvalidInputError otherwise."""
    try:
        return time.fromisoformat(text)
    except ValueError as error:
        raise InvalidInputError(f"Expected a time of day such as 22:30, but got {text!r}") from error


def after_quiet_hours(now: datetime, zone: ZoneInfo, start: str | None, end: str | None) -> datetime:
    """Return `now`, or the end of the quiet hours it falls in; they may go past midnight, and end is outside."""
    if not start or not end or start == end:
        return now
    first, last = read_time(start), read_time(end)
    local = now.astimezone(zone)
    at = local.time()
    is_quiet = first <= at < last if first < last else at >= first or at < last
    if not is_quiet:
        return now
    ends = local.replace(hour=last.hour, minute=last.minute, second=0, microsecond=0)
    if ends <= local:
        ends += timedelta(days=1)
    return ends.astimezone(now.tzinfo)
