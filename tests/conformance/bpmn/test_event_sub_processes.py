"""Event sub-processes: every trigger, interrupting or not, in the process and in a sub-process."""

import pytest

from tests.conformance.drawing import (
    Node,
    boundary,
    condition,
    end,
    error,
    escalation,
    event_sub,
    inputs,
    job,
    mapped,
    message,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    timer,
)
from tests.conformance.playing import Stage

TRIGGERS = {
    "timer": (timer("PT10M"), lambda play: play.stage.advance("PT10M")),
    "message": (message("ring", "=1"), lambda play: play.message("ring", "1")),
    "signal": (signal("ring"), lambda play: play.signal("ring")),
    "conditional": (condition("=x > 3"), lambda play: play.set(x=4)),
    "escalation": (escalation("late"), lambda play: play.complete("thrower")),
    "error": (error("late"), lambda play: play.complete("thrower")),
}


def listening(trigger: str, *, interrupting: bool, inside: bool) -> Node:
    event = TRIGGERS[trigger][0]
    throws = {"escalation": escalation("late"), "error": error("late")}.get(trigger)
    body = (
        parallel("g"),
        end("ex", throws) if throws is not None else end("ex"),
        event_sub("es", start("se", event, interrupting=interrupting), flows="se -> told -> ee"),
    )
    flows = "s1 -> g -> a -> e1; g -> thrower -> ex"
    if not inside:
        return process(*body, flows=flows)
    return process(sub("sp", *body, flows=flows), flows="s -> sp -> after -> e")


@pytest.mark.parametrize("inside", [False, True], ids=["in the process", "in a sub-process"])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_an_interrupting_event_sub_process_ends_the_rest_of_its_scope(stage: Stage, trigger: str, inside: bool) -> None:
    play = stage.play(listening(trigger, interrupting=True, inside=inside), x=1)
    TRIGGERS[trigger][1](play)
    assert play.waiting == ["told"]
    play.complete("told")
    assert play.waiting == (["after"] if inside else [])
    assert play.complete("after").done if inside else play.done


@pytest.mark.parametrize("inside", [False, True], ids=["in the process", "in a sub-process"])
@pytest.mark.parametrize("trigger", [name for name in TRIGGERS if name != "error"])
def test_a_non_interrupting_event_sub_process_runs_beside_its_scope(stage: Stage, trigger: str, inside: bool) -> None:
    play = stage.play(listening(trigger, interrupting=False, inside=inside), x=1)
    TRIGGERS[trigger][1](play)
    assert "told" in play.waiting
    assert "a" in play.waiting
    for element_id in [name for name in play.waiting if name != "told"]:
        play.complete(element_id)
    assert play.waiting == ["told"]
    play.complete("told")
    assert play.complete("after").done if inside else play.done


@pytest.mark.parametrize("trigger", ["message", "signal"])
def test_a_non_interrupting_event_sub_process_runs_as_often_as_its_trigger_comes(stage: Stage, trigger: str) -> None:
    play = stage.play(listening(trigger, interrupting=False, inside=False))
    for _ in range(3):
        TRIGGERS[trigger][1](play)
    assert play.waiting.count("told") == 3


def test_a_cycle_starts_an_event_sub_process_so_often(stage: Stage) -> None:
    drawn = process(
        event_sub("es", start("se", timer("R2/PT10M"), interrupting=False), flows="se -> told"), flows="s -> a -> e"
    )
    play = stage.play(drawn)
    stage.advance("PT10M")
    stage.advance("PT10M")
    stage.advance("PT10M")
    assert play.waiting == ["a", "told", "told"]


@pytest.mark.parametrize("trigger", ["timer", "message", "signal", "conditional"])
def test_a_waiting_event_sub_process_does_not_keep_its_scope_open(stage: Stage, trigger: str) -> None:
    play = stage.play(listening(trigger, interrupting=True, inside=True), x=1)
    play.complete("a").complete("thrower")
    assert play.catching == []
    assert play.complete("after").done


def test_an_interrupting_event_sub_process_ends_running_non_interrupting_ones(stage: Stage) -> None:
    drawn = process(
        event_sub("beside", start("se", signal("tell"), interrupting=False), flows="se -> told"),
        event_sub("instead", start("sf", signal("stop")), flows="sf -> stopped"),
        flows="s -> a -> e",
    )
    play = stage.play(drawn).signal("tell").signal("stop")
    assert play.waiting == ["stopped"]
    assert play.catching == []
    assert play.complete("stopped").done


