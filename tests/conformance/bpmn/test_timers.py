"""Timers on the institution's clock, through the engine."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.conformance.drawing import boundary, bpmn, catch, event_sub, formula, process, start, timer
from tests.conformance.playing import NOON, Stage


@pytest.mark.parametrize(
    ("cycle", "expected"),
    [
        ("0 0 9 * * MON-FRI", ["2026-01-06 01:00", "2026-01-07 01:00", "2026-01-08 01:00"]),
        ("R3/PT20M", ["2026-01-05 12:20", "2026-01-05 12:40", "2026-01-05 13:00"]),
        ("R3/2026-01-31T00:00:00+08:00/P1M", ["2026-01-30 16:00", "2026-02-27 16:00", "2026-03-30 16:00"]),
        ("R3/P1M", ["2026-02-05 12:00", "2026-03-05 12:00", "2026-04-05 12:00"]),
        ("@daily", ["2026-01-05 16:00", "2026-01-06 16:00", "2026-01-07 16:00"]),
    ],
)
def test_a_cycle_comes_due_on_the_institutions_clock(stage: Stage, cycle: str, expected: list[str]) -> None:
    shanghai = Stage(restoring=stage.restoring, zone="Asia/Shanghai")
    event = bpmn("timerEventDefinition", formula("timeCycle", cycle))
    play = shanghai.play(process(boundary("b", "a", event, interrupting=False), flows="s -> a -> e; b -> e1"))
    seen = []
    for _ in range(3):
        (row,) = play.timers.values()
        seen.append(row.due_at.strftime("%Y-%m-%d %H:%M"))
        shanghai.clock.pin(row.due_at)
        play.fire(row.key)
    assert seen == expected


@pytest.mark.parametrize("text", ["2026-01-06T09:00:00", "=due", '=date and time("2026-01-06T09:00:00")'])
def test_a_date_without_zone_is_the_institutions(stage: Stage, text: str) -> None:
    shanghai = Stage(restoring=stage.restoring, zone="Asia/Shanghai")
    event = bpmn("timerEventDefinition", formula("timeDate", text))
    play = shanghai.play(process(catch("c", event), flows="s -> c -> e"), due="2026-01-06T09:00:00")
    assert [row.due_at for row in play.timers.values()] == [datetime(2026, 1, 6, 1, tzinfo=UTC)]


def test_a_cycle_can_be_made_by_feel(stage: Stage) -> None:
    event = bpmn("timerEventDefinition", formula("timeCycle", '=cycle(2, duration("PT10M"))'))
    play = stage.play(process(boundary("b", "a", event, interrupting=False), flows="s -> a -> e; b -> told"))
    stage.advance("PT1H")
    assert play.waiting == ["a", "told", "told"]


def test_a_timer_may_fire_late(stage: Stage) -> None:
    play = stage.play(
        process(boundary("b", "a", timer("R3/PT10M"), interrupting=False), flows="s -> a -> e; b -> told")
    )
    (row,) = play.timers.values()
    stage.clock.pin(NOON + timedelta(minutes=65))
    play.fire(row.key)
    assert play.waiting == ["a", "told"]
    (row,) = play.timers.values()
    assert (row.due_at, row.repetitions) == (NOON + timedelta(minutes=70), 1)


def test_an_event_sub_process_timer_counts_from_the_scopes_beginning(stage: Stage) -> None:
    drawn = process(event_sub("h", start("s1", timer("PT30M")), flows="s1 -> late"), flows="s -> a -> b -> e")
    play = stage.play(drawn)
    stage.advance("PT20M")
    play.complete("a")
    stage.advance("PT10M")
    assert play.waiting == ["late"]
