"""Multi-instance activities."""

import pytest

from tests.conformance.drawing import (
    Node,
    boundary,
    bpmn,
    call,
    each,
    error,
    exclusive,
    formula,
    inputs,
    job,
    outputs,
    process,
    receive,
    script,
    sub,
    user_task,
)
from tests.conformance.playing import Stage


def many(host: Node, **more: object) -> Node:
    return process(host, flows="s -> a -> after -> e", **more)


def test_parallel_instances_run_at_once_with_their_own_item_and_counter(stage: Stage) -> None:
    play = stage.play(many(user_task("a", loop=each("=people"))), people=["Li", "Wang"])
    assert play.waiting == ["a", "a"]
    seen = [play.instance().get_variables(play.key_of("a", n + 1), local=True) for n in range(2)]
    assert [(row["item"], row["loopCounter"]) for row in seen] == [("Li", 1), ("Wang", 2)]


def test_sequential_instances_run_one_after_the_other(stage: Stage) -> None:
    play = stage.play(many(job("a", loop=each("=[10, 20, 30]", sequential=True))))
    for item in (10, 20, 30):
        (work,) = play.jobs.values()
        assert play.instance().get_variables(work.element_key)["item"] == item
        play.complete("a")
    assert play.waiting == ["after"]


@pytest.mark.parametrize("sequential", [True, False])
def test_an_empty_collection_is_passed_with_an_empty_result(stage: Stage, sequential: bool) -> None:
    loop = each("=[]", sequential=sequential, collect="results", element="=item")
    play = stage.play(many(user_task("a", loop=loop)))
    assert play.waiting == ["after"]
    assert play.variables == {"results": []}


@pytest.mark.parametrize("sequential", [True, False])
def test_null_items_count(stage: Stage, sequential: bool) -> None:
    loop = each("=[null, 1, null]", sequential=sequential, collect="results", element="=item")
    play = stage.play(many(user_task("a", loop=loop)))
    for _ in range(3):
        play.complete("a")
    assert play.variables == {"results": [None, 1, None]}


def test_results_stand_in_the_order_of_the_items_whoever_is_first(stage: Stage) -> None:
    play = stage.play(many(job("a", loop=each("=[1, 2, 3]", collect="results", element="=result"))))
    for index, result in ((2, "c"), (0, "a"), (0, "b")):
        play.complete("a", index, result=result)
    assert play.variables == {"results": ["a", "b", "c"]}


def test_an_instance_without_a_result_gives_null(stage: Stage) -> None:
    play = stage.play(many(job("a", loop=each("=[1, 2]", collect="results", element="=result"))))
    assert play.complete("a", 1, result=5).complete("a").variables == {"results": [None, 5]}


def test_results_can_be_calculated(stage: Stage) -> None:
    loop = each("=[1, 2, 3]", sequential=True, collect="results", element="=item * item")
    assert stage.play(many(script("a", "=item", "x", loop=loop))).variables["results"] == [1, 4, 9]


@pytest.mark.parametrize("sequential", [True, False])
def test_a_completion_condition_ends_the_rest(stage: Stage, sequential: bool) -> None:
    loop = each(
        "=[1, 2, 3, 4]",
        sequential=sequential,
        collect="results",
        element="=vote",
        until="=list contains(results, true)",
    )
    play = stage.play(many(job("a", loop=loop)))
    assert play.complete("a", vote=False).waiting != ["after"]
    assert play.complete("a", vote=True).waiting == ["after"]
    assert play.variables["results"] == [False, True, None, None]


@pytest.mark.parametrize(
    ("until", "needed"),
    [
        ("=numberOfCompletedInstances >= 2", 2),
        ("=numberOfCompletedInstances / numberOfInstances >= 0.75", 3),
        ("=numberOfActiveInstances = 1", 3),
        ("=numberOfTerminatedInstances > 0", 4),
    ],
)
def test_a_completion_condition_can_count_instances(stage: Stage, until: str, needed: int) -> None:
    play = stage.play(many(job("a", loop=each("=[1, 2, 3, 4]", until=until))))
    for n in range(needed):
        assert "after" not in play.waiting, n
        play.complete("a")
    assert play.waiting == ["after"]


def test_the_counters_are_not_left_behind(stage: Stage) -> None:
    play = stage.play(many(user_task("a", loop=each("=[1]")))).complete("a")
    assert play.variables == {}


def test_an_item_is_not_seen_outside_its_instance(stage: Stage) -> None:
    play = stage.play(many(user_task("a", loop=each("=[1]"))), item="mine").complete("a")
    assert play.variables == {"item": "mine"}


def test_instances_of_a_sub_process_have_their_own_scopes(stage: Stage) -> None:
    loop = each("=[1, 2, 3]", collect="results", element="=x")
    inner = sub("a", script("calc", "=x + 100", "x"), flows="s1 -> calc -> b -> e1", loop=loop, ext=[inputs(x="=item")])
    play = stage.play(many(inner))
    for _ in range(3):
        play.complete("b")
    assert play.variables == {"results": [101, 102, 103]}


