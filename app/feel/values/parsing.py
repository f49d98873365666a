"""Reads the texts of dates, times, date-and-times and durations, strictly as FEEL and XML Schema spell them.

Every function gives None for a text that spells no such value; none raises.
"""

from __future__ import annotations

import re

from app.feel.values.dates import FeelDate
from app.feel.values.durations import NANOS, DaysTimeDuration, YearsMonthsDuration
from app.feel.values.times import FeelDateTime, FeelTime
from app.feel.values.zones import parse_offset

Temporal = FeelDate | FeelTime | FeelDateTime | DaysTimeDuration | YearsMonthsDuration

_DATE = re.compile(r"(-?)([1-9][0-9]{4,8}|[0-9]{4})-([0-9]{2})-([0-9]{2})")
_TIME = re.compile(r"([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.([0-9]{1,40}))?(Z|z|[+-][0-9:]+)?(?:@([A-Za-z0-9_+\-/]+))?")
_YEARS_MONTHS = re.compile(r"(-?)P(?:([0-9]{1,18})Y)?(?:([0-9]{1,18})M)?")
_DAYS_TIME = re.compile(
    r"(-?)P(?:([0-9]{1,18})D)?(?:T(?:([0-9]{1,18})H)?(?:([0-9]{1,18})M)?(?:([0-9]{1,18})(?:\.([0-9]{0,40}))?S)?)?"
)


def parse_date(text: str) -> FeelDate | None:
    """Return the date of `2026-03-01` (years of four to nine digits, perhaps with a minus)."""
    match = _DATE.fullmatch(text)
    if match is None:
        return None
    year = int(match[2])
    return FeelDate.of(-year if match[1] else year, int(match[3]), int(match[4]))


def parse_time(text: str) -> FeelTime | None:
    """Return the time of `10:30:00`, `10:30:00.5Z`, `10:30:00+08:00` or `10:30:00@Asia/Shanghai`."""
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, second, fraction, shift, zone = match.groups()
    offset = parse_offset(shift) if shift else None
    if shift and offset is None:
        return None
    nano = int((fraction or "")[:9].ljust(9, "0"))
    return FeelTime.of(int(hour), int(minute), int(second), nano, offset=offset, zone=zone)


def parse_date_time(text: str) -> FeelDateTime | None:
    """Return the date and time of `2026-03-01T10:30:00`, its time as in `parse_time`; 24:00:00 is the next day."""
    day, separator, clock = text.partition("T")
    date = parse_date(day)
    time = parse_time(clock) if separator else None
    if date is None or time is None:
        return None
    if clock.startswith("24"):
        date = date.plus_days(1)
    return None if date is None else FeelDateTime(date, time)


def parse_duration(text: str) -> DaysTimeDuration | YearsMonthsDuration | None:
    """Return the duration of `P1DT2H` or `P1Y2M`; the two do not mix."""
    match = _YEARS_MONTHS.fullmatch(text)
    if match is not None and (match[2] or match[3]):
        months = int(match[2] or 0) * 12 + int(match[3] or 0)
        return YearsMonthsDuration.of(-months if match[1] else months)
    match = _DAYS_TIME.fullmatch(text)
    if match is None or text.endswith(("T", "P")):
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.group(2, 3, 4, 5))
    nanos = (((days * 24 + hours) * 60 + minutes) * 60 + seconds) * NANOS + int((match[6] or "")[:9].ljust(9, "0"))
    return DaysTimeDuration.of(-nanos if match[1] else nanos)


def parse_temporal(text: str) -> Temporal | None:
    """Return what an `@` literal means: whichever of the five its text spells (DMN 1.5, 10.3.2.3.9)."""
    if text.startswith(("P", "-P")):
        return parse_duration(text)
    if "T" in text.partition("@")[0]:
        return parse_date_time(text)
    if text[2:3] == ":":
        return parse_time(text)
    return parse_date(text)
