"""The due instants of one timer: the first, and for a cycle the next.

The rule for what was missed (a start in the past, a machine that was down): all missed occurrences merge into one
firing, due at once; the next lies on the cycle's own grid, after now. A counted cycle counts firings, so `R3/PT10M`
still fires three times. Occurrences are computed from the cycle's start, never from the one before: nothing drifts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum

from app.engine.timers.cron import read_cron
from app.engine.timers.reading import Length, TimerError, read_instant, read_length, read_zoned
from app.feel import DaysTimeDuration

_CYCLE = re.compile(r"R(?P<count>\d{0,9})/(?:(?P<start>.+)/)?(?P<length>[^/]+)")
_MEAN_MONTH = timedelta(days=30.436875)


class TimerKind(StrEnum):
    """The three kinds of bpmn:timerEventDefinition."""

    DATE = "timeDate"
    DURATION = "timeDuration"
    CYCLE = "timeCycle"


@dataclass(frozen=True, slots=True)
class Due:
    """When a timer fires: `at` in UTC, `remaining` firings with this one (None without end), `cycle` to go on from."""

    at: datetime
    remaining: int | None = 1
    cycle: str = ""


def first_due(value: object, kind: TimerKind, now: datetime, zone: tzinfo) -> Due:
    """Return the first due instant of a timer armed at `now` with `value` (text or FEEL value).

    A date or a start in the past is due at once. `zone` is the institution's: naive texts, calendar lengths and cron
    follow its wall clock. Raises TimerError for a value that `kind` does not take.
    """
    text = _text_of(value, kind)
    now = now.astimezone(UTC)
    if kind is TimerKind.DATE:
        return Due(read_instant(text, zone))
    if kind is TimerKind.DURATION:
        length = _exact(value) if isinstance(value, DaysTimeDuration) else read_length(text)
        return Due(length.after(now.astimezone(zone)).astimezone(UTC))
    if not text.startswith("R"):
        return Due(_next_of_cron(text, now, zone), None, text)
    cycle = _read_cycle(text, zone)
    if cycle.start is not None:
        return Due(max(cycle.start.astimezone(UTC), now), cycle.count, text)
    start = now.astimezone(zone)
    return Due(
        cycle.length.after(start).astimezone(UTC), cycle.count, text.replace("/", f"/{_zoned_text(start, zone)}/", 1)
    )


def next_due(due: Due, now: datetime, zone: tzinfo) -> Due | None:
    """Return what follows after `due` has fired at `now`, or None if that was the last."""
    if not due.cycle or due.remaining == 1:
        return None
    remaining = due.remaining - 1 if due.remaining is not None else None
    later_than = max(due.at, now.astimezone(UTC))
    if due.cycle.startswith("R"):
        return Due(_read_cycle(due.cycle, zone).next_after(later_than), remaining, due.cycle)
    return Due(_next_of_cron(due.cycle, later_than, zone), remaining, due.cycle)


def moved(due: Due, at: datetime, zone: tzinfo) -> Due:
    """Return `due` as due at another instant; the grid of a cycle moves along, a cron expression keeps to the clock."""
    if not due.cycle.startswith("R") or at == due.at:
        return replace(due, at=at)
    found = _CYCLE.fullmatch(due.cycle)
    assert found is not None, f"the cycle {due.cycle!r} was read when the timer was armed"
    start = _zoned_text(at.astimezone(zone), zone)
    return Due(at, due.remaining, f"R{found['count']}/{start}/{found['length']}")


def check_timer(text: str, kind: TimerKind) -> None:
    """Raise TimerError if `text`, written into a model, is no timer of this `kind`."""
    first_due(text, kind, datetime(2026, 1, 1, tzinfo=UTC), UTC)


def _exact(value: DaysTimeDuration) -> Length:
    """FEEL's durations of days are so many times 24 hours; only a text can say `P1D` and mean a day of the calendar."""
    try:
        return Length(exact=timedelta(microseconds=value.nanos // 1000))
    except OverflowError as problem:
        raise TimerError(f"Expected a duration of less than a million years, but got {value}") from problem


def _text_of(value: object, kind: TimerKind) -> str:
    if isinstance(value, str) and value.strip():
        return value.strip()
    if value is None or isinstance(value, (bool, str, list, dict)):
        raise TimerError(f"Expected a value for a {kind}, but got {value!r}")
    return str(value)  # FEEL's temporal values write themselves as ISO 8601


@dataclass(frozen=True, slots=True)
class _Cycle:
    count: int | None
    start: datetime | None
    length: Length

    def next_after(self, instant: datetime) -> datetime:
        assert self.start is not None
        mean = self.length.months * _MEAN_MONTH + timedelta(days=self.length.days) + self.length.exact
        times = max(0, (instant - self.start) // mean)  # near enough; the two loops make it exact
        while times > 0 and self.length.after(self.start, times) > instant:
            times -= 1
        while (at := self.length.after(self.start, times)) <= instant:
            times += 1
        return at.astimezone(UTC)


def _read_cycle(text: str, zone: tzinfo) -> _Cycle:
    found = _CYCLE.fullmatch(text)
    if found is None:
        raise TimerError(f"Expected a cycle such as R3/PT10M or R/2026-01-01T00:00:00Z/P1D, but got {text!r}")
    count = int(found["count"]) if found["count"] else None
    if count == 0:
        raise TimerError(f"Expected a cycle that comes at least once, but got {text!r}")
    length = read_length(found["length"])
    if min(length.months, length.days, length.exact // timedelta(microseconds=1)) < 0 or length == Length():
        raise TimerError(f"Expected a cycle with a length above zero, but got {text!r}")
    return _Cycle(count, read_zoned(found["start"], zone) if found["start"] else None, length)


def _zoned_text(start: datetime, zone: tzinfo) -> str:
    name = getattr(zone, "key", None)
    return start.isoformat() + (f"[{name}]" if name else "")


def _next_of_cron(text: str, instant: datetime, zone: tzinfo) -> datetime:
    due = read_cron(text).next_after(instant, zone)
    if due is None:
        raise TimerError(f"Expected a cron expression that comes due again, but {text!r} does not within 40 years")
    return due
