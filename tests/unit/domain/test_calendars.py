"""Working time as people in China and elsewhere count it."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars import (
    Calendar,
    CalendarFileError,
    NamedCalendars,
    SpecialDay,
    china_calendar,
    read_special_days,
    shipped_calendar,
    working_days_after,
    working_days_between,
    working_hours_after,
    working_seconds_between,
)
from app.errors import InvalidInputError

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china_calendar()


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def test_2026_has_the_state_councils_holidays_and_make_up_days() -> None:
    make_up = [special.day for special in CHINA.special_days if special.working and special.day.year == 2026]
    assert make_up == [
        date(2026, 1, 4),
        date(2026, 2, 14),
        date(2026, 2, 28),
        date(2026, 5, 9),
        date(2026, 9, 20),
        date(2026, 10, 10),
    ]
    assert not CHINA.is_working_day(date(2026, 10, 1))
    assert CHINA.is_working_day(date(2026, 10, 10))


def test_a_year_without_a_notice_is_provisional() -> None:
    assert CHINA.provisional_years(date(2026, 12, 1), date(2027, 1, 15)) == (2027,)


def test_seven_working_days_step_over_the_golden_week_and_count_make_up_days() -> None:
    # From 25 Sep 2026 (holiday): 28, 29, 30 Sep, then 8, 9 Oct, Saturday 10 Oct is worked, 12 Oct.
    assert working_days_after(CHINA, at("2026-09-25T16:00"), 7) == at("2026-10-12T16:00")


def test_working_days_backwards_and_none_at_all() -> None:
    assert working_days_after(CHINA, at("2026-10-12T16:00"), -6) == at("2026-09-28T16:00")
    assert working_days_after(CHINA, at("2026-10-01T16:00"), 0) == at("2026-10-01T16:00")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.integers(1, 60))
def test_counting_back_what_was_counted_forward(start: datetime, count: int) -> None:
    instant = start.replace(tzinfo=SHANGHAI)
    assert working_days_between(CHINA, instant, working_days_after(CHINA, instant, count)) == count


def test_working_hours_pause_at_noon_overnight_and_at_the_weekend() -> None:
    assert working_hours_after(CHINA, at("2026-11-20T11:00"), 2) == at("2026-11-20T14:00")
    assert working_hours_after(CHINA, at("2026-11-20T17:00"), 2) == at("2026-11-23T10:00")
    assert working_hours_after(CHINA, at("2026-11-21T17:00"), 8) == at("2026-11-23T18:00")


@given(st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 1)), st.integers(0, 200))
def test_the_working_time_between_is_what_was_added(start: datetime, hours: int) -> None:
    instant = start.replace(tzinfo=SHANGHAI)
    assert working_seconds_between(CHINA, instant, working_hours_after(CHINA, instant, hours)) == hours * 3600


def test_working_hours_are_local_hours_across_a_change_of_the_clock() -> None:
    london = Calendar("uk", 1, ZoneInfo("Europe/London"), hours=((time(9), time(17)),))
    friday = datetime(2026, 3, 27, 16, tzinfo=ZoneInfo("Europe/London"))  # clocks go forward on Sunday 29 March
    assert working_hours_after(london, friday, 2) == datetime(2026, 3, 30, 9, tzinfo=UTC)


def test_a_calendar_that_never_works_ends_in_an_error() -> None:
    never = Calendar("never", 1, SHANGHAI, weekend=frozenset(range(7)))
    with pytest.raises(InvalidInputError, match="to lie within"):
        working_days_after(never, at("2026-01-01T00:00"), 1)


def test_a_new_version_replaces_whole_years_and_leaves_the_old_one_as_it_was() -> None:
    new = CHINA.with_days([SpecialDay(date(2027, 1, 1), False)], official_years=[2027], version=2)
    assert (new.is_working_day(date(2027, 1, 1)), CHINA.is_working_day(date(2027, 1, 1))) == (False, True)
    assert new.provisional_years(date(2027, 1, 1), date(2027, 12, 31)) == ()
    assert new.is_working_day(date(2026, 10, 10))


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("2027.csv", "date,kind,name\n2027-01-01,休,元旦\n2027-01-02,working,元旦\n"),
        ("2027.json", '[{"date": "2027-01-01", "kind": "holiday"}, {"date": "2027-01-02", "kind": "班"}]'),
        (
            "2027.ics",
            (
                "BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20270101\r\nDTEND;VALUE=DATE:20270102\r\nSUMMARY:元旦\r\n 放假\r\n"
                "END:VEVENT\r\nBEGIN:VEVENT\nDTSTART;VALUE=DATE:20270102\nSUMMARY:元旦(班)\nEND:VEVENT\n"
            ),
        ),
    ],
)
def test_special_days_are_read_from_every_kind_of_file(file: str, text: str) -> None:
    assert [(special.day.day, special.working) for special in read_special_days(text, file=file)] == [
        (1, False),
        (2, True),
    ]


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("a.csv", "date,kind\n2027-02-30,holiday\n", "line 2"),
        ("a.csv", "date,kind\n2027-02-03,perhaps\n", "'perhaps'"),
        ("a.csv", "day\n1\n", "columns"),
        ("a.csv", "date,kind\n2027-01-01,holiday\n2027-01-01,working\n", "both"),
        ("a.json", "[", "Expected JSON"),
        ("a.json", "[1]", "entry 1"),
        ("a.ics", "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT", "event 1"),
        ("a.ics", "BEGIN:VEVENT\nDTSTART:20270101\nDTEND:20280101\nEND:VEVENT", "1 to 60 days"),
        ("a.xls", "", "ending in"),
        ("a.ics", "", "at least one day"),
    ],
)
def test_a_file_that_cannot_be_read_says_where(file: str, text: str, message: str) -> None:
    with pytest.raises(CalendarFileError, match=message):
        read_special_days(text, file=file)


def test_feel_asks_by_name_and_gets_nothing_for_a_name_nobody_knows() -> None:
    calendars = NamedCalendars({"cn": CHINA})
    assert calendars.is_working_day("cn", at("2026-10-10T00:00")) is True
    assert calendars.working_days_between("mars", at("2026-10-10T00:00"), at("2026-10-11T00:00")) is None
    later = calendars.working_days_after("cn", at("2026-11-20T09:00"), 1)
    assert later is not None
    assert later - at("2026-11-20T09:00") == timedelta(days=3)


@pytest.mark.parametrize(
    ("name", "start", "count", "end"),
    [
        ("gb", "2026-12-24", 3, "2026-12-31"),  # Christmas Day, a weekend, and Boxing Day's substitute on the 28th
        ("gb", "2027-03-25", 1, "2027-03-30"),  # Good Friday to Easter Monday
        ("eu", "2026-04-30", 1, "2026-05-04"),  # TARGET is closed on 1 May
        ("us", "2026-07-02", 1, "2026-07-06"),  # 4 July is a Saturday: kept on the Friday
    ],
)
def test_the_holidays_of_other_places_are_left_out(name: str, start: str, count: int, end: str) -> None:
    calendar = shipped_calendar(name)
    assert calendar is not None
    noon = datetime.fromisoformat(f"{start}T12:00").replace(tzinfo=calendar.zone)
    assert working_days_after(calendar, noon, count).astimezone(calendar.zone).date().isoformat() == end


def test_a_year_that_nobody_has_announced_is_provisional_elsewhere_too() -> None:
    calendar = shipped_calendar("gb")
    assert calendar is not None
    assert calendar.provisional_years(date(2026, 1, 1), date(2028, 12, 31)) == (2028,)
