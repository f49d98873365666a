"""Standard loops (BPMN 13.3.6): a condition before or after each turn, and a limit."""

from tests.conformance.drawing import Node, again, boundary, process, script, sub, timer, user_task
from tests.conformance.playing import Stage


def looped(loop: Node) -> Node:
    return process(user_task("a", loop=loop), flows="s -> a -> after -> e")


def test_a_loop_goes_on_while_its_condition_holds(stage: Stage) -> None:
    play = stage.play(looped(again("=more")))
    assert play.complete("a", more=True).waiting == ["a"]
    assert play.complete("a", more=False).waiting == ["after"]


def test_a_loop_that_tests_after_runs_at_least_once(stage: Stage) -> None:
    assert stage.play(looped(again("=false"))).waiting == ["a"]


def test_a_loop_that_tests_before_may_not_run_at_all(stage: Stage) -> None:
    assert stage.play(looped(again("=false", before=True))).waiting == ["after"]
    play = stage.play(looped(again("=more", before=True)), more=True)
    assert play.complete("a", more=False).waiting == ["after"]


def test_a_loop_stops_at_its_limit(stage: Stage) -> None:
    play = stage.play(looped(again("=true", maximum=3)))
    assert play.complete("a").complete("a").waiting == ["a"]
    assert play.complete("a").waiting == ["after"]


def test_a_loop_may_have_a_limit_only(stage: Stage) -> None:
    play = stage.play(looped(again(maximum=2)))
    assert play.complete("a").waiting == ["a"]
    assert play.complete("a").waiting == ["after"]


def test_a_loop_counts_its_turns(stage: Stage) -> None:
    play = stage.play(looped(again("=loopCounter < 3")))
    assert play.complete("a").complete("a").waiting == ["a"]
    assert play.complete("a").waiting == ["after"]


def test_a_sub_process_can_loop(stage: Stage) -> None:
    inner = sub("sp", script("add", "=n + 1", "n"), flows="s1 -> add -> e1", loop=again("=n < 10"))
    assert stage.play(process(inner, flows="s -> sp -> e"), n=0).variables == {"n": 10}


def test_a_boundary_event_ends_a_loop(stage: Stage) -> None:
    drawn = process(
        user_task("a", loop=again("=true")), boundary("t", "a", timer("PT10M")), flows="s -> a -> e; t -> late"
    )
    play = stage.play(drawn).complete("a")
    stage.advance("PT10M")
    assert play.waiting == ["late"]


def test_a_condition_that_is_no_boolean_stops_with_an_incident(stage: Stage) -> None:
    play = stage.play(looped(again("=more"))).complete("a", more="yes")
    assert [element_id for element_id, _ in play.errors] == ["a"]
