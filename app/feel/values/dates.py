"""FEEL's date: the proleptic Gregorian calendar for the years -999,999,999 to 999,999,999.

Owns calendar arithmetic; Python's own `date` stops at the year 9999. Knows no time of day.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass

LARGEST_YEAR = 999_999_999
_DAYS_IN_MONTH = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
_DAYS_PER_400_YEARS = 146_097


def is_leap_year(year: int) -> bool:
    """Return whether `year` has a 29 February."""
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def days_in_month(year: int, month: int) -> int:
    """Return how many days the month has; `month` counts from 1."""
    return 29 if month == 2 and is_leap_year(year) else _DAYS_IN_MONTH[month - 1]


def epoch_day(year: int, month: int, day: int) -> int:
    """Return the days from 1970-01-01, negative before it."""
    year -= month <= 2
    era, year_of_era = divmod(year, 400)
    day_of_year = (153 * (month - 3 if month > 2 else month + 9) + 2) // 5 + day - 1
    return era * _DAYS_PER_400_YEARS + year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year - 719_468


def civil_from_epoch_day(days: int) -> tuple[int, int, int]:
    """Return (year, month, day) of a day counted from 1970-01-01."""
    era, day_of_era = divmod(days + 719_468, _DAYS_PER_400_YEARS)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return era * 400 + year_of_era + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


@dataclass(frozen=True, slots=True)
class FeelDate:
    """A day of the calendar, without time or zone (DMN 1.5, 10.3.2.3.3). Made by `FeelDate.of`, which checks it."""

    year: int
    month: int
    day: int

    @classmethod
    def of(cls, year: int, month: int, day: int) -> FeelDate | None:
        """Return the date, or None when there is no such day."""
        if abs(year) > LARGEST_YEAR or not 1 <= month <= 12 or not 1 <= day <= days_in_month(year, month):
            return None
        return cls(year, month, day)

    @classmethod
    def from_epoch_day(cls, days: int) -> FeelDate | None:
        """Return the date `days` after 1970-01-01, or None past the last year."""
        if abs(days) > 400_000_000_000:
            return None
        return cls.of(*civil_from_epoch_day(days))

    @property
    def epoch_day(self) -> int:
        """The days from 1970-01-01."""
        return epoch_day(self.year, self.month, self.day)

    @property
    def weekday(self) -> int:
        """The day of the week, Monday is 1."""
        return (self.epoch_day + 3) % 7 + 1

    @property
    def day_of_year(self) -> int:
        """The day counted from 1 January, which is 1."""
        return self.epoch_day - epoch_day(self.year, 1, 1) + 1

    @property
    def week_of_year(self) -> int:
        """The ISO 8601 week: weeks start on Monday, the first one holds the year's first Thursday."""
        thursday = civil_from_epoch_day(self.epoch_day + 4 - self.weekday)
        return (epoch_day(*thursday) - epoch_day(thursday[0], 1, 1)) // 7 + 1

    def plus_days(self, days: int) -> FeelDate | None:
        """Return the date `days` later, or None past the last year."""
        return FeelDate.from_epoch_day(self.epoch_day + days)

    def plus_months(self, months: int) -> FeelDate | None:
        """Return the same day `months` later, or the month's last day where it is shorter; None past the last year."""
        years, month0 = divmod(self.year * 12 + self.month - 1 + months, 12)
        if abs(years) > LARGEST_YEAR:
            return None
        return FeelDate(years, month0 + 1, min(self.day, days_in_month(years, month0 + 1)))

    def to_python(self) -> datetime.date | None:
        """Return Python's date, or None outside its years 1 to 9999."""
        return datetime.date(self.year, self.month, self.day) if 1 <= self.year <= 9999 else None

    def __str__(self) -> str:
        sign = "-" if self.year < 0 else ""
        return f"{sign}{abs(self.year):04d}-{self.month:02d}-{self.day:02d}"
