"""Rows of the clocks table, events as plain JSON, and when somebody is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.domain.clocks import (
    Alert,
    ClockEventError,
    ClockRuleError,
    Extended,
    Paused,
    PauseRule,
    Standing,
    Unit,
    kind_of,
    make_event,
    next_alert,
    own_details,
    read_rule,
)

ROW: dict[str, Any] = {
    "id": "cn",
    "nameZh": "处理决定",
    "nameEn": "Decision",
    "party": "institution",
    "unit": "calendar days",
    "lengths": {"simple": 15, "complex": 30},
    "firstClass": "simple",
    "calendar": "cn",
    "ends": 24,
    "pauses": [{"reason": "mediation", "article": "23", "notice": False}],
    "extensions": [{"length": 60, "level": "superior institution", "article": "18", "notice": True}],
    "stops": ["closed"],
    "warnHours": 72,
    "article": "18",
    "certainty": "V",
}
DUE = datetime(2026, 1, 21, tzinfo=UTC)
DAY = timedelta(days=1)


def test_a_row_is_read_whole() -> None:
    rule = read_rule(ROW, 3)
    assert (rule.definition.version, rule.definition.unit, rule.warn_before) == (3, Unit.CALENDAR_DAYS, timedelta(3))
    assert rule.definition.pauses == (PauseRule("mediation", "23"),)
    assert (rule.definition.extensions[0].length, rule.stops) == (60, frozenset({"closed"}))


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("id", None),
        ("unit", "moons"),
        ("lengths", {}),
        ("lengths", {"simple": 1.5}),
        ("lengths", {"simple": True}),
        ("firstClass", "hard"),
        ("certainty", "X"),
        ("party", "bank"),
        ("ends", 25),
        ("pauses", [{"reason": "mediation"}]),
        ("pauses", "mediation"),
        ("extensions", [{"length": 60, "level": "anybody", "article": "18"}]),
        ("stops", "closed"),
        ("warnHours", 0),
    ],
)
def test_a_row_that_is_no_clock_is_refused_by_its_column(column: str, value: Any) -> None:
    with pytest.raises(ClockRuleError, match=f"in the column {column} of the clock"):
        read_rule({**ROW, column: value}, 1)


def test_events_survive_being_plain() -> None:
    common: dict[str, Any] = {"id": "e", "at": DUE, "by": "anna", "document": "d"}
    for event in (
        Paused(**common, reason="mediation", notice="sms"),
        Extended(**common, length=60, approver="z", level="handler", reason="r", notice="n"),
    ):
        assert make_event(kind_of(event), **common, details=own_details(event)) == event


@pytest.mark.parametrize(
    ("kind", "details", "fields"),
    [
        ("broken", {}, {"kind"}),
        ("resumed", {}, {"pause"}),
        ("extended", {"length": "60"}, {"length"}),
        ("extended", {"length": True}, {"length"}),
        ("stopped", {"colour": "red"}, {"colour"}),
    ],
)
def test_details_that_do_not_fit_are_named(kind: str, details: dict[str, Any], fields: set[str]) -> None:
    with pytest.raises(ClockEventError) as refused:
        make_event(kind, id="e", at=DUE, by="anna", document="", details=details)
    assert set(refused.value.fields) == fields


def test_a_warning_comes_before_and_the_alarm_just_after() -> None:
    warning = next_alert(DUE, Standing.RUNNING, 3 * DAY, None, DUE - 9 * DAY)
    assert warning is not None
    assert (warning.alert, warning.at) == (Alert.WARNING, DUE - 3 * DAY)
    alarm = next_alert(DUE, Standing.RUNNING, 3 * DAY, Alert.WARNING, DUE - 2 * DAY)
    assert alarm is not None
    assert (alarm.alert, alarm.at > DUE) == (Alert.OVERDUE, True)


def test_nothing_is_told_twice_nor_of_clocks_that_stand() -> None:
    assert next_alert(DUE, Standing.OVERDUE, DAY, Alert.OVERDUE, DUE + DAY) is None
    for standing in (Standing.PAUSED, Standing.MET, Standing.MISSED, Standing.SUPERSEDED):
        assert next_alert(DUE, standing, DAY, None, DUE - DAY) is None
    late = next_alert(DUE, Standing.OVERDUE, DAY, None, DUE + DAY)
    assert late is not None
    assert late.alert is Alert.OVERDUE
