"""ISO 8601 texts of instants and lengths of time, and how a length is added to an instant.

Calendar parts (years, months, weeks, days) move the wall clock of a zone; hours, minutes and seconds move the instant.
So `P1D` from noon ends at noon although a night in between lost an hour, and `PT24H` ends 24 hours later.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from app.errors import InvalidInputError

_INSTANT = re.compile(
    r"(?P<wall>\d{4}-\d{2}-\d{2}(?:T\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?)?)"
    r"(?P<offset>Z|z|[+-]\d{2}:\d{2}(?::\d{2})?)?"
    r"(?:\[(?P<zone>[^\]]+)\]|@(?P<feel_zone>[\w+/-]+))?"
)
_PART = r"(?:(?P<{0}>[+-]?\d{{1,9}}){1})?"
_LENGTH = re.compile(
    r"(?P<sign>[+-]?)P"
    + "".join(_PART.format(name, name[0].upper()) for name in ("years", "months", "weeks", "days"))
    + r"(?P<clock>T"
    + "".join(_PART.format(name, name[0].upper()) for name in ("hours", "minutes"))
    + r"(?:(?P<seconds>[+-]?\d{1,9}(?:[.,]\d{1,9})?)S)?)?"
)


class TimerError(InvalidInputError):
    """A timer's text or value says no instant, length or cycle."""


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in three parts that do not convert into each other."""

    months: int = 0
    days: int = 0
    exact: timedelta = timedelta()

    def after(self, start: datetime, times: int = 1) -> datetime:
        """Return `start` plus this length `times` times, in `start`'s own zone, whose wall clock it follows.

        The months are added at once and clipped to the month's end (31 Jan + 1 month = 28 Feb, + 2 months = 31 Mar), so
        that a cycle counted from its start does not drift. Raises TimerError outside the years 1 to 9999.
        """
        zone = start.tzinfo
        try:
            if self.months or self.days:
                wall = _add_months(start.replace(tzinfo=None), self.months * times) + timedelta(days=self.days * times)
                start = wall.replace(tzinfo=zone, fold=start.fold)
            return (start.astimezone(UTC) + self.exact * times).astimezone(zone)
        except (OverflowError, ValueError) as problem:
            raise TimerError(f"Expected an instant between the years 1 and 9999, but got {problem}") from problem


def read_instant(text: str, zone: tzinfo) -> datetime:
    """Return the instant that `text` names, in UTC; see `read_zoned`."""
    return read_zoned(text, zone).astimezone(UTC)


def read_zoned(text: str, zone: tzinfo) -> datetime:
    """Return the instant that `text` names, in the zone or offset it names, else read on `zone`'s wall clock.

    Accepted: `2026-06-01`, `2026-06-01T09:00`, `…:00.5+02:00`, `…Z`, `…[Europe/Berlin]`, `…+02:00[Europe/Berlin]` and
    FEEL's `…@Europe/Berlin`. A date means its first instant. Raises TimerError.
    """
    found = _INSTANT.fullmatch(text.strip())
    if found is None:
        raise TimerError(f"Expected an ISO 8601 date and time such as 2026-06-01T09:00:00+08:00, but got {text!r}")
    name = found["zone"] or found["feel_zone"]
    if name:
        zone = read_zone(name)
    try:
        wall = datetime.fromisoformat(found["wall"].replace(",", "."))
        if found["offset"]:
            named = datetime.fromisoformat(wall.isoformat() + found["offset"].upper())
            named = named.astimezone(zone) if name else named
        else:
            named = wall.replace(tzinfo=zone)
        named.astimezone(UTC)  # raises where the instant lies outside the years 1 to 9999
    except (ValueError, OverflowError) as problem:
        raise TimerError(f"Expected a date and time that exists, but got {text!r}: {problem}") from problem
    return named


def read_zone(name: str) -> ZoneInfo:
    """Return the zone called `name` in the tz database, or raise TimerError."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError) as problem:
        raise TimerError(f"Expected the name of a time zone such as Asia/Shanghai, but got {name!r}") from problem


def read_length(text: str) -> Length:
    """Return the length an ISO 8601 duration such as `P1Y2M`, `P3DT4H`, `P2W` or `-PT5M` says, or raise TimerError."""
    found = _LENGTH.fullmatch(text.strip())
    if found is None or text.strip()[-1] in "PT":
        raise TimerError(f"Expected an ISO 8601 duration such as PT15M or P1M, but got {text!r}")
    sign = -1 if found["sign"] == "-" else 1

    def part(name: str) -> int:
        return sign * int(found[name] or 0)

    seconds = float((found["seconds"] or "0").replace(",", "."))
    return Length(
        months=12 * part("years") + part("months"),
        days=7 * part("weeks") + part("days"),
        exact=timedelta(hours=part("hours"), minutes=part("minutes"), seconds=sign * seconds),
    )


def _add_months(wall: datetime, months: int) -> datetime:
    year, month = divmod(wall.year * 12 + wall.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"the year {year}")
    return wall.replace(year=year, month=month + 1, day=min(wall.day, calendar.monthrange(year, month + 1)[1]))
