"""First and following due instants of a timer."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.engine.timers import Due, TimerError, TimerKind, check_timer, first_due, next_due
from app.feel import Run, compile_expression

BERLIN, SHANGHAI = ZoneInfo("Europe/Berlin"), ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 1, 31, 10, tzinfo=UTC)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def firings(text: str, now: datetime, count: int, zone: ZoneInfo = SHANGHAI) -> list[datetime]:
    """Return when a cycle armed at `now` fires, each firing on time, at most `count` of them."""
    due: Due | None = first_due(text, TimerKind.CYCLE, now, zone)
    found: list[datetime] = []
    while due is not None and len(found) < count:
        found.append(due.at)
        due = next_due(due, due.at, zone)
    return found


def test_a_date_is_due_at_its_instant_even_in_the_past() -> None:
    due = first_due("2020-01-01T00:00:00Z", TimerKind.DATE, NOW, SHANGHAI)
    assert due == Due(at("2020-01-01T00:00:00+00:00"), 1, "")
    assert next_due(due, NOW, SHANGHAI) is None


def test_a_duration_counts_from_now() -> None:
    assert first_due("PT90S", TimerKind.DURATION, NOW, SHANGHAI).at == NOW + timedelta(seconds=90)
    assert first_due("P1M", TimerKind.DURATION, NOW, SHANGHAI).at == at("2026-02-28T10:00:00+00:00")
    assert first_due("-PT5M", TimerKind.DURATION, NOW, SHANGHAI).at == NOW - timedelta(minutes=5)


def test_feels_own_values_are_taken_and_its_days_are_24_hours() -> None:
    before_the_short_night = at("2026-03-28T12:00:00+01:00")
    day = compile_expression('duration("P1D")').value({}, Run())
    assert first_due(day, TimerKind.DURATION, before_the_short_night, BERLIN).at == at("2026-03-29T13:00:00+02:00")
    assert first_due("P1D", TimerKind.DURATION, before_the_short_night, BERLIN).at == at("2026-03-29T12:00:00+02:00")
    instant = compile_expression('date and time("2026-06-01T10:00:00@Europe/Berlin")').value({}, Run())
    assert first_due(instant, TimerKind.DATE, NOW, SHANGHAI).at == at("2026-06-01T08:00:00+00:00")
    months = compile_expression('duration("P1M")').value({}, Run())
    assert first_due(months, TimerKind.DURATION, NOW, SHANGHAI).at == at("2026-02-28T10:00:00+00:00")
    date = compile_expression('date("2026-06-01")').value({}, Run())
    assert first_due(date, TimerKind.DATE, NOW, SHANGHAI).at == at("2026-05-31T16:00:00+00:00")


def test_a_counted_cycle_fires_so_many_times_from_its_arming() -> None:
    assert firings("R3/PT10M", NOW, 9) == [NOW + timedelta(minutes=10 * n) for n in (1, 2, 3)]


def test_a_cycle_with_a_start_to_come_fires_first_at_the_start() -> None:
    assert firings("R2/2026-02-01T00:00:00Z/P1D", NOW, 9) == [
        at("2026-02-01T00:00:00+00:00"),
        at("2026-02-02T00:00:00+00:00"),
    ]


def test_a_monthly_cycle_does_not_drift_from_the_31st() -> None:
    days = [due.astimezone(SHANGHAI).strftime("%m-%d %H:%M") for due in firings("R/P1M", NOW, 4)]
    assert days == ["02-28 18:00", "03-31 18:00", "04-30 18:00", "05-31 18:00"]


def test_a_daily_cycle_keeps_the_wall_clock_of_the_zone_its_start_names() -> None:
    due = firings("R/2026-03-28T09:00:00[Europe/Berlin]/P1D", NOW, 3)
    assert [d.astimezone(BERLIN).hour for d in due] == [9, 9, 9]
    assert due[1] - due[0] == timedelta(hours=23)


def test_a_start_long_past_fires_once_at_once_and_then_on_its_own_grid() -> None:
    assert firings("R/2020-01-01T00:00:00Z/P1D", NOW, 3) == [
        NOW,
        at("2026-02-01T00:00:00+00:00"),
        at("2026-02-02T00:00:00+00:00"),
    ]


def test_occurrences_missed_while_nothing_ran_merge_into_one_and_are_not_counted() -> None:
    due = first_due("R3/PT10M", TimerKind.CYCLE, NOW, SHANGHAI)
    late = NOW + timedelta(minutes=65)
    second = next_due(due, late, SHANGHAI)
    assert second is not None
    assert (second.at, second.remaining) == (NOW + timedelta(minutes=70), 2)
    third = next_due(second, second.at, SHANGHAI)
    assert third is not None
    assert next_due(third, third.at, SHANGHAI) is None


def test_a_cron_cycle_goes_on_without_end_on_the_institutions_clock() -> None:
    local = [due.astimezone(SHANGHAI).strftime("%a %H:%M") for due in firings("0 0 9 * * MON-FRI", NOW, 6)]
    assert local == ["Mon 09:00", "Tue 09:00", "Wed 09:00", "Thu 09:00", "Fri 09:00", "Mon 09:00"]


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (TimerKind.DATE, "PT5M"),
        (TimerKind.DATE, None),
        (TimerKind.DURATION, "2026-01-01"),
        (TimerKind.DURATION, ["PT5M"]),
        (TimerKind.DURATION, ""),
        (TimerKind.CYCLE, "R0/PT1M"),
        (TimerKind.CYCLE, "R3/PT0S"),
        (TimerKind.CYCLE, "R3/-PT1M"),
        (TimerKind.CYCLE, "R3"),
        (TimerKind.CYCLE, "RX/PT1M"),
        (TimerKind.CYCLE, "R3/soon/PT1M"),
        (TimerKind.CYCLE, "PT5M"),
    ],
)
def test_a_value_that_is_no_timer_of_its_kind_is_refused(kind: TimerKind, value: object) -> None:
    with pytest.raises(TimerError, match=r"^Expected "):
        first_due(value, kind, NOW, SHANGHAI)


def test_a_model_can_be_checked_without_a_clock() -> None:
    check_timer("R/PT10M", TimerKind.CYCLE)
    with pytest.raises(TimerError):
        check_timer("R/PT10", TimerKind.CYCLE)


@given(
    months=st.integers(0, 3),
    days=st.integers(0, 40),
    minutes=st.integers(0, 10_000),
    armed=st.datetimes(min_value=datetime(2000, 1, 1), max_value=datetime(2040, 1, 1), timezones=st.just(UTC)),
    late=st.timedeltas(min_value=timedelta(), max_value=timedelta(days=4000)),
)
def test_the_next_firing_is_the_first_on_the_grid_after_now(
    months: int, days: int, minutes: int, armed: datetime, late: timedelta
) -> None:
    text = f"R/P{months}M{days}DT{minutes}M"
    if not months + days + minutes:
        return
    due = first_due(text, TimerKind.CYCLE, armed, BERLIN)
    now = due.at + late
    following = next_due(due, now, BERLIN)
    assert following is not None
    assert following.at > now
    grid = next_due(Due(following.at - timedelta(microseconds=1), None, due.cycle), due.at, BERLIN)
    assert grid is not None
    assert grid.at == following.at
    assert next_due(due, due.at, BERLIN) is not None


@given(count=st.integers(1, 20), late=st.lists(st.integers(0, 10_000), min_size=20, max_size=20))
def test_a_counted_cycle_fires_exactly_so_often_however_late(count: int, late: list[int]) -> None:
    due: Due | None = first_due(f"R{count}/PT10M", TimerKind.CYCLE, NOW, BERLIN)
    fired = 0
    while due is not None:
        fired += 1
        due = next_due(due, due.at + timedelta(minutes=late[fired - 1]), BERLIN)
    assert fired == count
