"""What holds for all values: texts read back, arithmetic undoes itself, relations agree with one another."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import FeelLimitError, Run
from app.feel.builtins.patterns import PatternError, compile_pattern, search
from app.feel.values import (
    DaysTimeDuration,
    FeelDate,
    FeelDateTime,
    FeelTime,
    YearsMonthsDuration,
    add,
    compare,
    feel_equal,
    is_same,
    parse_number,
    parse_temporal,
    subtract,
)
from app.feel.values.numbers import number_text

dates = st.integers(-365_000_000_000, 365_000_000_000).map(FeelDate.from_epoch_day).filter(bool)
zones = st.sampled_from([None, "Europe/Paris", "Asia/Shanghai", "America/New_York", "Australia/Lord_Howe"])
offsets = st.one_of(st.none(), st.integers(-18 * 3600, 18 * 3600))


@st.composite
def times(draw: st.DrawFn) -> FeelTime:
    zone = draw(zones)
    return FeelTime.from_nanos(draw(st.integers(0, 86_400 * 10**9 - 1)), None if zone else draw(offsets), zone)


durations = st.one_of(
    st.integers(-(10**18), 10**18).map(DaysTimeDuration),
    st.integers(-(10**6), 10**6).map(YearsMonthsDuration),
)
date_times = st.builds(FeelDateTime, dates, times())
numbers = st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30, places=4)
values = st.one_of(st.none(), st.booleans(), numbers, st.text(max_size=3), dates, times(), date_times, durations)


@given(st.one_of(dates, times(), date_times, durations))
def test_the_text_of_a_temporal_reads_back_as_the_same(value: Any) -> None:
    assert parse_temporal(str(value)) == value


@given(numbers)
def test_the_text_of_a_number_reads_back_as_the_same(number: Decimal) -> None:
    assert parse_number(number_text(number)) == number


@given(st.text(alphabet="-+PYMDTHS0123456789:.Z@/aE", max_size=30))
def test_no_text_makes_reading_fail(text: str) -> None:
    value = parse_temporal(text)

    assert value is None or parse_temporal(str(value)) == value
    assert parse_number(text) is None or isinstance(parse_number(text), Decimal)


@given(st.integers(-(10**9), 10**9).map(FeelDate.from_epoch_day).filter(bool), times(), durations)
def test_adding_and_taking_away_a_length_of_time_comes_back(day: Any, time: FeelTime, length: Any) -> None:
    run, instant = Run(), FeelDateTime(day, time)
    moved = add(run, instant, length)
    if moved is None or isinstance(length, YearsMonthsDuration):  # months are clipped at a month's end
        return

    assert feel_equal(subtract(run, moved, length), instant)
    assert subtract(run, moved, instant) == length


@given(values, values)
def test_the_relations_agree_with_one_another(left: Any, right: Any) -> None:
    order, back = compare(left, right), compare(right, left)

    assert (order is None) == (back is None)
    assert order is None or back is None or order == -back
    assert feel_equal(left, right) == feel_equal(right, left)
    assert order != 0 or feel_equal(left, right) is True
    assert not is_same(left, right) or feel_equal(left, right) is True


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet="ab\\[](){}|*+?^$.-,0129piwdLu&~#", max_size=24), st.text(alphabet="ab-9", max_size=12))
def test_any_text_is_a_pattern_or_is_refused_as_one(pattern: str, text: str) -> None:
    try:
        compile_pattern(pattern, "i")
        search(Run(), text, pattern, "i")
    except (PatternError, FeelLimitError):
        pass