def test_instances_of_a_call_activity_give_their_results_back(stage: Stage) -> None:
    stage.deploy(process(script("calc", "=item * 2", "double"), flows="s -> calc -> e", ident="child"))
    host = call("a", "child", outputs(result="=double"), loop=each("=[1, 2]", collect="results", element="=result"))
    assert stage.play(many(host)).variables["results"] == [2, 4]


def test_called_processes_that_give_all_their_variables_back_leave_the_results_of_the_others(stage: Stage) -> None:
    stage.deploy(process(flows="s -> work -> e", ident="child"))
    host = call("a", "child", loop=each("=[1, 2, 3]", item="n", collect="results", element="=double"))
    play = stage.play(process(host, flows="s -> a -> e"))
    for child in reversed(list(play.children.values())):
        child.complete("work", double=child.variables["n"] * 2)
    assert play.done
    assert play.variables["results"] == [2, 4, 6]


def test_instances_of_a_receive_task_wait_for_their_own_message(stage: Stage) -> None:
    play = stage.play(many(receive("a", "signed", "=item", loop=each('=["x", "y"]'))))
    assert play.message("signed", "y").waiting == []
    assert play.message("signed", "x").waiting == ["after"]


def test_loops_can_be_nested(stage: Stage) -> None:
    deep = script("b", "=item * 10 + part", "x", loop=each("=[1, 2]", "part", collect="inner", element="=x"))
    inner = sub(
        "a",
        deep,
        flows="s1 -> b -> e1",
        loop=each("=[1, 2]", collect="outer", element="=inner"),
        ext=[inputs(inner="=null")],
    )
    assert stage.play(many(inner)).variables["outer"] == [[11, 12], [21, 22]]


def test_reaching_a_loop_again_begins_its_result_again(stage: Stage) -> None:
    host = script("a", "=item", "x", loop=each("=items", collect="results", element="=item"))
    play = stage.play(
        process(exclusive("m"), host, exclusive("q"), flows="s -> m -> a -> after -> q; q -[=again]-> m; q -/-> e"),
        items=[1, 2],
    )
    assert play.complete("after", again=True, items=[3]).variables["results"] == [3]
    assert play.complete("after", again=False).done


def test_changing_the_collection_does_not_disturb_a_running_loop(stage: Stage) -> None:
    play = stage.play(many(user_task("a", loop=each("=items", sequential=True))), items=[1, 2])
    play.set(items=[]).complete("a")
    assert play.waiting == ["a"]
    assert play.complete("a").waiting == ["after"]


def test_a_collection_that_is_no_list_is_an_incident_until_repaired(stage: Stage) -> None:
    play = stage.play(many(user_task("a", loop=each("=people"))), people="Li")
    assert play.errors == [("a", "EXTRACT_VALUE_ERROR")]
    assert play.set(people=["Li"]).retry().waiting == ["a"]


def test_an_error_in_one_instance_goes_to_the_boundary_and_ends_all(stage: Stage) -> None:
    drawn = process(
        job("a", loop=each("=[1, 2, 3]", collect="results", element="=1")),
        boundary("b", "a", error("bad")),
        flows="s -> a -> e; b -> repair",
    )
    play = stage.play(drawn).complete("a").fail("a", "bad")
    assert play.waiting == ["repair"]
    assert play.variables == {}


def test_an_instance_writes_to_the_process_what_is_not_local(stage: Stage) -> None:
    play = stage.play(many(job("a", loop=each("=[1, 2]"))))
    assert play.complete("a", last="x").complete("a", last="y").variables == {"last": "y"}


def test_two_hundred_instances_complete_in_any_order(stage: Stage) -> None:
    play = stage.play(many(job("a", loop=each("=for i in 1..200 return i", collect="results", element="=item"))))
    for n in range(200):
        play.complete("a", index=(n * 7) % len(play.jobs))
    assert play.variables["results"] == list(range(1, 201))


def test_a_loop_shows_its_body_around_its_instances(stage: Stage) -> None:
    play = stage.play(many(user_task("a", loop=each("=[1, 2]"))))
    rows = [(row.type, row.scope_key) for row in play.outcomes[0].entered if row.element_id == "a"]
    body = play.key_of("a")
    assert rows == [("MULTI_INSTANCE_BODY", play.key), ("USER_TASK", body), ("USER_TASK", body)]


def test_results_that_something_else_has_overwritten_are_an_incident_until_repaired(stage: Stage) -> None:
    play = stage.play(many(job("a", loop=each("=[1]", collect="results", element="=r")))).complete("a", results=7)
    assert play.errors == [("a", "EXTRACT_VALUE_ERROR")]
    assert play.set("a", results=[None]).retry().variables == {"results": [None]}


@pytest.mark.parametrize("sequential", [False, True])
def test_a_number_says_how_often_it_runs(stage: Stage, sequential: bool) -> None:
    loop = bpmn("multiInstanceLoopCharacteristics", formula("loopCardinality", "=n + 1"), isSequential=sequential)
    play = stage.play(process(user_task("a", loop=loop), flows="s -> a -> after -> e"), n=1)
    assert play.waiting == (["a"] if sequential else ["a", "a"])
    assert play.complete("a").complete("a").waiting == ["after"]
