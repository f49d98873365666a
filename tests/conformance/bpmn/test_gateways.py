"""Gateways, diverging and converging."""

import pytest

from tests.conformance.drawing import (
    Node,
    activity,
    boundary,
    catch,
    condition,
    exclusive,
    formula,
    gate,
    inclusive,
    message,
    parallel,
    process,
    receive,
    signal,
    sub,
    timer,
)
from tests.conformance.playing import Stage


def test_an_exclusive_gateway_takes_the_first_way_whose_condition_holds(stage: Stage) -> None:
    drawn = process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a; x -[=n > 2]-> b; x -/-> c")
    assert stage.play(drawn, n=3).waiting == ["a"]
    assert stage.play(drawn, n=1).waiting == ["c"]


def test_the_order_of_an_exclusive_gateways_ways_is_that_of_the_file_and_the_default_comes_last(stage: Stage) -> None:
    drawn = process(exclusive("x"), flows="s -> x; x -/-> c; x -[=n > 2]-> b; x -[=n > 1]-> a")
    assert stage.play(drawn, n=3).waiting == ["b"]


def test_an_exclusive_gateway_with_one_way_needs_no_condition(stage: Stage) -> None:
    assert stage.play(process(exclusive("x"), flows="s -> x -> a")).waiting == ["a"]


def test_an_exclusive_gateway_without_a_way_stops_with_an_incident_until_repaired(stage: Stage) -> None:
    play = stage.play(process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a; x -[=n > 2]-> b"), n=0)
    assert play.errors == [("x", "CONDITION_ERROR")]
    assert play.set(n=2).retry().waiting == ["a"]


def test_a_condition_that_is_no_boolean_stops_with_an_incident(stage: Stage) -> None:
    play = stage.play(process(exclusive("x"), flows="s -> x; x -[=n]-> a; x -/-> b"), n="yes")
    assert [element_id for element_id, _ in play.errors] == ["x"]


def test_an_exclusive_merge_lets_every_token_pass(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), exclusive("x"), flows="s -> g -> x -> a; g -> x"))
    assert play.waiting == ["a", "a"]


def test_a_parallel_gateway_takes_every_way_and_waits_for_all(stage: Stage) -> None:
    play = stage.play(
        process(parallel("g"), parallel("j"), flows="s -> g; g -> a -> j; g -> b -> j; g -> c -> j; j -> d -> e")
    )
    assert play.waiting == ["a", "b", "c"]
    assert play.complete("b").complete("a").waiting == ["c"]
    assert play.complete("c").waiting == ["d"]
    assert play.entered.count("j") == 1


def test_a_parallel_gateway_can_join_and_fork_at_once(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), parallel("h"), flows="s -> g; g -> a -> h; g -> b -> h; h -> c; h -> d"))
    assert play.complete("a").complete("b").waiting == ["c", "d"]


def test_a_parallel_join_in_a_loop_waits_for_all_of_each_round(stage: Stage) -> None:
    flows = "s -> m -> g; g -> a -> j; g -> b -> j; j -> x; x -[=again]-> m; x -/-> e"
    play = stage.play(process(exclusive("m"), parallel("g"), parallel("j"), exclusive("x"), flows=flows), again=True)
    for first, second in (("a", "b"), ("b", "a"), ("a", "b")):
        assert play.complete(first).waiting == [second]
        play.complete(second)
    assert play.waiting == ["a", "b"]
    assert play.set(again=False).complete("b").complete("a").done


def test_an_excess_token_waits_at_a_parallel_join_and_is_not_swallowed(stage: Stage) -> None:
    flows = "s -> g; g -> x; g -> x; x -> a -> j; g -> b -> j; j -> c -> e"
    play = stage.play(process(parallel("g"), exclusive("x"), parallel("j"), flows=flows))
    assert play.complete("a").complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["c"]
    assert play.complete("c").ended is None


