"""Instants and lengths as ISO 8601 writes them."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.timers import TimerError, read_instant
from app.engine.timers.reading import Length, read_length

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-06-01T10:00:00Z", "2026-06-01T10:00:00+00:00"),
        ("2026-06-01T10:00:00+02:00", "2026-06-01T08:00:00+00:00"),
        ("2026-06-01T10:00:00[Europe/Berlin]", "2026-06-01T08:00:00+00:00"),
        ("2026-06-01T10:00:00+02:00[Europe/Berlin]", "2026-06-01T08:00:00+00:00"),
        ("2026-06-01T10:00:00@Europe/Berlin", "2026-06-01T08:00:00+00:00"),
        ("2026-06-01T10:00:00", "2026-06-01T02:00:00+00:00"),
        ("2026-06-01T10:00", "2026-06-01T02:00:00+00:00"),
        ("2026-06-01", "2026-05-31T16:00:00+00:00"),
        ("2026-06-01T10:00:00.25Z", "2026-06-01T10:00:00.250000+00:00"),
    ],
)
def test_an_instant_is_read_in_its_own_zone_or_the_institutions(text: str, expected: str) -> None:
    assert read_instant(text, SHANGHAI).isoformat() == expected


def test_a_naive_summer_date_read_in_winter_has_the_summer_offset() -> None:
    assert read_instant("2026-07-01T12:00:00", BERLIN) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert read_instant("2026-01-01T12:00:00", BERLIN) == datetime(2026, 1, 1, 11, tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    ["", "soon", "2026-13-01", "2026-02-30T00:00:00Z", "2026-06-01T10:00:00[Mars/Base]", "0001-01-01T00:00:00+10:00"],
)
def test_what_is_no_instant_is_refused_in_words(text: str) -> None:
    with pytest.raises(TimerError, match=r"^Expected .* got "):
        read_instant(text, UTC)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("PT10M", Length(exact=timedelta(minutes=10))),
        ("P1Y2M", Length(months=14)),
        ("P2W", Length(days=14)),
        ("P1DT2H3.5S", Length(days=1, exact=timedelta(hours=2, seconds=3.5))),
        ("-PT5M", Length(exact=timedelta(minutes=-5))),
        ("P-1D", Length(days=-1)),
    ],
)
def test_a_duration_is_read_in_three_parts(text: str, expected: Length) -> None:
    assert read_length(text) == expected


@pytest.mark.parametrize("text", ["P", "PT", "P1DT", "10 minutes", "PT1.5H", "P1S", "T1H", ""])
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(TimerError, match="ISO 8601 duration"):
        read_length(text or " ")


@pytest.mark.parametrize(
    ("start", "length", "times", "expected"),
    [
        ("2026-01-31T10:00:00+00:00", "P1M", 1, "2026-02-28"),
        ("2026-01-31T10:00:00+00:00", "P1M", 2, "2026-03-31"),
        ("2026-11-30T10:00:00+00:00", "P3M", 1, "2027-02-28"),
        ("2024-02-29T10:00:00+00:00", "P1Y", 1, "2025-02-28"),
        ("2024-02-29T10:00:00+00:00", "P1Y", 4, "2028-02-29"),
        ("2026-03-31T10:00:00+00:00", "-P1M", 1, "2026-02-28"),
    ],
)
def test_months_are_clipped_to_the_end_of_the_month(start: str, length: str, times: int, expected: str) -> None:
    assert read_length(length).after(datetime.fromisoformat(start), times).date().isoformat() == expected


def test_a_day_keeps_the_wall_clock_and_24_hours_do_not() -> None:
    noon_before_the_short_night = datetime(2026, 3, 28, 12, tzinfo=BERLIN)
    assert read_length("P1D").after(noon_before_the_short_night).isoformat() == "2026-03-29T12:00:00+02:00"
    assert read_length("PT24H").after(noon_before_the_short_night).isoformat() == "2026-03-29T13:00:00+02:00"


def test_a_length_past_the_year_9999_is_refused() -> None:
    with pytest.raises(TimerError, match="between the years 1 and 9999"):
        read_length("P9000Y").after(datetime(2026, 1, 1, tzinfo=UTC))


@given(
    instant=st.datetimes(min_value=datetime(1950, 1, 1), max_value=datetime(2200, 1, 1), timezones=st.just(UTC)),
    minutes=st.integers(-14 * 60, 14 * 60),
)
def test_an_instant_written_with_any_offset_reads_back_as_itself(instant: datetime, minutes: int) -> None:
    written = instant.astimezone(timezone(timedelta(minutes=minutes))).isoformat()
    assert read_instant(written, SHANGHAI) == instant


@given(
    start=st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2100, 1, 1), timezones=st.just(UTC)),
    seconds=st.integers(0, 10**8),
)
def test_clock_parts_move_the_instant_exactly(start: datetime, seconds: int) -> None:
    assert read_length(f"PT{seconds}S").after(start.astimezone(BERLIN)) - start == timedelta(seconds=seconds)
