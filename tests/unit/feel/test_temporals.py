"""Dates, times and durations: reading, arithmetic, comparison and parts, beyond what Python's own classes hold."""

from __future__ import annotations

import datetime

import pytest

from app.feel import compile_expression
from app.feel.values import FeelDate, FeelDateTime, FeelTime, parse_temporal
from app.feel.values.dates import civil_from_epoch_day, epoch_day


def value(text: str) -> object:
    return compile_expression(text).evaluate({}).value


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01",
        "-2026-03-01",
        "999999999-12-31",
        "-999999999-01-01",
        "2024-02-29",
        "10:30:00",
        "10:30:00.123456789Z",
        "10:30:00+05:30",
        "10:30:00-02:45:55",
        "10:30:00@Europe/Paris",
        "2026-03-01T10:30:00@Asia/Shanghai",
        "P1DT2H3M4.5S",
        "-PT1H2M",
        "P3Y3M",
        "-P1Y",
        "PT0S",
        "P0M",
    ],
)
def test_a_temporal_in_normal_form_is_written_as_it_was_read(text: str) -> None:
    assert str(parse_temporal(text)) == text


@pytest.mark.parametrize(
    ("text", "normal"),
    [
        ("P26M", "P2Y2M"),
        ("PT1000M", "PT16H40M"),
        ("PT240H", "P10D"),
        ("P0D", "PT0S"),
        ("PT0.S", "PT0S"),
        ("10:00:00+00:00", "10:00:00Z"),
        ("2021-01-01T24:00:00", "2021-01-02T00:00:00"),
        ("PT0.0000000019S", "PT0.000000001S"),
    ],
)
def test_other_spellings_come_to_the_normal_form(text: str, normal: str) -> None:
    assert str(parse_temporal(text)) == normal


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "-P",
        "PT",
        "P1DT",
        "P1Y2D",
        "P1H",
        "1Y",
        "2026-02-30",
        "2023-02-29",
        "1000000000-01-01",
        "+2026-01-01",
        "02026-01-01",
        "998-12-31",
        "2026/01/01",
        "10:00",
        "25:00:00",
        "24:00:01",
        "23:59:60",
        "7:00:00",
        "10:00:00+19:00",
        "10:00:00+5:00",
        "10:00:00@No/Where",
        "10:00:00@../../etc/passwd",
        "10:00:00@localtime",
        "10:00:00@right/UTC",
        "10:00:00+02:00@Europe/Paris",
        "2026-01-01T",
        "2026-01-01T10:00:00 Z",
        "P" + "9" * 5000 + "D",
        "２０２６-01-01",
    ],
)
def test_texts_that_spell_no_temporal_are_refused(text: str) -> None:
    assert parse_temporal(text) is None


@pytest.mark.parametrize(
    "claim",
    [
        '@"2024-01-31" + @"P1M" = @"2024-02-29"',
        '@"2024-02-29" - @"P1Y" = @"2023-02-28"',
        '@"2021-01-02" - @"PT1H" = @"2021-01-01"',
        '@"2021-01-02" + @"PT36H" = @"2021-01-03"',
        '@"2021-01-02" - @"2021-01-01" = @"P1D"',
        '@"2021-01-02" - @"2021-01-01T10:10:10+11:00" = @"P1DT49M50S"',
        '@"10:15:00" + @"P1DT1H" = @"11:15:00"',
        '@"23:30:00Z" + @"PT1H" = @"00:30:00Z"',
        '@"10:10:10" - @"11:10:10" = @"-PT1H"',
        '@"P1Y" - @"P2M" = @"P10M"',
        '@"P1Y11M" * -2.5 = @"-P4Y9M"',
        '@"P10DT23H" / 2.5 = @"P4DT9H12M"',
        '@"P10D" / @"P5D" = 2',
        '@"P10Y" / @"P5Y" = 2',
        '-@"P1D" = @"-P1D"',
        'years and months duration(@"2014-12-31T23:59:59", @"-2019-10-01T12:32:59") = @"-P4033Y2M"',
        'years and months duration(@"2012-02-29", @"2013-02-28") = @"P11M"',
    ],
)
def test_arithmetic_follows_the_calendar(claim: str) -> None:
    assert value(claim) is True


