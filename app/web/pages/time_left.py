"""Deadlines in words: the working time that is left, how late something is, and how pressing that makes it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import NamedTuple

from flask import g
from flask_babel import format_timedelta, gettext

from app.domain.calendars import Calendar, china_calendar, working_length
from app.domain.clocks import say_deadline
from app.services.stored_calendars import StoredCalendars
from app.web.authentication import runtime


class Deadline(NamedTuple):
    """A deadline in words, and how pressing it is: late, soon (less than a working day is left) or calm."""

    text: str
    exact: str
    urgency: str


def deadline(due_at: datetime | None) -> Deadline | None:
    """Return how much working time is left until `due_at`, or has passed since."""
    if due_at is None:
        return None
    now, exact = request_instant(), say_deadline(due_at, runtime().zone)
    days, rest = working_length(_calendar(), *sorted((now, due_at)))
    words = _in_words(days, rest) or str(format_timedelta(abs(due_at - now), granularity="minute", threshold=1.2))
    if due_at < now:
        return Deadline(gettext("%(time)s late", time=words), exact, "late")
    return Deadline(gettext("%(time)s left", time=words), exact, "calm" if days else "soon")


def standing_still(since: datetime, due_at: datetime | None) -> str:
    """Return how much working time was left of a step's limit when it stood still, at `since`."""
    if due_at is None:
        return str(gettext("paused"))
    words = _in_words(*working_length(_calendar(), since, due_at))
    words = words or str(format_timedelta(due_at - since, granularity="minute", threshold=1.2))
    return str(gettext("paused, %(time)s left", time=words))


def request_instant() -> datetime:
    """Return the product's instant, one for the whole page."""
    if "instant" not in g:
        g.instant = runtime().now()
    instant = g.instant
    assert isinstance(instant, datetime)
    return instant


def _calendar() -> Calendar:
    calendars = runtime().calendars
    return calendars.of_zone(runtime().zone) if isinstance(calendars, StoredCalendars) else china_calendar()


def _in_words(days: int, rest: timedelta) -> str:
    """Days and hours, or hours and minutes: no more is of use at a glance. Empty below a minute."""
    minutes = int(rest.total_seconds()) // 60
    hours, minutes = divmod(minutes, 60)
    parts = []
    if days:
        parts.append(gettext("1 working day") if days == 1 else gettext("%(n)s working days", n=days))
    if hours:
        parts.append(gettext("1 hour") if hours == 1 else gettext("%(n)s hours", n=hours))
    if minutes and not days:
        parts.append(gettext("1 minute") if minutes == 1 else gettext("%(n)s minutes", n=minutes))
    return " ".join(parts)
