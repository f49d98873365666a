"""A calendar: the weekend, the days that differ from it, the hours of a working day, and how far official data reaches.

A calendar value is one version and never changes; another arrangement of days is another version. Knows no clocks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, time
from functools import cached_property
from zoneinfo import ZoneInfo

SATURDAY_AND_SUNDAY = frozenset({5, 6})
STANDARD_HOURS = ((time(9), time(12)), (time(13), time(18)))


@dataclass(frozen=True, slots=True)
class SpecialDay:
    """A day that is not what its weekday says: a holiday (`working` False) or a make-up working day (调休上班)."""

    day: date
    working: bool
    name: str = ""
    source: str = ""


@dataclass(frozen=True)
class Calendar:
    """One version of a named calendar.

    `official_years` are the years whose days an authority has announced; in any other year the weekend and the special
    days given are all that is known, and what is computed there is provisional. `hours` are spans of local time.
    """

    name: str
    version: int
    zone: ZoneInfo
    special_days: tuple[SpecialDay, ...] = ()
    official_years: frozenset[int] = frozenset()
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY
    hours: tuple[tuple[time, time], ...] = STANDARD_HOURS

    @cached_property
    def by_day(self) -> Mapping[date, SpecialDay]:
        """The special days by date; the last one given for a date holds."""
        return {special.day: special for special in self.special_days}

    def is_working_day(self, day: date) -> bool:
        """Tell whether `day` counts as a working day."""
        special = self.by_day.get(day)
        return day.weekday() not in self.weekend if special is None else special.working

    def provisional_years(self, first: date, last: date) -> tuple[int, ...]:
        """Return the years from `first` to `last` for which there is no official data, in order."""
        return tuple(year for year in range(first.year, last.year + 1) if year not in self.official_years)

    def with_days(self, days: Iterable[SpecialDay], *, official_years: Iterable[int], version: int) -> Calendar:
        """Return a new version in which `days` take the place of the special days of the years they fall in."""
        new = tuple(days)
        years = {special.day.year for special in new} | set(official_years)
        kept = tuple(special for special in self.special_days if special.day.year not in years)
        everything = tuple(sorted((*kept, *new), key=lambda special: special.day))
        return Calendar(
            self.name,
            version,
            self.zone,
            everything,
            self.official_years | set(official_years),
            self.weekend,
            self.hours,
        )
