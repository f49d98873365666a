"""Cron expressions in Camunda's (Spring's) dialect."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.timers import TimerError
from app.engine.timers.cron import read_cron

BERLIN = ZoneInfo("Europe/Berlin")


def due(text: str, after: str, count: int, zone: ZoneInfo | None = None) -> list[str]:
    """Return the next `count` due instants as text on the zone's wall clock."""
    instant, found = datetime.fromisoformat(after), []
    for _ in range(count):
        following = read_cron(text).next_after(instant, zone or UTC)
        assert following is not None
        instant = following
        found.append(instant.astimezone(zone or UTC).strftime("%Y-%m-%d %H:%M:%S"))
    return found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("0 0 9-17 * * MON-FRI", ["2026-01-01 16:00:00", "2026-01-01 17:00:00", "2026-01-02 09:00:00"]),
        ("*/20 * * * * *", ["2026-01-01 15:30:20", "2026-01-01 15:30:40", "2026-01-01 15:31:00"]),
        ("0 0/15 16 * * *", ["2026-01-01 16:00:00", "2026-01-01 16:15:00", "2026-01-01 16:30:00"]),
        ("0 0 0 25 12 ?", ["2026-12-25 00:00:00", "2027-12-25 00:00:00", "2028-12-25 00:00:00"]),
        ("0 0 0 L * *", ["2026-01-31 00:00:00", "2026-02-28 00:00:00", "2026-03-31 00:00:00"]),
        ("0 0 0 L-3 * *", ["2026-01-28 00:00:00", "2026-02-25 00:00:00", "2026-03-28 00:00:00"]),
        ("0 0 0 1W * *", ["2026-02-02 00:00:00", "2026-03-02 00:00:00", "2026-04-01 00:00:00"]),
        ("0 0 0 15W 2,8 ?", ["2026-02-16 00:00:00", "2026-08-14 00:00:00", "2027-02-15 00:00:00"]),
        ("0 0 0 LW * *", ["2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-31 00:00:00"]),
        ("0 0 0 31W * *", ["2026-01-30 00:00:00", "2026-03-31 00:00:00", "2026-05-29 00:00:00"]),
        ("0 0 0 * * 5L", ["2026-01-30 00:00:00", "2026-02-27 00:00:00", "2026-03-27 00:00:00"]),
        ("0 0 0 * * THUL", ["2026-01-29 00:00:00", "2026-02-26 00:00:00", "2026-03-26 00:00:00"]),
        ("0 0 0 ? * 5#2", ["2026-01-09 00:00:00", "2026-02-13 00:00:00", "2026-03-13 00:00:00"]),
        ("0 0 0 ? * mon#1", ["2026-01-05 00:00:00", "2026-02-02 00:00:00", "2026-03-02 00:00:00"]),
        ("0 0 8 * jan-feb SUN", ["2026-01-04 08:00:00", "2026-01-11 08:00:00", "2026-01-18 08:00:00"]),
        ("0 0 8 * * SAT-SUN", ["2026-01-03 08:00:00", "2026-01-04 08:00:00", "2026-01-10 08:00:00"]),
        ("0 0 8 * * 7", ["2026-01-04 08:00:00", "2026-01-11 08:00:00", "2026-01-18 08:00:00"]),
        ("0 0 0 13 * FRI", ["2026-02-13 00:00:00", "2026-03-13 00:00:00", "2026-11-13 00:00:00"]),
        ("0 0 0 29 2 *", ["2028-02-29 00:00:00", "2032-02-29 00:00:00", "2036-02-29 00:00:00"]),
        ("@yearly", ["2027-01-01 00:00:00", "2028-01-01 00:00:00", "2029-01-01 00:00:00"]),
        ("@monthly", ["2026-02-01 00:00:00", "2026-03-01 00:00:00", "2026-04-01 00:00:00"]),
        ("@weekly", ["2026-01-04 00:00:00", "2026-01-11 00:00:00", "2026-01-18 00:00:00"]),
        ("@daily", ["2026-01-02 00:00:00", "2026-01-03 00:00:00", "2026-01-04 00:00:00"]),
        ("@hourly", ["2026-01-01 16:00:00", "2026-01-01 17:00:00", "2026-01-01 18:00:00"]),
    ],
)
def test_an_expression_comes_due_when_camunda_documents_it(text: str, expected: list[str]) -> None:
    assert due(text, "2026-01-01T15:30:00+00:00", 3) == expected


@pytest.mark.parametrize(
    "text",
    ["0 0 9 * *", "60 * * * * *", "0 0 24 * * *", "0 0 0 30 2 *", "0 0 0 * 13 *", "0 0 0 * * 8", "0 0 0 * * MON#6",
     "0 0 0 32W * *", "0 */0 * * * *", "0 9-1 * * * *", "0 0 0 x * *", "@never", "", "0 0 0 ² * *"],
)  # fmt: skip
def test_an_expression_that_is_wrong_or_never_due_is_refused(text: str) -> None:
    with pytest.raises(TimerError, match=r"^Expected "):
        read_cron(text)


def test_a_time_that_the_clock_jumps_over_is_due_at_the_jumps_end() -> None:
    assert due("0 30 2 * * *", "2026-03-28T12:00:00+01:00", 2, BERLIN) == ["2026-03-29 03:00:00", "2026-03-30 02:30:00"]


def test_an_hourly_expression_skips_the_hour_that_does_not_happen() -> None:
    assert due("0 30 * * * *", "2026-03-29T01:00:00+01:00", 2, BERLIN) == ["2026-03-29 01:30:00", "2026-03-29 03:30:00"]


def test_a_time_that_happens_twice_is_due_once_and_an_hourly_one_twice() -> None:
    assert due("0 30 2 * * *", "2026-10-24T12:00:00+02:00", 2, BERLIN) == ["2026-10-25 02:30:00", "2026-10-26 02:30:00"]
    assert due("0 0 * * * *", "2026-10-25T01:00:00+02:00", 3, BERLIN) == [
        "2026-10-25 02:00:00",
        "2026-10-25 02:00:00",
        "2026-10-25 03:00:00",
    ]


@given(
    minute=st.integers(0, 59),
    hours=st.sets(st.integers(0, 23), min_size=1),
    weekdays=st.sets(st.integers(0, 6), min_size=1),
    start=st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2030, 1, 1), timezones=st.just(UTC)),
)
def test_the_next_instant_is_the_first_minute_that_matches(
    minute: int, hours: set[int], weekdays: set[int], start: datetime
) -> None:
    text = f"0 {minute} {','.join(map(str, hours))} * * {','.join(map(str, weekdays))}"
    whole = start.replace(second=0, microsecond=0, minute=0)
    candidates = (whole + timedelta(hours=n, minutes=minute) for n in range(24 * 8 + 1))
    expected = next(c for c in candidates if c > start and c.hour in hours and c.isoweekday() % 7 in weekdays)
    assert read_cron(text).next_after(start, UTC) == expected


@given(start=st.datetimes(min_value=datetime(2026, 1, 1), max_value=datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_every_instant_is_later_than_the_one_before_in_a_zone_whose_clock_jumps(start: datetime) -> None:
    cron, instants = read_cron("0 */20 1-3 * * *"), [start]
    for _ in range(12):
        following = cron.next_after(instants[-1], BERLIN)
        assert following is not None
        instants.append(following)
    assert all(earlier < later for earlier, later in pairwise(instants))
