"""New days of a calendar: what they would change is shown first; open clocks follow, ended ones never."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.domain.actor import Actor
from app.domain.calendars import CalendarFileError
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.feel import Environment, compile_expression
from app.jobs import RECOMPUTE_CLOCKS
from app.services.apply_calendar import apply_calendar
from app.services.create_calendar import NewCalendar, create_calendar
from app.services.get_complaint import get_complaint
from app.services.preview_calendar import CalendarChange, preview_calendar
from app.services.report_event import report_event
from app.services.stored_calendars import seed_calendars
from app.storage.calendars import CalendarVersionRow
from tasks.clocks import recompute_all
from tests.clock_desk import china, clocks, file, record
from tests.desk import BOSS, Desk

STORM = CalendarChange("cn", "date,kind,name\n2026-01-08,holiday,暴雪停业\n", "storm.csv", (2026,))


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    return stocked


def forwarded_soon(bank: Desk) -> str:
    """A complaint that the regulator has and must forward within 7 working days: by 14 January."""
    number = file(bank).number
    bank.perform(report_event, BOSS, number, "regulator_received", bank.clock.now(), document="12363.pdf")
    return number


def forwarding(bank: Desk, number: str) -> str:
    return str(clocks(bank, number)["cn_forwarding"].ledger.deadline)


def test_the_shipped_calendars_are_stored_once(bank: Desk) -> None:
    for _ in range(2):
        bank.perform(seed_calendars)
    rows = bank.rows(CalendarVersionRow)
    assert sorted((row.name, row.version) for row in rows) == [("cn", 1), ("eu", 1), ("gb", 1), ("us", 1)]
    assert {row.name: bool(row.official_years) for row in rows} == {"cn": True, "eu": True, "gb": True, "us": True}


def test_a_preview_names_the_days_and_the_deadlines_and_changes_nothing(bank: Desk) -> None:
    number = forwarded_soon(bank)
    assert forwarding(bank, number) == str(china("2026-01-15T00:00"))
    shown = bank.perform(preview_calendar, BOSS, STORM)
    assert (date(2026, 1, 8), False) in shown.days
    (moved,) = shown.moved
    assert (moved.complaint, moved.clock, moved.old) == (number, "cn_forwarding", china("2026-01-15T00:00"))
    assert moved.new > moved.old
    assert forwarding(bank, number) == str(china("2026-01-15T00:00"))


def test_an_applied_change_moves_open_clocks_in_batches_and_tells_it(bank: Desk) -> None:
    numbers = [forwarded_soon(bank) for _ in range(3)]
    assert bank.perform(apply_calendar, BOSS, STORM, 1) == 2
    assert bank.nudges.sent[-1].task == RECOMPUTE_CLOCKS
    assert (recompute_all(bank.runtime), recompute_all(bank.runtime)) == (3, 0)
    for number in numbers:
        view = clocks(bank, number)["cn_forwarding"]
        assert (view.row.calendar_version, view.row.deadline_at) == (2, view.ledger.deadline)
        line = bank.perform(get_complaint, BOSS, number).events[-1]
        assert (line.kind, line.details["calendar"]) == ("clock-calendar", "cn 2")


def test_an_ended_clock_stays_on_the_calendar_it_was_counted_on(bank: Desk) -> None:
    number = forwarded_soon(bank)
    before = clocks(bank, number)["cn_forwarding"]
    record(bank, before, "stopped", "done", "transfer.pdf")
    bank.perform(apply_calendar, BOSS, STORM, 1)
    assert recompute_all(bank.runtime) == 0
    after = clocks(bank, number)["cn_forwarding"]
    assert (after.row.calendar_version, after.ledger.days) == (1, before.ledger.days)


def test_a_change_that_was_not_previewed_as_it_is_now_is_refused(bank: Desk) -> None:
    bank.perform(apply_calendar, BOSS, STORM, 1)
    with pytest.raises(ConflictError, match="has changed since"):
        bank.perform(apply_calendar, BOSS, STORM, 1)
    with pytest.raises(CalendarFileError, match="line 2"):
        bank.perform(preview_calendar, BOSS, CalendarChange("cn", "date,kind\nsoon,休\n", "x.csv"))
    with pytest.raises(NotFoundError, match="'mars'"):
        bank.perform(preview_calendar, BOSS, CalendarChange("mars", STORM.text, STORM.file))
    with pytest.raises(ForbiddenError):
        bank.perform(preview_calendar, Actor("anna"), STORM)


def test_working_time_in_models_is_read_on_the_stored_calendars(bank: Desk) -> None:
    env = Environment(clock=bank.clock, calendars=bank.runtime.calendars)
    days = compile_expression('working days between(@"2026-01-06", @"2026-01-09", calendar)')
    asked = [days.evaluate({"calendar": name}, env).value for name in ("cn", "gb", "mars")]
    assert asked == [3, 3, None]


NORTH = NewCalendar("north", "cn", [["08:30", "12:00"], ["14:00", "17:30"]])


def test_a_unit_has_hours_of_its_own_on_the_days_of_another_calendar(bank: Desk) -> None:
    bank.perform(create_calendar, BOSS, NORTH)
    hours = compile_expression('working hours after(@"2026-09-30T08:00:00+08:00", 8, "north")')
    due = hours.evaluate({}, Environment(clock=bank.clock, calendars=bank.runtime.calendars)).value
    assert str(due) == "2026-10-08T09:30:00+08:00"  # seven hours that day, then the holidays of October


def test_a_calendar_of_ones_own_takes_new_days_as_any_other(bank: Desk) -> None:
    bank.perform(create_calendar, BOSS, NORTH)
    assert bank.perform(apply_calendar, BOSS, replace(STORM, name="north"), 1) == 2
    (latest,) = [row for row in bank.rows(CalendarVersionRow, name="north") if row.version == 2]
    assert latest.hours == [["08:30", "12:00"], ["14:00", "17:30"]]


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "cn"}, ConflictError),
        ({"name": "North 1"}, InvalidInputError),
        ({"based_on": "mars"}, NotFoundError),
        ({"hours": []}, InvalidInputError),
        ({"hours": [["12:00", "08:30"]]}, InvalidInputError),
        ({"hours": [["08:30"]]}, InvalidInputError),
        ({"hours": [["08:30+08:00", "12:00+08:00"]]}, InvalidInputError),
        ({"hours": [["08:30", "12:00"], ["11:00", "17:30"]]}, InvalidInputError),
    ],
)
def test_a_calendar_that_cannot_be_is_not_made(bank: Desk, changes: dict[str, Any], error: type[Exception]) -> None:
    bank.perform(seed_calendars)
    with pytest.raises(error):
        bank.perform(create_calendar, BOSS, replace(NORTH, **changes))
    with pytest.raises(ForbiddenError):
        bank.perform(create_calendar, Actor("anna", scopes=frozenset({"work"})), NORTH)
    assert bank.rows(CalendarVersionRow, name="north") == []
