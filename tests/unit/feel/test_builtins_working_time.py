"""Working time is asked of the environment's calendars; dates stay dates, and instants keep their zone."""

from __future__ import annotations

import datetime

from app.feel import Environment, compile_expression


class WeekdaysFromNineToFive:
    """A calendar port: Monday to Friday, one calendar called "bank"; hours are only added."""

    def working_days_after(self, calendar: str, start: datetime.datetime, n: int) -> datetime.datetime | None:
        if calendar != "bank":
            return None
        step = datetime.timedelta(days=1 if n >= 0 else -1)
        while n:
            start += step
            n -= (1 if n > 0 else -1) * (start.isoweekday() < 6)
        return start

    def working_hours_after(self, calendar: str, start: datetime.datetime, hours: float) -> datetime.datetime | None:
        return start + datetime.timedelta(hours=hours) if calendar == "bank" else None

    def working_days_between(self, calendar: str, start: datetime.datetime, end: datetime.datetime) -> int | None:
        days = (start + datetime.timedelta(days=n) for n in range(1, (end - start).days + 1))
        return sum(day.isoweekday() < 6 for day in days) if calendar == "bank" else None

    def is_working_day(self, calendar: str, day: datetime.datetime) -> bool | None:
        return day.isoweekday() < 6 if calendar == "bank" else None


ENVIRONMENT = Environment(calendars=WeekdaysFromNineToFive(), zone="Asia/Shanghai")


def value(text: str) -> object:
    return compile_expression(text).evaluate({}, ENVIRONMENT).value


def test_a_date_gives_a_date_and_an_instant_keeps_its_zone() -> None:
    # 6 March 2026 is a Friday.
    assert str(value('working days after(@"2026-03-06", 1, "bank")')) == "2026-03-09"
    assert str(value('working days after(@"2026-03-09T08:00:00+08:00", -1, "bank")')) == "2026-03-06T08:00:00+08:00"
    assert str(value('working days after(@"2026-03-06T08:00:00@Asia/Shanghai", 5, "bank")')) == (
        "2026-03-13T08:00:00@Asia/Shanghai"
    )
    assert str(value('working days after(@"2026-03-06T08:00:00", 1, "bank")')) == "2026-03-09T08:00:00"


def test_hours_days_between_and_single_days_can_be_asked() -> None:
    assert str(value('working hours after(@"2026-03-06T08:00:00Z", 2.5, "bank")')) == "2026-03-06T10:30:00Z"
    assert str(value('working hours after(@"2026-03-06", 2, "bank")')) == "2026-03-06T02:00:00@Asia/Shanghai"
    assert value('working days between(@"2026-03-06", @"2026-03-13", "bank") = 5') is True
    assert value('is working day(date: @"2026-03-07", calendar: "bank")') is False


def test_an_unknown_calendar_no_calendars_and_absurd_lengths_are_null_and_say_so() -> None:
    text = 'working days after(@"2026-03-06", 1, "moon")'
    absurd = 'working days after(@"2026-03-06", 1e9, "bank")'
    too_early = 'is working day(@"-5000-01-01", "bank")'

    assert compile_expression(text).evaluate({}, ENVIRONMENT).warnings[0].code == "NO_CALENDAR"
    assert compile_expression(text).evaluate({}).warnings[0].code == "NO_CALENDAR"
    assert compile_expression(absurd).evaluate({}, ENVIRONMENT).warnings[0].code == "INVALID_ARGUMENT"
    assert compile_expression(too_early).evaluate({}, ENVIRONMENT).value is None
