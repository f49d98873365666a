"""Variable scopes: where a value goes, who sees it, and that nothing written in parallel is lost."""

import pytest

from tests.conformance.drawing import boundary, exclusive, inputs, parallel, process, script, signal, sub
from tests.conformance.playing import Stage

APPEND = '=if list = null then ["{0}"] else append(list, "{0}")'


def test_parallel_branches_adding_to_a_list_lose_nothing(stage: Stage) -> None:
    branches = [script(f"add{n}", APPEND.format(n), "list") for n in range(5)]
    flows = "s -> g; " + "; ".join(f"g -> t{n} -> add{n} -> j" for n in range(5)) + "; j -> e"
    play = stage.play(process(parallel("g"), parallel("j"), *branches, flows=flows))
    for n in (3, 0, 4, 1, 2):
        play.complete(f"t{n}")
    assert play.variables == {"list": ["3", "0", "4", "1", "2"]}


def test_a_loop_adding_to_a_list_loses_nothing(stage: Stage) -> None:
    add = script("add", "=append(list, count(list))", "list")
    drawn = process(
        exclusive("m"), add, exclusive("x"), flows="s -> m -> add -> x; x -[=count(list) < 50]-> m; x -/-> e"
    )
    assert stage.play(drawn, list=[]).variables == {"list": list(range(50))}


def test_replacing_a_list_replaces_it(stage: Stage) -> None:
    assert stage.play(process(flows="s -> a -> e"), list=[1, 2]).complete("a", list=[3]).variables == {"list": [3]}


def test_the_last_write_wins_whatever_branch_ends_last(stage: Stage) -> None:
    play = stage.play(process(parallel("g"), parallel("j"), flows="s -> g -> a -> j -> e; g -> b -> j"), v=0)
    assert play.complete("a", v=1).complete("b").variables == {"v": 1}


def test_a_non_interrupting_handlers_writes_reach_the_main_way(stage: Stage) -> None:
    drawn = process(
        boundary("b", "a", signal("ring"), interrupting=False), flows="s -> a -> after -> e; b -> told -> e1"
    )
    play = stage.play(drawn, v=0).signal("ring").complete("told", v=5).complete("a")
    assert play.sees("after") == {"v": 5}


def test_new_variables_from_inside_a_sub_process_belong_to_the_process(stage: Stage) -> None:
    play = stage.play(process(sub("sp", flows="s1 -> a -> e1"), flows="s -> sp -> after -> e"))
    assert play.complete("a", v=1).variables == {"v": 1}


def test_a_variable_is_changed_in_the_nearest_scope_that_has_it(stage: Stage) -> None:
    inner = sub("sp", flows="s1 -> a -> b -> e1", ext=[inputs(v="=v")])
    play = stage.play(process(inner, flows="s -> sp -> after -> e"), v=1).complete("a", v=2)
    assert play.sees("b") == {"v": 2}
    assert play.complete("b").variables == {"v": 1}


def test_scopes_of_two_sub_processes_do_not_mix(stage: Stage) -> None:
    subs = [sub(f"sp{n}", flows=f"s{n} -> a{n} -> b{n} -> e{n}", ext=[inputs(v=f"={n}")]) for n in (1, 2)]
    play = stage.play(process(parallel("g"), *subs, flows="s -> g -> sp1; g -> sp2"))
    play.complete("a1", v=10).complete("a2", v=20)
    assert (play.sees("b1")["v"], play.sees("b2")["v"]) == (10, 20)
    assert play.variables == {}


def test_variables_can_be_set_at_an_element_locally_or_upwards(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"), v=1)
    play.set("a", v=2).set("a", local=True, v=3, w=4)
    assert play.variables == {"v": 2}
    assert play.sees("a") == {"v": 3, "w": 4}
    assert play.complete("a").variables == {"v": 2}


def test_nested_values_are_not_shared_between_branches_or_with_history(stage: Stage) -> None:
    change = script("change", '=context put(order, "n", 2)', "order")
    drawn = process(change, flows="s -> change -> a -> e")
    play = stage.play(drawn, order={"n": 1, "lines": [1]})
    first = play.outcomes[0].variables
    assert [row.json for row in first if row.name == "order"] == ['{"n":1,"lines":[1]}', '{"n":2,"lines":[1]}']


def test_starting_variables_are_recorded_once_each(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"), a=1, b=[2])
    assert sorted((row.name, row.json, row.created) for row in play.outcomes[0].variables) == [
        ("a", "1", True),
        ("b", "[2]", True),
    ]


def test_a_value_that_does_not_change_is_not_recorded_again(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"), v=1).complete("a", w=2)
    assert [row.name for row in play.outcomes[-1].variables] == ["w"]


@pytest.mark.parametrize("turns", [10, 400])
def test_state_does_not_grow_with_the_turns_of_a_loop(stage: Stage, turns: int) -> None:
    drawn = process(
        exclusive("m"),
        exclusive("x"),
        parallel("g"),
        parallel("j"),
        flows="s -> m -> g -> a -> j -> x; g -> j; x -[=more]-> m; x -/-> e",
    )
    play = stage.play(drawn, more=True)
    first = len(play.outcomes[-1].state or b"")
    for _ in range(turns):
        play.complete("a")
    assert len(play.outcomes[-1].state or b"") <= first + 32
