"""FEEL's two durations: days and time (exact nanoseconds) and years and months (exact months).

Owns their size, normal form and text. The two are never mixed (DMN 1.5, 10.3.2.3.6 and 10.3.2.3.7).
"""

from __future__ import annotations

from dataclasses import dataclass

NANOS = 1_000_000_000
_DAY = 86_400 * NANOS
_MOST_NANOS = 2**63 * NANOS
_MOST_MONTHS = 2**40


@dataclass(frozen=True, slots=True)
class DaysTimeDuration:
    """A length of time in nanoseconds, negative backwards. Made by `DaysTimeDuration.of`, which checks the size."""

    nanos: int

    @classmethod
    def of(cls, nanos: int) -> DaysTimeDuration | None:
        """Return the duration, or None past 2**63 seconds."""
        return cls(nanos) if abs(nanos) < _MOST_NANOS else None

    @classmethod
    def of_seconds(cls, seconds: int) -> DaysTimeDuration:
        """Return a duration of whole seconds."""
        return cls(seconds * NANOS)

    @property
    def days(self) -> int:
        """The whole days, with the duration's sign."""
        return self._part(_DAY, 0)

    @property
    def hours(self) -> int:
        """The hours past the days, with the duration's sign."""
        return self._part(3600 * NANOS, 24)

    @property
    def minutes(self) -> int:
        """The minutes past the hours, with the duration's sign."""
        return self._part(60 * NANOS, 60)

    @property
    def seconds(self) -> int:
        """The whole seconds past the minutes, with the duration's sign."""
        return self._part(NANOS, 60)

    def _part(self, unit: int, cycle: int) -> int:
        size = abs(self.nanos) // unit
        size = size % cycle if cycle else size
        return -size if self.nanos < 0 else size

    def __str__(self) -> str:
        size = abs(self.nanos)
        days, rest = divmod(size, _DAY)
        hours, rest = divmod(rest, 3600 * NANOS)
        minutes, rest = divmod(rest, 60 * NANOS)
        time = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        if rest:
            seconds, fraction = divmod(rest, NANOS)
            digits = f"{fraction:09d}".rstrip("0")
            time += f"{seconds}.{digits}S" if digits else f"{seconds}S"
        if not days and not time:
            return "PT0S"
        return f"{'-' if self.nanos < 0 else ''}P{f'{days}D' if days else ''}{f'T{time}' if time else ''}"


@dataclass(frozen=True, slots=True)
class YearsMonthsDuration:
    """A length of time in months, negative backwards. Made by `YearsMonthsDuration.of`, which checks the size."""

    total_months: int

    @classmethod
    def of(cls, months: int) -> YearsMonthsDuration | None:
        """Return the duration, or None past 2**40 months."""
        return cls(months) if abs(months) < _MOST_MONTHS else None

    @property
    def years(self) -> int:
        """The whole years, with the duration's sign."""
        size = abs(self.total_months) // 12
        return -size if self.total_months < 0 else size

    @property
    def months(self) -> int:
        """The months past the years, with the duration's sign."""
        size = abs(self.total_months) % 12
        return -size if self.total_months < 0 else size

    def __str__(self) -> str:
        years, months = divmod(abs(self.total_months), 12)
        if not years and not months:
            return "P0M"
        sign = "-" if self.total_months < 0 else ""
        return f"{sign}P{f'{years}Y' if years else ''}{f'{months}M' if months else ''}"
