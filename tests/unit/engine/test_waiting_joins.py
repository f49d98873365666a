"""Inclusive and complex joins where graphs are not plain blocks."""

from tests.conformance.drawing import exclusive, formula, gate, inclusive, parallel, process
from tests.conformance.playing import Stage


def test_a_join_waits_for_a_branch_that_may_be_done_again(stage: Stage) -> None:
    drawn = process(
        inclusive("o"), inclusive("j"), exclusive("x"),
        flows="s -> o; o -[=true]-> a -> j; o -[=true]-> b -> x; x -[=again]-> b; x -/-> j -> c -> e",
    )  # fmt: skip
    play = stage.play(drawn).complete("a").complete("b", again=True)
    assert play.waiting == ["b"]
    assert play.complete("b", again=False).waiting == ["c"]


def test_a_join_does_not_wait_for_what_only_itself_can_release(stage: Stage) -> None:
    drawn = process(
        parallel("g"), parallel("h"), inclusive("o"), inclusive("j"), exclusive("l"), exclusive("x"),
        flows="s -> l -> g; g -> a -> h; g -> o; o -[=true]-> b -> j; o -[=false]-> c -> j; j -> d -> h;"
              "h -> x; x -[=again]-> l; x -/-> e",
    )  # fmt: skip
    assert stage.play(drawn, again=True).complete("b").waiting == ["a", "d"]


def test_joins_that_wait_for_each_other_go_on(stage: Stage) -> None:
    drawn = process(
        parallel("g"), inclusive("j1"), inclusive("j2"), exclusive("x1"), exclusive("x2"),
        flows="s -> g; g -> a -> j1; g -> b -> j2; j1 -> x1; x1 -[=false]-> j2; x1 -/-> c;"
              "j2 -> x2; x2 -[=false]-> j1; x2 -/-> d",
    )  # fmt: skip
    play = stage.play(drawn).complete("a").complete("b")
    assert play.waiting == ["c", "d"]


def n_of_m(condition: str) -> object:
    return process(
        parallel("g"), gate("complex", "k") if not condition else _complex(condition), exclusive("x"), exclusive("l"),
        flows="s -> l -> g; g -> a -> k; g -> b -> k; g -> c -> k; k -> d -> x; x -[=again]-> l; x -/-> e",
    )  # fmt: skip


def _complex(condition: str) -> object:
    node = gate("complex", "k")
    node.append(formula("activationCondition", condition))
    return node


def test_two_of_three_go_on_and_the_third_is_swallowed(stage: Stage) -> None:
    play = stage.play(n_of_m("=activationCount >= 2"), again=False).complete("b")
    assert play.waiting == ["a", "c"]
    assert play.complete("c").waiting == ["a", "d"]
    assert play.complete("d").complete("a").done


def test_a_complex_join_in_a_loop_starts_anew(stage: Stage) -> None:
    play = stage.play(n_of_m("=activationCount >= 2"), again=True)
    for _ in range(3):
        play.complete("a").complete("c").complete("b").complete("d")
    assert play.waiting == ["a", "b", "c"]
    assert play.entered.count("d") == 3


def test_without_a_condition_the_first_token_goes_on(stage: Stage) -> None:
    play = stage.play(n_of_m(""), again=False).complete("c")
    assert play.waiting == ["a", "b", "d"]
    assert play.complete("a").complete("b").complete("d").done


def test_a_condition_that_fails_is_an_incident_at_the_gateway(stage: Stage) -> None:
    play = stage.play(n_of_m("=activationCount >= needed"), again=False).complete("a")
    assert play.errors == [("k", "EXTRACT_VALUE_ERROR")]
    assert play.set(needed=1).retry().waiting == ["b", "c", "d"]