def test_an_interrupted_scope_listens_no_more(stage: Stage) -> None:
    drawn = process(
        event_sub("one", start("se", message("m", "=1")), flows="se -> told"),
        event_sub("two", start("sf", message("n", "=1")), flows="sf -> never"),
        flows="s -> a -> e",
    )
    assert stage.play(drawn).message("m", "1").catching == []


def test_an_event_sub_process_reads_and_writes_its_scopes_own_variables(stage: Stage) -> None:
    inner = sub(
        "sp",
        event_sub(
            "es", start("se", signal("ring"), interrupting=False), script("add", "=n + 1", "n"), flows="se -> add"
        ),
        flows="s1 -> a -> e1",
        ext=[mapped({"n": "=1"}, {"result": "=n"})],
    )
    play = stage.play(process(inner, flows="s -> sp -> e")).signal("ring").signal("ring").complete("a")
    assert play.variables == {"result": 3}


def test_variables_of_an_event_sub_process_stay_in_it_when_mapped_in(stage: Stage) -> None:
    inner = event_sub(
        "es", start("se", signal("ring"), interrupting=False), flows="se -> told", ext=[inputs(copy="=n")]
    )
    play = stage.play(process(inner, flows="s -> a -> e"), n=5).signal("ring")
    assert play.sees("told")["copy"] == 5
    assert play.complete("told", copy=6).complete("a").variables == {"n": 5}


def test_an_event_sub_process_can_listen_inside_an_event_sub_process(stage: Stage) -> None:
    deeper = event_sub("deeper", start("sf", signal("again")), flows="sf -> last")
    drawn = process(event_sub("es", start("se", signal("ring")), deeper, flows="se -> told"), flows="s -> a -> e")
    play = stage.play(drawn).signal("ring")
    assert play.signal("again").waiting == ["last"]
    assert play.complete("last").done


def test_an_error_goes_to_the_event_sub_process_before_the_boundary_around(stage: Stage) -> None:
    inner = sub("sp", job("a"), event_sub("es", start("se", error("bad")), flows="se -> inside"), flows="s1 -> a -> e1")
    drawn = process(inner, boundary("b", "sp", error("bad")), flows="s -> sp -> e; b -> outside")
    assert stage.play(drawn).fail("a", "bad").waiting == ["inside"]


def test_an_error_thrown_by_an_event_sub_process_goes_around_its_scope(stage: Stage) -> None:
    inner = sub(
        "sp",
        event_sub("es", start("se", signal("ring")), end("ex", error("bad")), flows="se -> ex"),
        flows="s1 -> a -> e1",
    )
    drawn = process(inner, boundary("b", "sp", error("bad")), flows="s -> sp -> e; b -> outside")
    assert stage.play(drawn).signal("ring").waiting == ["outside"]


def test_two_instances_of_one_definition_do_not_share_an_event_sub_process(stage: Stage) -> None:
    drawn = listening("message", interrupting=True, inside=False)
    first = stage.play(drawn).message("ring", "1")
    second = stage.begin(first.definition, {})
    assert second.waiting == ["a", "thrower"]
    assert first.complete("told").done


def test_an_event_sub_process_passes_its_own_error_on_to_the_scope_outside(stage: Stage) -> None:
    passing = event_sub("es", start("se", error("late")), end("ee", error("late")), flows="se -> note -> ee")
    body = sub("sp", job("a"), passing, flows="s1 -> a -> e1")
    play = stage.play(process(body, boundary("b", "sp", error("late")), flows="s -> sp -> e; b -> repair"))
    assert play.fail("a", "late").complete("note").waiting == ["repair"]


@pytest.mark.parametrize("inside", [False, True], ids=["in the process", "in a sub-process"])
def test_an_event_sub_process_sees_what_the_start_event_set(stage: Stage, inside: bool) -> None:
    help_ = event_sub("es", start("se", message("ring", "=number")), flows="se -> told -> ee")
    first = start("s1", ext=[mapped({}, {"number": "=order.id"})])
    flows = "s1 -> a -> e1"
    whole = process(sub("sp", first, help_, flows=flows), flows="s -> sp -> e")
    play = stage.play(whole if inside else process(first, help_, flows=flows), order={"id": "7"})
    assert play.message("ring", "7").waiting == ["told"]
    assert play.complete("told").done


def test_an_event_sub_process_whose_key_nothing_sets_is_an_incident_at_the_start(stage: Stage) -> None:
    help_ = event_sub("es", start("se", message("ring", "=number")), flows="se -> told -> ee")
    play = stage.play(process(help_, flows="s -> a -> e"))
    (incident,) = play.incidents.values()
    assert (incident.element_id, incident.error_type) == ("s", "EXTRACT_VALUE_ERROR")
    assert play.set(number="7").retry().waiting == ["a"]
    assert play.message("ring", "7").waiting == ["told"]
