"""Errors and escalations: who catches what, from where."""

import pytest

from tests.conformance.drawing import boundary, end, error, escalation, job, outputs, parallel, process, sub, throw
from tests.conformance.playing import Stage


def test_an_error_thrown_by_a_worker_is_caught_at_its_task(stage: Stage) -> None:
    play = stage.play(process(job("a"), boundary("b", "a", error("bad")), flows="s -> a -> e; b -> repair"))
    assert play.fail("a", "bad", why="no money").waiting == ["repair"]
    assert play.variables == {"why": "no money"}
    assert play.jobs == {}


def test_the_variables_of_an_error_can_be_mapped_where_it_is_caught(stage: Stage) -> None:
    caught = boundary("b", "a", error("bad"), ext=[outputs(reason="=why")])
    play = stage.play(process(job("a"), caught, flows="s -> a -> e; b -> repair"))
    assert play.fail("a", "bad", why="no money").variables == {"reason": "no money"}


def test_an_error_goes_out_to_the_nearest_scope_that_catches_it(stage: Stage) -> None:
    inner = sub("inner", job("a"), flows="s2 -> a -> e2")
    outer = sub("outer", inner, boundary("b1", "inner", error("other")), flows="s1 -> inner -> e1; b1 -> wrong")
    play = stage.play(process(outer, boundary("b2", "outer", error("bad")), flows="s -> outer -> e; b2 -> right"))
    assert play.fail("a", "bad").waiting == ["right"]


def test_an_event_without_code_catches_every_error(stage: Stage) -> None:
    play = stage.play(process(job("a"), boundary("b", "a", error()), flows="s -> a -> e; b -> repair"))
    assert play.fail("a", "whatever").waiting == ["repair"]


@pytest.mark.parametrize("order", [("special", "any"), ("any", "special")])
def test_a_matching_code_is_preferred_to_catching_everything(stage: Stage, order: tuple[str, str]) -> None:
    codes = {"special": error("bad"), "any": error()}
    caught = [boundary(f"b_{name}", "a", codes[name]) for name in order]
    play = stage.play(process(job("a"), *caught, flows="s -> a -> e; b_special -> one; b_any -> two"))
    assert play.fail("a", "bad").waiting == ["one"]


def test_an_inner_catch_all_comes_before_an_outer_match(stage: Stage) -> None:
    inner = sub("sp", job("a"), boundary("b1", "a", error()), flows="s1 -> a -> e1; b1 -> near")
    play = stage.play(process(inner, boundary("b2", "sp", error("bad")), flows="s -> sp -> e; b2 -> far"))
    assert play.fail("a", "bad").waiting == ["near"]


def test_an_error_does_not_reach_a_parallel_sub_process(stage: Stage) -> None:
    subs = [sub(f"sp{n}", job(f"a{n}"), flows=f"s{n} -> a{n} -> e{n}") for n in (1, 2)]
    caught = [boundary(f"b{n}", f"sp{n}", error("bad")) for n in (1, 2)]
    play = stage.play(process(parallel("g"), *subs, *caught, flows="s -> g -> sp1; g -> sp2; b1 -> one; b2 -> two"))
    assert play.fail("a1", "bad").waiting == ["a2", "one"]


def test_an_error_nobody_catches_is_an_incident_and_can_be_tried_again(stage: Stage) -> None:
    play = stage.play(process(job("a"), boundary("b", "a", error("other")), flows="s -> a -> e; b -> repair"))
    play.fail("a", "bad")
    assert play.errors == [("a", "UNHANDLED_ERROR_EVENT")]
    assert play.retry().errors == []
    assert play.complete("a").done


def test_a_thrown_error_code_can_be_an_expression(stage: Stage) -> None:
    inner = sub("sp", end("ex", error('="ba" + last')), flows="s1 -> ex")
    play = stage.play(process(inner, boundary("b", "sp", error("bad")), flows="s -> sp -> e; b -> repair"), last="d")
    assert play.waiting == ["repair"]


def test_an_error_ends_its_whole_scope_first(stage: Stage) -> None:
    inner = sub("sp", parallel("g"), job("a"), flows="s1 -> g -> a -> e1; g -> b -> e2")
    play = stage.play(process(inner, boundary("x", "sp", error("bad")), flows="s -> sp -> e; x -> repair"))
    play.fail("a", "bad")
    assert sorted(play.terminated) == ["a", "b", "sp"]


def test_an_interrupting_escalation_ends_its_scope(stage: Stage) -> None:
    inner = sub("sp", throw("t", escalation("late")), flows="s1 -> a -> t -> b -> e1")
    play = stage.play(process(inner, boundary("x", "sp", escalation("late")), flows="s -> sp -> e; x -> told"))
    assert play.complete("a").waiting == ["told"]
    assert "sp" in play.terminated


def test_a_non_interrupting_escalation_can_be_caught_again_and_again(stage: Stage) -> None:
    inner = sub("sp", throw("t", escalation("late")), throw("u", escalation("late")), flows="s1 -> t -> u -> b -> e1")
    play = stage.play(
        process(inner, boundary("x", "sp", escalation("late"), interrupting=False), flows="s -> sp -> e; x -> told")
    )
    assert play.waiting == ["b", "told", "told"]


def test_an_escalation_is_caught_by_code_first_and_then_by_any(stage: Stage) -> None:
    inner = sub("sp", throw("t", escalation("late")), throw("u", escalation("other")), flows="s1 -> t -> u -> e1")
    caught = [
        boundary("x", "sp", escalation(), interrupting=False),
        boundary("y", "sp", escalation("late"), interrupting=False),
    ]
    assert stage.play(process(inner, *caught, flows="s -> sp -> e; x -> any; y -> special")).waiting == [
        "any",
        "special",
    ]


def test_an_escalation_goes_no_further_than_the_first_that_catches_it(stage: Stage) -> None:
    inner = sub("inner", throw("t", escalation("late")), flows="s2 -> t -> e2")
    outer = sub(
        "outer",
        inner,
        boundary("b1", "inner", escalation("late"), interrupting=False),
        flows="s1 -> inner -> e1; b1 -> near -> e3",
    )
    play = stage.play(
        process(
            outer, boundary("b2", "outer", escalation("late"), interrupting=False), flows="s -> outer -> e; b2 -> far"
        )
    )
    assert play.waiting == ["near"]


def test_an_escalation_that_leaves_the_process_is_told(stage: Stage) -> None:
    play = stage.play(process(throw("t", escalation("late")), flows="s -> t -> e"))
    assert [(row.kind, row.code) for row in play.outcomes[0].escaped] == [("escalation", "late")]
