"""FEEL's time of day and date-and-time, with an offset, an IANA zone, or neither (then it is local).

Owns how they lie on the time line. Knows no text but its own normal form.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from app.feel.values.dates import FeelDate
from app.feel.values.durations import NANOS
from app.feel.values.zones import (
    LARGEST_OFFSET,
    find_zone,
    offset_at_instant,
    offset_at_local,
    offset_text,
    standard_offset,
)

DAY_NANOS = 86_400 * NANOS


@dataclass(frozen=True, slots=True)
class FeelTime:
    """A time of day (DMN 1.5, 10.3.2.3.4), made by `FeelTime.of`: `offset` in seconds, or `zone`, or neither."""

    hour: int
    minute: int
    second: int
    nano: int = 0
    offset: int | None = None
    zone: str | None = None
    repeated: bool = False
    """Whether, on a day when the zone's clocks are set back, this is the second of two times that read the same."""

    @classmethod
    def of(
        cls, hour: int, minute: int, second: int, nano: int = 0, *, offset: int | None = None, zone: str | None = None
    ) -> FeelTime | None:
        """Return the time, or None when there is no such time, offset or zone; 24:00:00 is midnight."""
        if hour == 24 and minute == second == nano == 0:
            hour = 0
        if not (0 <= hour <= 23 and 0 <= minute <= 59 and 0 <= second <= 59 and 0 <= nano < NANOS):
            return None
        if offset is not None and abs(offset) > LARGEST_OFFSET:
            return None
        if zone is not None and (offset is not None or find_zone(zone) is None):
            return None
        return cls(hour, minute, second, nano, offset, zone)

    @classmethod
    def from_nanos(cls, nanos: int, offset: int | None, zone: str | None, *, repeated: bool = False) -> FeelTime:
        """Return the time `nanos` after midnight, wrapped into one day; offset and zone are taken as checked."""
        seconds, nano = divmod(nanos % DAY_NANOS, NANOS)
        return cls(seconds // 3600, seconds // 60 % 60, seconds % 60, nano, offset, zone, repeated)

    @property
    def is_local(self) -> bool:
        """Whether it has neither offset nor zone."""
        return self.offset is None and self.zone is None

    @property
    def nanos(self) -> int:
        """Nanoseconds after midnight on its own clock."""
        return (self.hour * 3600 + self.minute * 60 + self.second) * NANOS + self.nano

    @property
    def utc_offset(self) -> int | None:
        """Seconds from UTC: the offset, or the zone's standard one; None for a local time."""
        return standard_offset(self.zone) if self.zone is not None else self.offset

    @property
    def utc_nanos(self) -> int:
        """Nanoseconds after midnight, less the offset: what times are compared by. Negative and past a day may be."""
        return self.nanos - (self.utc_offset or 0) * NANOS

    def __str__(self) -> str:
        text = f"{self.hour:02d}:{self.minute:02d}:{self.second:02d}"
        if self.nano:
            text += "." + f"{self.nano:09d}".rstrip("0")
        if self.zone is not None:
            return f"{text}@{self.zone}"
        return text if self.offset is None else text + offset_text(self.offset)


@dataclass(frozen=True, slots=True)
class FeelDateTime:
    """A date with a time of day (DMN 1.5, 10.3.2.3.5); offset and zone are those of `time`."""

    date: FeelDate
    time: FeelTime

    @property
    def is_local(self) -> bool:
        """Whether it has neither offset nor zone."""
        return self.time.is_local

    @property
    def local_nanos(self) -> int:
        """Nanoseconds from 1970 on its own clock."""
        return self.date.epoch_day * DAY_NANOS + self.time.nanos

    @property
    def utc_offset(self) -> int | None:
        """Seconds from UTC on that day; None when local."""
        if self.time.zone is not None:
            return offset_at_local(self.time.zone, self.local_nanos // NANOS, repeated=self.time.repeated)
        return self.time.offset

    @property
    def epoch_nanos(self) -> int:
        """Nanoseconds from 1970-01-01T00:00:00Z; a local one counts as if it were UTC."""
        return self.local_nanos - (self.utc_offset or 0) * NANOS

    @classmethod
    def from_epoch_nanos(cls, nanos: int, offset: int | None, zone: str | None) -> FeelDateTime | None:
        """Return the instant with that offset, in that zone, or (neither) as local time; None past the last year."""
        shift = offset_at_instant(zone, nanos // NANOS) if zone is not None and _in_years(nanos) else offset or 0
        days, rest = divmod(nanos + shift * NANOS, DAY_NANOS)
        date = FeelDate.from_epoch_day(days)
        if date is None:
            return None
        repeated = zone is not None and offset_at_local(zone, nanos // NANOS + shift) != shift
        return cls(date, FeelTime.from_nanos(rest, offset, zone, repeated=repeated))

    @classmethod
    def from_python(cls, instant: datetime.datetime, zone: str | None = None) -> FeelDateTime:
        """Return Python's datetime, with `zone` as its name when given; a naive one becomes local."""
        offset = instant.utcoffset()
        seconds = None if offset is None or zone is not None else int(offset.total_seconds())
        time = FeelTime(
            instant.hour, instant.minute, instant.second, instant.microsecond * 1000, seconds, zone, instant.fold == 1
        )
        return cls(FeelDate(instant.year, instant.month, instant.day), time)

    def to_python(self, zone: datetime.tzinfo) -> datetime.datetime | None:
        """Return an aware Python datetime, cut to microseconds, a local one in `zone`; None outside Python's years."""
        date, time = self.date, self.time
        if not 2 <= date.year <= 9998:
            return None
        if time.zone is not None:
            zone = find_zone(time.zone) or zone
        elif time.offset is not None:
            zone = datetime.timezone(datetime.timedelta(seconds=time.offset))
        return datetime.datetime(
            date.year,
            date.month,
            date.day,
            time.hour,
            time.minute,
            time.second,
            time.nano // 1000,
            tzinfo=zone,
            fold=int(time.repeated),
        )

    def __str__(self) -> str:
        return f"{self.date}T{self.time}"


def _in_years(nanos: int) -> bool:
    return abs(nanos // DAY_NANOS) < 400_000_000_000