@pytest.mark.parametrize(
    "claim",
    [
        # The clock jumps from 02:00 to 03:00 on 28 March 2021 in Paris.
        'string(@"2021-03-28T01:30:00@Europe/Paris" + @"PT1H") = "2021-03-28T03:30:00@Europe/Paris"',
        'string(@"2021-03-27T12:00:00@Europe/Paris" + @"P1D") = "2021-03-28T13:00:00@Europe/Paris"',
        # Clocks are set back from 03:00 to 02:00 on 31 October 2021: 02:30 comes twice.
        '@"2021-10-31T01:30:00@Europe/Paris" + @"PT2H" - @"2021-10-31T01:30:00@Europe/Paris" = @"PT2H"',
        '@"2021-10-31T01:30:00@Europe/Paris" + @"PT1H" < @"2021-10-31T01:30:00@Europe/Paris" + @"PT2H"',
        '@"2021-07-01T12:00:00@Europe/Paris".time offset = @"PT2H"',
        '@"2021-01-01T12:00:00@Europe/Paris".time offset = @"PT1H"',
        '@"12000-07-01T12:00:00@Europe/Paris".time offset = @"PT2H"',
        '@"2021-01-01T12:00:00@Europe/Paris" = @"2021-01-01T11:00:00Z"',
        '@"10:00:00@Europe/Paris" = @"10:00:00+01:00"',
        '@"10:00:00+02:00" < @"09:30:00+01:00"',
        'date and time(@"2020-07-31T14:27:30@Europe/Berlin", "America/Los_Angeles").hour = 5',
        'date and time(@"2020-07-31T14:27:30", "+08:00") = @"2020-07-31T06:27:30Z"',
    ],
)
def test_zones_follow_their_rules_in_every_year(claim: str) -> None:
    assert value(claim) is True


@pytest.mark.parametrize(
    "text",
    [
        '@"10:00:00" = @"10:00:00Z"',
        '@"2021-01-01T00:00:00" < @"2021-01-02T00:00:00Z"',
        '@"2021-01-01" = @"2021-01-01T00:00:00Z"',
        '@"2021-01-02T00:00:00" - @"2021-01-01"',
        '@"10:00:00" + @"P1M"',
        '@"P1D" + @"P1M"',
        '@"999999999-12-31" + @"P1D"',
        '@"P1D" * 1e30',
        '@"P1D" / 0',
        '@"P1D" / @"P0D"',
        '@"2021-01-01" + 1',
    ],
)
def test_what_lies_on_no_common_line_is_null_and_says_so(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})

    assert evaluation.value is None
    assert evaluation.warnings


@pytest.mark.parametrize(
    "claim",
    [
        '@"2018-12-10".weekday = 1',
        '@"2018-12-10T10:30:05.9@Etc/UTC".second = 5',
        '@"10:30:11@Etc/UTC".timezone = "Etc/UTC"',
        '@"10:30:11+02:00".time offset = @"PT2H"',
        '@"10:30:11".time offset = null',
        '@"-P3Y2M".years = -3 and @"-P3Y2M".months = -2',
        '@"P1DT2H3M4S".days = 1 and @"P1DT2H3M4S".hours = 2',
        "[1..10).start = 1 and [1..10).start included and not([1..10).end included)",
        'week of year(@"2005-01-01") = 53 and week of year(@"2003-12-29") = 1',
        'day of year(@"2024-12-31") = 366',
        'string(last day of month(@"1900-02-01")) = "1900-02-28"',
    ],
)
def test_parts_of_temporals_and_ranges_can_be_asked_for(claim: str) -> None:
    assert value(claim) is True


def test_equality_of_times_leaves_fractions_of_a_second_out_and_order_does_not() -> None:
    assert value('@"10:30:00.1" = @"10:30:00.2"') is True
    assert value('@"10:30:00.1" < @"10:30:00.2"') is True
    assert value('is(@"10:30:00.1", @"10:30:00.2")') is False


def test_the_calendar_agrees_with_pythons_wherever_both_have_years() -> None:
    for ordinal in range(-700_000, 2_900_000, 997):
        python = datetime.date(1970, 1, 1) + datetime.timedelta(days=ordinal)
        assert civil_from_epoch_day(ordinal) == (python.year, python.month, python.day)
        assert epoch_day(python.year, python.month, python.day) == ordinal
        feel = FeelDate(python.year, python.month, python.day)
        assert (feel.weekday, feel.week_of_year) == (python.isoweekday(), python.isocalendar().week)


def test_python_instants_go_in_and_come_out() -> None:
    zone = datetime.timezone(datetime.timedelta(hours=8))
    instant = datetime.datetime(2026, 3, 1, 10, 30, 0, 500_000, tzinfo=zone)

    assert str(FeelDateTime.from_python(instant)) == "2026-03-01T10:30:00.5+08:00"
    assert FeelDateTime.from_python(instant).to_python(datetime.UTC) == instant
    local = FeelDateTime(FeelDate(2026, 3, 1), FeelTime(2, 30, 0))
    assert local.to_python(datetime.UTC) == datetime.datetime(2026, 3, 1, 2, 30, tzinfo=datetime.UTC)
    assert FeelDateTime(FeelDate(12_000, 1, 1), FeelTime(0, 0, 0)).to_python(datetime.UTC) is None
