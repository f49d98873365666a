"""Clocks as a lawyer would count them by hand."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.calendars import Calendar, china_calendar, working_hours_after
from app.domain.clocks import (
    Classed,
    ClockDefinition,
    ClockEvent,
    ClockEventError,
    ClockHistory,
    Extended,
    ExtensionRule,
    Paused,
    PauseRule,
    Resumed,
    Standing,
    Started,
    Stopped,
    Superseded,
    Unit,
    draw_ledger,
    record_event,
)

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = china_calendar()
BANKING = ClockDefinition(
    id="cn-banking",
    version=1,
    name="order 2020-3",
    article="art 18",
    certainty="V",
    unit=Unit.CALENDAR_DAYS,
    lengths={"simple": 15, "complex": 30},
    first_class="simple",
    calendar="cn",
    pauses=(PauseRule("examination", "art 18", notice=True), PauseRule("mediation", "art 23")),
    extensions=(ExtensionRule(60, "superior institution", "art 18"),),
)
FORWARDED = replace(BANKING, id="fwd", unit=Unit.WORKING_DAYS, lengths={"simple": 7}, pauses=(), extensions=())
STEP = replace(BANKING, id="step", unit=Unit.HOURS, lengths={"simple": 24})
WORKING_STEP = replace(BANKING, id="work", unit=Unit.WORKING_HOURS, lengths={"simple": 8})


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=SHANGHAI)


def started(text: str = "2026-03-02T10:00") -> ClockHistory:
    return ClockHistory((Started(id="s", at=at(text), by="counter"),))


def after(history: ClockHistory, *events: ClockEvent, definition: ClockDefinition = BANKING) -> ClockHistory:
    for event in events:
        history = record_event(history, event, definition, CHINA)
    return history


def ledger(history: ClockHistory, now: str, definition: ClockDefinition = BANKING) -> Any:
    return draw_ledger(history, definition, CHINA, now=at(now))


def pause(id_: str, text: str, reason: str = "mediation") -> Paused:
    return Paused(id=id_, at=at(text), by="h", reason=reason, document="doc", notice="sms")


def resume(id_: str, text: str) -> Resumed:
    return Resumed(id=f"r-{id_}", at=at(text), by="h", pause=id_)


def extension(text: str, **changes: Any) -> Extended:
    whole = {"length": 60, "approver": "li", "level": "head-office senior management", "reason": "x", "notice": "n"}
    return Extended(id="e", at=at(text), by="h", document="d", **(whole | changes))


def test_fifteen_calendar_days_end_with_the_fifteenth_day_after_receipt() -> None:
    drawn = ledger(started(), "2026-03-05T12:00")
    assert drawn.deadline == at("2026-03-18T00:00")  # the end of the 17th
    assert (drawn.days[0].number, drawn.days[1].number, drawn.days[-1].day) == (None, 1, date(2026, 3, 17))
    assert drawn.standing == Standing.RUNNING


def test_a_complex_complaint_has_thirty_days_from_the_same_start() -> None:
    history = after(started(), Classed(id="c", at=at("2026-03-10T09:00"), by="h", complexity="complex"))
    assert ledger(history, "2026-03-11T00:00").days[-1].day == date(2026, 4, 1)


def test_mediation_is_left_out_day_by_day_with_its_document() -> None:
    history = after(started(), pause("p", "2026-03-05T14:00"), resume("p", "2026-03-10T09:00"))
    drawn = ledger(history, "2026-03-11T00:00")
    left_out = [day for day in drawn.days if day.reason == "mediation"]
    assert [day.day.day for day in left_out] == [6, 7, 8, 9]
    assert {(day.rests_on, day.document) for day in left_out} == {("art 23", "doc")}
    assert drawn.days[-1].day == date(2026, 3, 21)


def test_two_pauses_that_meet_at_noon_leave_that_day_out_once() -> None:
    history = after(
        started(),
        pause("p", "2026-03-05T14:00"),
        resume("p", "2026-03-07T12:00"),
        pause("q", "2026-03-07T12:00", "examination"),
        resume("q", "2026-03-09T08:00"),
    )
    assert [
        day.day.day for day in ledger(history, "2026-03-11T00:00").days if day.reason not in ("", "day of the start")
    ] == [6, 7, 8]


def test_while_a_pause_lasts_the_deadline_moves_with_the_days() -> None:
    history = after(started(), pause("p", "2026-03-05T14:00"))
    first, later = ledger(history, "2026-03-08T12:00"), ledger(history, "2026-03-09T12:00")
    assert first.standing == Standing.PAUSED
    assert later.deadline - first.deadline == timedelta(days=1)


@pytest.mark.parametrize(
    ("begins", "standing"),
    [("2026-03-16T23:59", "paused"), ("2026-03-17T10:00", "overdue"), ("2026-03-20T10:00", "overdue")],
)
def test_a_pause_that_begins_on_the_last_day_or_later_saves_no_deadline(begins: str, standing: str) -> None:
    pause = Paused(id="p", at=at(begins), by="clerk", reason="mediation", document="m.pdf")
    history = record_event(started(), pause, BANKING, CHINA)
    assert draw_ledger(history, BANKING, CHINA, now=at("2026-03-25T10:00")).standing == standing


def test_a_longer_class_heals_no_deadline_that_has_passed_and_a_shorter_one_holds_at_any_time() -> None:
    late = Classed(id="c", at=at("2026-03-18T00:00:01"), by="clerk", complexity="complex")
    with pytest.raises(ClockEventError, match="before the deadline"):
        record_event(started(), late, BANKING, CHINA)
    in_time = record_event(started(), replace(late, at=at("2026-03-17T23:59")), BANKING, CHINA)
    back = record_event(in_time, replace(late, id="d", complexity="simple", at=at("2026-03-25T09:00")), BANKING, CHINA)
    assert draw_ledger(back, BANKING, CHINA, now=at("2026-03-25T10:00")).standing is Standing.OVERDUE


def test_seven_working_days_over_the_golden_week() -> None:
    drawn = ledger(started("2026-09-25T10:00"), "2026-09-28T00:00", FORWARDED)
    assert drawn.days[-1].day == date(2026, 10, 12)
    reasons = {day.day.isoformat(): day.reason for day in drawn.days if day.number is None}
    assert reasons["2026-10-01"] == "National Day"
    assert reasons["2026-10-11"] == "weekend"
    assert "2026-10-10" not in reasons


def test_a_year_without_official_data_is_marked() -> None:
    assert ledger(started("2026-12-30T10:00"), "2026-12-31T00:00", FORWARDED).provisional_years == (2027,)
    assert ledger(started("2026-12-30T10:00"), "2026-12-31T00:00").provisional_years == ()


def test_hours_stand_still_to_the_minute() -> None:
    history = after(started(), pause("p", "2026-03-02T12:00"), resume("p", "2026-03-02T12:45"), definition=STEP)
    assert ledger(history, "2026-03-02T13:00", STEP).deadline == at("2026-03-03T10:45")


def test_working_hours_left_when_a_clock_stops_are_left_when_it_goes_on() -> None:
    history = after(started(), pause("p", "2026-03-02T17:00"), resume("p", "2026-03-07T03:00"), definition=WORKING_STEP)
    drawn = ledger(history, "2026-03-09T09:00", WORKING_STEP)  # 6 of 8 hours worked before the pause
    assert drawn.deadline == at("2026-03-09T11:00")
    assert drawn.left_seconds == 7200


def test_an_extension_needs_everything_at_once() -> None:
    with pytest.raises(ClockEventError) as refused:
        after(started(), extension("2026-03-10T09:00", approver="", reason="", notice=""))
    assert set(refused.value.fields) == {"approver", "reason", "notice"}


@pytest.mark.parametrize("level", ["department head", "branch management", "nobody"])
def test_an_extension_by_too_low_an_approver_is_refused(level: str) -> None:
    with pytest.raises(ClockEventError, match="Expected approval by superior institution"):
        after(started(), extension("2026-03-10T09:00", level=level))


@pytest.mark.parametrize("length", [15, 61])
def test_an_extension_beyond_the_rule_or_to_nothing_is_refused(length: int) -> None:
    with pytest.raises(ClockEventError, match="more than 15 and at most 60"):
        after(started(), extension("2026-03-10T09:00", length=length))


def test_an_extension_after_the_deadline_is_refused_and_one_in_time_holds() -> None:
    with pytest.raises(ClockEventError, match="before the deadline"):
        after(started(), extension("2026-03-18T00:01"))
    history = after(started(), extension("2026-03-17T23:59"))
    assert ledger(history, "2026-03-20T00:00").days[-1].day == date(2026, 5, 1)


@pytest.mark.parametrize(
    ("event", "message"),
    [
        (Started(id="t", at=at("2026-03-01T10:00"), by="h"), "one start"),
        (pause("p", "2026-03-05T10:00", "holiday"), "a reason for which"),
        (Paused(id="p", at=at("2026-03-05T10:00"), by="h", reason="examination"), "document, notice"),
        (resume("nobody", "2026-03-05T10:00"), "no.*with the id 'nobody'|there is none with the id"),
        (Classed(id="c", at=at("2026-03-05T10:00"), by="h", complexity="odd"), "Expected a class"),
        (Paused(id="s", at=at("2026-03-05T10:00"), by="h", reason="mediation"), "reads differently"),
        (pause("p", "2026-03-01T10:00"), "begin with its start"),
    ],
)
def test_an_event_that_may_not_happen_is_refused(event: ClockEvent, message: str) -> None:
    with pytest.raises(ClockEventError, match=message):
        after(started(), event)


def test_nothing_happens_after_the_end_but_late_papers_from_before_are_taken() -> None:
    met = after(started(), Stopped(id="x", at=at("2026-03-16T10:00"), by="h", notice="letter"))
    with pytest.raises(ClockEventError, match="nothing after"):
        after(met, pause("p", "2026-03-16T11:00"))
    assert ledger(after(met, pause("p", "2026-03-05T11:00")), "2026-04-01T00:00").standing == Standing.MET


@pytest.mark.parametrize("begins", ["2026-03-16T10:00:30", "2026-03-16T10:00", "2026-03-16T10:01"])
def test_no_pause_begins_in_the_minute_of_the_end_or_later(begins: str) -> None:
    met = after(started(), Stopped(id="x", at=at("2026-03-16T10:00:30"), by="h", notice="letter"))
    with pytest.raises(ClockEventError, match="the clock's end") as refused:
        after(met, pause("p", begins))
    assert refused.value.fields == {"at": ["Ended"]}
    assert after(met, pause("p", "2026-03-16T09:59")).ended is not None


def test_an_end_one_second_late_is_missed_and_a_superseded_clock_is_neither() -> None:
    assert (
        ledger(after(started(), Stopped(id="x", at=at("2026-03-18T00:00:01"), by="h")), "2026-04-01T00:00").standing
        == Standing.MISSED
    )
    over = Superseded(id="x", at=at("2026-03-10T10:00"), by="h", successor="new")
    assert ledger(after(started(), over), "2026-04-01T00:00").standing == Standing.SUPERSEDED


def test_a_clock_that_ended_is_not_changed_by_a_newer_calendar() -> None:
    history = after(
        started("2026-09-25T10:00"), Stopped(id="x", at=at("2026-10-12T10:00"), by="h"), definition=FORWARDED
    )
    then = draw_ledger(history, FORWARDED, CHINA, now=at("2026-11-01T00:00"))
    assert draw_ledger(history, FORWARDED, CHINA, now=at("2029-11-01T00:00")) == then


def test_the_same_event_twice_is_once() -> None:
    history = after(started(), pause("p", "2026-03-05T10:00"))
    assert after(history, pause("p", "2026-03-05T10:00")) is history


PAUSES = st.lists(st.tuples(st.integers(0, 60 * 24), st.integers(0, 20 * 24)), max_size=5)


def events_of(hours: list[tuple[int, int]], start: datetime) -> list[ClockEvent]:
    events: list[ClockEvent] = [Started(id="s", at=start, by="h")]
    for number, (begins, lasts) in enumerate(hours):
        from_ = start + timedelta(hours=begins)
        events.append(Paused(id=f"p{number}", at=from_, by="h", reason="mediation", document="d"))
        events.append(Resumed(id=f"q{number}", at=from_ + timedelta(hours=lasts), by="h", pause=f"p{number}"))
    return events


def by_hand(hours: list[tuple[int, int]], start: datetime, length: int, calendar: Calendar, working: bool) -> date:
    """Go day by day, hour by hour: a day counts unless the clock stood still in each of its hours."""
    still = {start.astimezone(UTC) + timedelta(hours=begins + hour) for begins, lasts in hours for hour in range(lasts)}
    day, counted = start.astimezone(calendar.zone).date(), 0
    while counted < length:
        day += timedelta(days=1)
        midnight = datetime.combine(day, datetime.min.time(), calendar.zone).astimezone(UTC)
        whole = all(midnight + timedelta(hours=hour) in still for hour in range(24))
        counted += not whole and (calendar.is_working_day(day) or not working)
    return day


@given(PAUSES, st.integers(0, 23), st.randoms(use_true_random=False), st.booleans())
def test_any_order_of_events_gives_the_deadline_counted_by_hand(
    hours: list[tuple[int, int]], hour: int, chance: Any, working: bool
) -> None:
    start = datetime(2026, 4, 28, hour, tzinfo=SHANGHAI)
    events = events_of(hours, start)
    chance.shuffle(events)
    definition = replace(BANKING, unit=Unit.WORKING_DAYS if working else Unit.CALENDAR_DAYS)
    drawn = draw_ledger(ClockHistory.of(events), definition, CHINA, now=datetime(2027, 1, 1, tzinfo=UTC))
    assert drawn.days[-1].day == by_hand(hours, start, 15, CHINA, working)


@given(PAUSES)
def test_a_pause_never_brings_a_deadline_nearer(hours: list[tuple[int, int]]) -> None:
    start = datetime(2026, 4, 28, 9, tzinfo=SHANGHAI)
    now = datetime(2027, 1, 1, tzinfo=UTC)
    for definition in (BANKING, STEP, WORKING_STEP):
        deadlines = [
            draw_ledger(ClockHistory.of(events_of(hours[:count], start)), definition, CHINA, now=now).deadline
            for count in range(len(hours) + 1)
        ]
        assert deadlines == sorted(deadlines)


def test_working_hours_without_pauses_are_those_of_the_calendar() -> None:
    assert ledger(started(), "2026-03-02T11:00", WORKING_STEP).deadline == working_hours_after(
        CHINA, at("2026-03-02T10:00"), 8
    )