def test_an_inclusive_gateway_takes_every_way_whose_condition_holds(stage: Stage) -> None:
    drawn = process(inclusive("o"), flows="s -> o; o -[=n > 1]-> a; o -[=n > 2]-> b; o -/-> c")
    assert stage.play(drawn, n=3).waiting == ["a", "b"]
    assert stage.play(drawn, n=2).waiting == ["a"]
    assert stage.play(drawn, n=1).waiting == ["c"]


def test_an_inclusive_gateway_without_a_way_stops_with_an_incident(stage: Stage) -> None:
    play = stage.play(process(inclusive("o"), flows="s -> o; o -[=n > 1]-> a; o -[=n > 2]-> b"), n=0)
    assert play.errors == [("o", "CONDITION_ERROR")]


ROUND = "o -[=x]-> a -> j; o -[=y]-> b -> j; o -[=z]-> c -> j; j -> d"


@pytest.mark.parametrize("taken", ["a", "ab", "bc", "abc"])
def test_an_inclusive_join_waits_for_the_ways_that_were_taken(stage: Stage, taken: str) -> None:
    chosen = {name: letter in taken for name, letter in zip("xyz", "abc", strict=True)}
    play = stage.play(process(inclusive("o"), inclusive("j"), flows=f"s -> o; {ROUND} -> e"), **chosen)
    for letter in taken:
        assert "d" not in play.waiting
        play.complete(letter)
    assert play.waiting == ["d"]
    assert play.complete("d").done


def test_an_inclusive_join_in_a_loop_waits_for_the_ways_of_each_round(stage: Stage) -> None:
    flows = f"s -> m -> o; {ROUND} -> q; q -[=again]-> m; q -/-> e"
    drawn = process(exclusive("m"), inclusive("o"), inclusive("j"), exclusive("q"), flows=flows)
    play = stage.play(drawn, x=True, y=True, z=False, again=True)
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["d"]
    play.set(z=True).complete("d")
    assert play.complete("c").complete("b").waiting == ["a"]
    assert play.complete("a").set(again=False).complete("d").done


def test_an_inclusive_join_does_not_wait_for_a_token_that_went_elsewhere(stage: Stage) -> None:
    flows = "s -> o; o -[=true]-> a -> j; o -[=true]-> b -> x; x -[=back]-> j; x -/-> e1; j -> d -> e"
    play = stage.play(process(inclusive("o"), inclusive("j"), exclusive("x"), flows=flows), back=False)
    assert play.complete("a").waiting == ["b"]
    assert play.complete("b").waiting == ["d"]


def test_an_inclusive_join_does_not_wait_for_an_interrupted_way(stage: Stage) -> None:
    drawn = process(
        inclusive("o"),
        inclusive("j"),
        boundary("t", "b", timer("PT10M")),
        flows="s -> o; o -[=true]-> a -> j; o -[=true]-> b -> j; t -> aside -> e1; j -> d -> e",
    )
    play = stage.play(drawn).complete("a")
    stage.advance("PT10M")
    assert play.waiting == ["aside", "d"]


def test_an_inclusive_join_waits_for_tokens_inside_a_sub_process_on_its_way(stage: Stage) -> None:
    drawn = process(
        inclusive("o"),
        inclusive("j"),
        sub("sp", flows="s1 -> b -> e1"),
        flows="s -> o; o -[=true]-> a -> j; o -[=true]-> sp -> j; j -> d -> e",
    )
    play = stage.play(drawn).complete("a")
    assert play.waiting == ["b"]
    assert play.complete("b").waiting == ["d"]


def deferred(*events: Node) -> Node:
    ways = "; ".join(f"g -> {event.get('id')} -> after_{event.get('id')}" for event in events)
    return process(gate("eventBased", "g"), *events, flows=f"s -> g; {ways}")


def test_an_event_gateway_takes_the_way_of_the_first_event(stage: Stage) -> None:
    drawn = deferred(catch("m", message("paid", "=1")), catch("t", timer("PT10M")), catch("n", signal("stop")))
    play = stage.play(drawn)
    assert len(play.catching) == 3
    assert play.message("paid", "1").waiting == ["after_m"]
    assert play.catching == []
    play = stage.play(drawn).signal("stop")
    assert play.waiting == ["after_n"]
    play = stage.play(drawn)
    stage.advance("PT10M")
    assert play.waiting == ["after_t"]


