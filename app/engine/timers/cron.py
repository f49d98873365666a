"""Cron expressions of six fields, seconds first, as Camunda's time cycles write them (Spring's dialect).

Fields: second, minute, hour, day of the month, month, day of the week (0 or 7 is Sunday). `*`, `?` (days only), lists,
ranges, steps, English names, `L`, `L-3`, `15W`, `LW`, `5L`, `FRI#2`, and the macros `@yearly` to `@hourly`. Both day
fields must match: the libraries that know `W` and `L-3` combine them by *or*, as Unix cron does, so this is our own.

Where the wall clock jumps: a time that the jump skips is due at the jump's end, unless the hour field starts with `*`
(then that hour does not happen); a time that happens twice is due the first time, with such an hour field both times.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache

from app.engine.timers.reading import TimerError

_MACROS = {
    "@yearly": "0 0 0 1 1 *",
    "@annually": "0 0 0 1 1 *",
    "@monthly": "0 0 0 1 * *",
    "@weekly": "0 0 0 * * 0",
    "@daily": "0 0 0 * * *",
    "@midnight": "0 0 0 * * *",
    "@hourly": "0 0 * * * *",
}
_MONTH_NAMES = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
_MONTHS = {name: number for number, name in enumerate(_MONTH_NAMES, 1)}
_WEEKDAYS = {name: number for number, name in enumerate(("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"))}
_HORIZON_DAYS = 41 * 366  # 29 February on a given weekday comes back after 40 years at the latest
_SPELLING_OF_ANY = ("*", "?")

DayTest = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Cron:
    """One expression, read; `every_hour` says that the hour field follows the clock rather than naming hours."""

    text: str
    seconds: tuple[int, ...]
    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    every_hour: bool
    months: frozenset[int]
    day_tests: tuple[DayTest, DayTest]

    def next_after(self, instant: datetime, zone: tzinfo) -> datetime | None:
        """Return the first due instant strictly after `instant` (aware) in UTC, or None if none comes in 40 years."""
        instant = instant.astimezone(UTC)
        start = instant.astimezone(zone).date() - timedelta(days=1)  # the clock may be turned back over midnight
        for ahead in range(min(_HORIZON_DAYS, (date.max - start).days)):
            day = start + timedelta(days=ahead)
            if day.month in self.months and all(test(day) for test in self.day_tests):
                found = next((due for due in self._instants_of(day, zone, instant) if due > instant), None)
                if found is not None:
                    return found
        return None

    def _instants_of(self, day: date, zone: tzinfo, later_than: datetime) -> Iterator[datetime]:
        for hour in self.hours:
            for fold in (0, 1) if self.every_hour else (0,):
                for minute in self.minutes:
                    wall = datetime.combine(day, time(hour, minute, fold=fold), zone)
                    if wall.astimezone(UTC) + timedelta(minutes=1) <= later_than:
                        continue
                    for second in self.seconds:
                        yield from self._instants_at(wall.replace(second=second))

    def _instants_at(self, wall: datetime) -> Iterator[datetime]:
        instant = wall.astimezone(UTC)
        zone = wall.tzinfo
        if wall.fold and instant == wall.replace(fold=0).astimezone(UTC):
            return
        if instant.astimezone(zone).replace(tzinfo=None, fold=0) == wall.replace(tzinfo=None, fold=0):
            yield instant
        elif not self.every_hour:
            yield _end_of_jump(wall)


@lru_cache(maxsize=1024)
def read_cron(text: str) -> Cron:
    """Return the expression `text` says; raises TimerError for one that is not well formed or never comes due."""
    spelled = " ".join(text.split())
    fields = _MACROS.get(spelled.lower(), spelled).upper().split(" ")
    if len(fields) != 6:
        raise TimerError(
            "Expected a cron expression of six fields (second, minute, hour, day of the month, month, day of the week) "
            f"or a macro such as @daily, but got {text!r}"
        )
    second, minute, hour, day, month, weekday = fields
    cron = Cron(
        text=spelled,
        seconds=_numbers(second, 0, 59, text),
        minutes=_numbers(minute, 0, 59, text),
        hours=_numbers(hour, 0, 23, text),
        every_hour=hour.startswith("*"),
        months=frozenset(_numbers(month, 1, 12, text, _MONTHS)),
        day_tests=(_any_of(day, _day_of_month, text), _any_of(weekday, _day_of_week, text)),
    )
    if cron.next_after(datetime(2000, 1, 1, tzinfo=UTC), UTC) is None:
        raise TimerError(f"Expected a cron expression that comes due, but {text!r} never does")
    return cron


def _numbers(field: str, low: int, high: int, text: str, names: dict[str, int] | None = None) -> tuple[int, ...]:
    found: set[int] = set()
    for item in field.split(","):
        span, _, step = item.partition("/")
        first, dash, last = span.partition("-")
        if step and not (step.isdecimal() and int(step)):
            raise TimerError(f"Expected a step of at least 1, but got {item!r} in {text!r}")
        if first == "*" and not dash:
            start, end = low, high
        else:
            start = _number(first, low, high, text, names)
            end = _number(last, low, high, text, names) if dash else (high if step else start)
        if start > end:
            raise TimerError(f"Expected a range that goes upwards, but got {item!r} in {text!r}")
        found.update(range(start, end + 1, int(step or 1)))
    return tuple(sorted(found))


def _number(word: str, low: int, high: int, text: str, names: dict[str, int] | None) -> int:
    number = (names or {}).get(word, int(word) if word.isdecimal() and word.isascii() else -1)
    if not low <= number <= high:
        raise TimerError(f"Expected a number from {low} to {high}, but got {word!r} in {text!r}")
    return number


def _any_of(field: str, read: Callable[[str, str], DayTest], text: str) -> DayTest:
    if field in _SPELLING_OF_ANY:
        return lambda _day: True
    tests = [read(item, text) for item in field.split(",")]
    return lambda day: any(test(day) for test in tests)


def _day_of_month(item: str, text: str) -> DayTest:
    if item == "LW":
        return lambda day: day.day == _nearest_weekday(day, _length(day))
    if last := re.fullmatch(r"L(?:-(\d{1,2}))?", item):
        offset = int(last[1] or 0)
        return lambda day: day.day == _length(day) - offset
    if near := re.fullmatch(r"(\d{1,2})W", item):
        wanted = _number(near[1], 1, 31, text, None)
        return lambda day: wanted <= _length(day) and day.day == _nearest_weekday(day, wanted)
    days = frozenset(_numbers(item, 1, 31, text))
    return lambda day: day.day in days


def _day_of_week(item: str, text: str) -> DayTest:
    if item == "L":
        return lambda day: day.isoweekday() == 7
    if last := re.fullmatch(r"(\w+)L", item):
        weekday = _number(last[1], 0, 7, text, _WEEKDAYS) % 7
        return lambda day: day.isoweekday() % 7 == weekday and day.day + 7 > _length(day)
    if nth := re.fullmatch(r"(\w+)#(\d+)", item):
        weekday, which = _number(nth[1], 0, 7, text, _WEEKDAYS) % 7, _number(nth[2], 1, 5, text, None)
        return lambda day: day.isoweekday() % 7 == weekday and (day.day - 1) // 7 + 1 == which
    upwards = re.sub(r"-(SUN|0)\b", "-7", item)  # a week may be written Monday to Sunday, too
    weekdays = frozenset(number % 7 for number in _numbers(upwards, 0, 7, text, _WEEKDAYS))
    return lambda day: day.isoweekday() % 7 in weekdays


def _length(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _nearest_weekday(month: date, wanted: int) -> int:
    weekday = month.replace(day=wanted).isoweekday()
    if weekday == 6:
        return wanted - 1 if wanted > 1 else wanted + 2
    if weekday == 7:
        return wanted + 1 if wanted < _length(month) else wanted - 2
    return wanted


def _end_of_jump(wall: datetime) -> datetime:
    before, after = wall.replace(fold=1).astimezone(UTC), wall.replace(fold=0).astimezone(UTC)
    offset = after.astimezone(wall.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=(after - before) // timedelta(seconds=2))
        if middle.astimezone(wall.tzinfo).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after
