"""Boundary events: every trigger, interrupting or not, on every kind of activity."""

import pytest

from tests.conformance.drawing import (
    Node,
    boundary,
    call,
    condition,
    each,
    inputs,
    job,
    message,
    parallel,
    process,
    receive,
    signal,
    sub,
    timer,
    user_task,
)
from tests.conformance.playing import NOON, Stage

TRIGGERS = {
    "timer": (timer("PT10M"), lambda play: play.stage.advance("PT10M")),
    "message": (message("ring", "=1"), lambda play: play.message("ring", "1")),
    "signal": (signal("ring"), lambda play: play.signal("ring")),
    "conditional": (condition("=x > 3"), lambda play: play.set(x=4)),
}
HOSTS = {
    "user task": user_task("a"),
    "job": job("a"),
    "receive task": receive("a", "never", "=2"),
    "sub-process": sub("a", flows="s1 -> a1 -> e1"),
    "call activity": call("a", "child"),
    "multi-instance": user_task("a", loop=each("=[1, 2]")),
}


def guarded(host: Node, event: Node, *, interrupting: bool) -> Node:
    return process(
        host, boundary("b", "a", event, interrupting=interrupting), flows="s -> a -> after -> e; b -> told -> e2"
    )


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("host", HOSTS)
def test_an_interrupting_event_ends_its_activity_and_takes_its_own_way(stage: Stage, host: str, trigger: str) -> None:
    stage.deploy(process(flows="s -> inside -> e", ident="child"))
    event, happen = TRIGGERS[trigger]
    play = stage.play(guarded(HOSTS[host], event, interrupting=True), x=1)
    happen(play)
    assert play.waiting == ["told"]
    assert "a" in play.terminated
    assert play.catching == []
    assert all(child.ended for child in stage.plays if child is not play)
    assert play.complete("told").done


@pytest.mark.parametrize("trigger", TRIGGERS)
@pytest.mark.parametrize("host", ["user task", "job", "sub-process", "multi-instance"])
def test_a_non_interrupting_event_goes_its_way_beside_the_activity(stage: Stage, host: str, trigger: str) -> None:
    event, happen = TRIGGERS[trigger]
    play = stage.play(guarded(HOSTS[host], event, interrupting=False), x=1)
    before = play.waiting
    happen(play)
    assert play.waiting == sorted([*before, "told"])
    for element_id in before:
        play.complete(element_id)
    assert play.complete("told").complete("after").done


@pytest.mark.parametrize("trigger", ["message", "signal"])
def test_a_non_interrupting_event_happens_as_often_as_its_trigger_comes(stage: Stage, trigger: str) -> None:
    event, happen = TRIGGERS[trigger]
    play = stage.play(guarded(user_task("a"), event, interrupting=False))
    for _ in range(3):
        happen(play)
    assert play.waiting == ["a", "told", "told", "told"]


def test_a_non_interrupting_condition_happens_at_each_change_that_fulfils_it(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), condition("=x > 3"), interrupting=False), x=1)
    play.set(x=4).set(y=1).set(x=2).set(x=5)
    assert play.waiting == ["a", "told", "told"]


def test_a_condition_that_holds_when_the_activity_begins_happens_at_once(stage: Stage) -> None:
    play = stage.play(guarded(job("a"), condition("=x > 3"), interrupting=True), x=4)
    assert play.waiting == ["told"]


def test_a_condition_can_look_at_some_kinds_of_change_only(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), condition("=x > 3", variableEvents="update"), interrupting=True))
    assert play.set(x=5).waiting == ["a"]
    assert play.set(x=6).waiting == ["told"]


def test_what_an_activity_writes_when_it_completes_does_not_trigger_its_own_condition(stage: Stage) -> None:
    play = stage.play(guarded(job("a"), condition("=x > 3"), interrupting=True), x=1)
    assert play.complete("a", x=9).waiting == ["after"]


def test_completing_the_activity_closes_everything_attached_to_it(stage: Stage) -> None:
    drawn = process(
        *(boundary(f"b{n}", "a", event, interrupting=n % 2 == 0) for n, (event, _) in enumerate(TRIGGERS.values())),
        flows="s -> a -> e",
    )
    play = stage.play(drawn, x=1)
    assert play.catching == ["b0", "b1", "b2", "b3"]
    assert play.complete("a").done


def test_a_timer_cycle_beside_an_activity_happens_so_often(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), timer("R2/PT10M"), interrupting=False))
    for expected in (["a", "told"], ["a", "told", "told"], ["a", "told", "told"]):
        stage.advance("PT10M")
        assert play.waiting == expected
    assert play.catching == []


def test_an_endless_timer_cycle_ends_with_its_activity(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), timer("R/PT10M"), interrupting=False))
    for _ in range(5):
        stage.advance("PT10M")
    assert play.waiting == ["a"] + ["told"] * 5
    assert play.complete("a").catching == []


def test_a_timer_cycle_tells_how_often_it_still_comes(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), timer("R3/PT10M"), interrupting=False))
    seen = []
    for _ in range(3):
        seen += [(row.repetitions, (row.due_at - NOON).seconds // 60) for row in play.timers.values()]
        stage.advance("PT10M")
    assert seen == [(2, 10), (1, 20), (0, 30)]


def test_an_interrupting_timer_cycle_happens_once(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), timer("R3/PT10M"), interrupting=True))
    stage.advance("PT2H")
    assert play.waiting == ["told"]


def test_a_boundary_way_can_lead_back_into_its_own_activity(stage: Stage) -> None:
    play = stage.play(process(boundary("b", "a", timer("PT10M")), flows="s -> a -> e; b -> a"))
    for _ in range(3):
        stage.advance("PT10M")
    assert play.entered.count("a") == 4
    assert play.complete("a").done


def test_a_boundary_event_without_a_way_out_ends_there(stage: Stage) -> None:
    play = stage.play(process(boundary("b", "a", timer("PT10M")), flows="s -> a -> e"))
    stage.advance("PT10M")
    assert play.done


def test_interrupting_a_sub_process_ends_all_that_is_in_it(stage: Stage) -> None:
    inner = sub("sp", parallel("g"), sub("deep", flows="s2 -> y -> e2"), flows="s1 -> g -> x -> e1; g -> deep -> e3")
    play = stage.play(process(inner, boundary("b", "sp", message("stop", "=1")), flows="s -> sp -> e; b -> told -> e4"))
    play.message("stop", "1")
    assert sorted(play.terminated) == ["deep", "sp", "x", "y"]
    assert play.complete("told").done


def test_variables_of_a_boundary_message_go_to_the_process(stage: Stage) -> None:
    play = stage.play(guarded(user_task("a"), message("ring", "=1"), interrupting=False))
    assert play.message("ring", "1", who="Li").variables == {"who": "Li"}


def test_the_correlation_key_of_a_boundary_event_can_be_a_local_variable_of_its_activity(stage: Stage) -> None:
    host = user_task("a", inputs(own="=key"))
    play = stage.play(guarded(host, message("ring", "=own"), interrupting=True), key="1")
    assert play.message("ring", "1").waiting == ["told"]


def test_a_multiple_boundary_event_reacts_to_any_of_its_triggers(stage: Stage) -> None:
    host = user_task("a")
    drawn = process(
        host, boundary("b", "a", timer("PT10M"), message("ring", "=1")), flows="s -> a -> e; b -> told -> e2"
    )
    play = stage.play(drawn)
    assert play.catching == ["b", "b"]
    assert play.message("ring", "1").waiting == ["told"]
    assert play.catching == []