@pytest.mark.parametrize(("wait", "expected"), [("PT5M", "after_t1"), ("PT15M", "after_t2")])
def test_two_timers_behind_an_event_gateway_have_their_own_dates(stage: Stage, wait: str, expected: str) -> None:
    play = stage.play(deferred(catch("t1", timer("=wait")), catch("t2", timer("PT10M"))), wait=wait)
    stage.advance("PT20M")
    assert play.waiting == [expected]


def test_a_receive_task_and_a_condition_can_follow_an_event_gateway(stage: Stage) -> None:
    drawn = deferred(receive("r", "paid", "=1"), catch("c", condition("=x > 1")))
    assert stage.play(drawn).message("paid", "1").waiting == ["after_r"]
    assert stage.play(drawn).set(x=2).waiting == ["after_c"]


def test_an_event_that_follows_an_event_gateway_can_be_reached_by_itself_too(stage: Stage) -> None:
    drawn = process(
        gate("eventBased", "g"),
        catch("c", timer("PT1H")),
        catch("d", signal("x")),
        parallel("f"),
        flows="s -> f -> g; g -> c -> a; g -> d -> b; f -> c",
    )
    play = stage.play(drawn).signal("x")
    assert play.catching == ["c"]
    stage.advance("PT1H")
    assert play.waiting == ["a", "b"]


def test_an_event_gateway_in_a_loop_waits_again(stage: Stage) -> None:
    drawn = process(
        gate("eventBased", "g"),
        catch("m", message("more", "=1")),
        catch("n", message("enough", "=1")),
        exclusive("x"),
        flows="s -> x -> g; g -> m -> x; g -> n -> e",
    )
    play = stage.play(drawn)
    for _ in range(3):
        play.message("more", "1")
    assert play.message("enough", "1").done


def joined(activation: str | None) -> Node:
    shown = formula("activationCondition", activation) if activation else None
    return process(
        parallel("g"),
        activity("complexGateway", "j", shown),
        flows="s -> g; g -> a -> j; g -> b -> j; g -> c -> j; j -> d -> e",
    )


def test_a_complex_gateway_goes_on_after_so_many_and_swallows_the_rest(stage: Stage) -> None:
    play = stage.play(joined("=activationCount >= 2"))
    assert play.complete("a").waiting == ["b", "c"]
    assert play.complete("c").waiting == ["b", "d"]
    assert play.complete("b").waiting == ["d"]
    assert play.complete("d").done


def test_a_complex_gateway_can_go_on_after_the_first(stage: Stage) -> None:
    play = stage.play(joined("=activationCount = 1")).complete("b")
    assert play.waiting == ["a", "c", "d"]
    assert play.complete("d").complete("a").complete("c").done
    assert play.completed.count("d") == 1


def test_blocks_of_parallel_branches_in_a_row_do_not_grow(stage: Stage) -> None:
    names = [f"{kind}{n}" for n in range(20) for kind in ("f", "j")]
    gates = [parallel(name) for name in names]
    flows = "s -> f0; " + "; ".join(f"f{n} -> j{n}; f{n} -> j{n}; f{n} -> j{n}" for n in range(20))
    flows += "; " + "; ".join(f"j{n} -> f{n + 1}" for n in range(19)) + "; j19 -> e"
    assert stage.play(process(*gates, flows=flows)).done


def test_an_inclusive_join_in_a_loop_does_not_wait_for_the_next_round(stage: Stage) -> None:
    block = "q -[=true]-> b -> k; q -[=true]-> c -> k; k -> d -> j"
    flows = f"s -> m -> o; o -[=true]-> a -> j; o -[=true]-> q; {block}; j -> x; x -[=again]-> m; x -/-> e"
    gates = [exclusive("m"), exclusive("x"), *(inclusive(name) for name in "oqkj")]
    play = stage.play(process(*gates, flows=flows), again=True)
    assert play.complete("b").complete("c").waiting == ["a", "d"]
    assert play.complete("d").complete("a").waiting == ["a", "b", "c"]
