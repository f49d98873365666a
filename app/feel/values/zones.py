"""Offsets from UTC and IANA time zones.

Owns the look-up of zones by name and the offset a zone has at an instant or a local time. Knows no FEEL value.
"""

from __future__ import annotations

import datetime
import re
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from app.feel.values.dates import civil_from_epoch_day

LARGEST_OFFSET = 18 * 3600
"""Seconds: the largest distance from UTC that a text or a duration may give."""

_ZONE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+\-]*(?:/[A-Za-z0-9_+\-]+)*")
_NO_ZONES = ("posix", "right/", "localtime")
"""What some machines keep among their zone files: other forms of the zones, and the machine's own."""

_OFFSET = re.compile(r"([+-])([0-9]{2}):([0-9]{2})(?::([0-9]{2}))?")


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo | None:
    """Return the IANA zone of that name, spelled exactly; None when there is none."""
    if len(name) > 64 or _ZONE_NAME.fullmatch(name) is None or name.startswith(_NO_ZONES):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


def parse_offset(text: str) -> int | None:
    """Return the seconds of `Z`, `+05:30` or `-02:45:55`; None for anything else or more than 18 hours."""
    if text in ("Z", "z"):
        return 0
    match = _OFFSET.fullmatch(text)
    if match is None or int(match[3]) > 59 or int(match[4] or 0) > 59:
        return None
    seconds = int(match[2]) * 3600 + int(match[3]) * 60 + int(match[4] or 0)
    if seconds > LARGEST_OFFSET:
        return None
    return -seconds if match[1] == "-" else seconds


def offset_text(seconds: int) -> str:
    """Return `Z`, `+05:30` or `-02:45:55`."""
    if seconds == 0:
        return "Z"
    hours, rest = divmod(abs(seconds), 3600)
    minutes, left = divmod(rest, 60)
    text = f"{'-' if seconds < 0 else '+'}{hours:02d}:{minutes:02d}"
    return f"{text}:{left:02d}" if left else text


def offset_at_local(zone: str, epoch_second: int, *, repeated: bool = False) -> int:
    """Return the offset at a local time, in seconds from 1970 as if it were UTC.

    In a gap it is the offset before; of two times that read the same, `repeated` chooses the second.
    """
    offset = _near_python(epoch_second).replace(tzinfo=find_zone(zone), fold=int(repeated)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


def offset_at_instant(zone: str, epoch_second: int) -> int:
    """Return the zone's offset at an instant, in seconds from 1970 UTC."""
    instant = _near_python(epoch_second).replace(tzinfo=datetime.UTC)
    offset = instant.astimezone(find_zone(zone)).utcoffset()
    return int(offset.total_seconds()) if offset is not None else 0


@lru_cache(maxsize=1024)
def standard_offset(zone: str) -> int:
    """Return the offset without summer time under today's rules: what a time without a date means by the zone."""
    instant = datetime.datetime(2037, 1, 1, tzinfo=find_zone(zone))
    offset, summer = instant.utcoffset(), instant.dst()
    return int(((offset or datetime.timedelta()) - (summer or datetime.timedelta())).total_seconds())


def _near_python(epoch_second: int) -> datetime.datetime:
    """Return a naive datetime of a year that Python has, at the same place in the calendar's 400-year cycle."""
    days, seconds = divmod(epoch_second, 86_400)
    year, month, day = civil_from_epoch_day(days)
    if year > 9990:
        year = 9200 + year % 400
    elif year < 2:
        year = 2
        day = min(day, 28)
    return datetime.datetime(year, month, day) + datetime.timedelta(seconds=seconds)  # noqa: DTZ001 - local time on purpose
