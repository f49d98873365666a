"""Compensation: handlers of completed activities, by throw and end events, in scopes and event sub-processes."""

from tests.conformance.drawing import (
    Node,
    boundary,
    compensate,
    each,
    end,
    error,
    event_sub,
    exclusive,
    job,
    message,
    parallel,
    process,
    script,
    start,
    sub,
    throw,
    undone_by,
    user_task,
)
from tests.conformance.playing import Stage


def undoable(name: str, **options: object) -> list[Node]:
    return [
        user_task(name, **options),
        boundary(f"c_{name}", name, compensate()),
        user_task(f"undo_{name}", isForCompensation=True),
        undone_by(f"c_{name}", f"undo_{name}"),
    ]


def test_a_throw_event_calls_the_handlers_of_completed_activities_and_waits(stage: Stage) -> None:
    drawn = process(*undoable("a"), *undoable("b"), throw("t", compensate()), flows="s -> a -> b -> t -> after -> e")
    play = stage.play(drawn).complete("a").complete("b")
    assert play.waiting == ["undo_a", "undo_b"]
    assert play.complete("undo_a").waiting == ["undo_b"]
    assert play.complete("undo_b").waiting == ["after"]
    assert play.complete("after").done


def test_what_has_not_been_done_is_not_undone(stage: Stage) -> None:
    drawn = process(
        *undoable("a"),
        *undoable("b"),
        exclusive("x"),
        throw("t", compensate()),
        flows="s -> x; x -[=n = 1]-> a -> t; x -/-> b -> t -> e",
    )
    assert stage.play(drawn, n=1).complete("a").waiting == ["undo_a"]


def test_with_nothing_to_undo_a_throw_event_passes(stage: Stage) -> None:
    drawn = process(
        *undoable("a"), throw("t", compensate()), exclusive("x"), flows="s -> x; x -[=n = 1]-> a -> e; x -/-> t -> e"
    )
    assert stage.play(drawn, n=2).done


def test_an_active_activity_is_not_undone(stage: Stage) -> None:
    drawn = process(
        *undoable("a"), parallel("g"), throw("t", compensate()), flows="s -> g -> a -> e; g -> b -> t -> after"
    )
    assert stage.play(drawn).complete("b").waiting == ["a", "after"]


def test_one_activity_can_be_undone_by_name(stage: Stage) -> None:
    drawn = process(*undoable("a"), *undoable("b"), throw("t", compensate("a")), flows="s -> a -> b -> t -> e")
    play = stage.play(drawn).complete("a").complete("b")
    assert play.waiting == ["undo_a"]
    assert play.complete("undo_a").done


def test_each_activity_is_undone_once(stage: Stage) -> None:
    drawn = process(
        *undoable("a"), throw("t", compensate()), throw("u", compensate()), flows="s -> a -> t -> u -> after"
    )
    assert stage.play(drawn).complete("a").complete("undo_a").waiting == ["after"]


def test_an_activity_done_in_a_loop_is_undone_for_each_time(stage: Stage) -> None:
    drawn = process(
        *undoable("a"),
        exclusive("m"),
        exclusive("x"),
        throw("t", compensate()),
        flows="s -> m -> a -> x; x -[=again]-> m; x -/-> t -> e",
    )
    play = stage.play(drawn).complete("a", again=True).complete("a", again=False)
    assert play.waiting == ["undo_a", "undo_a"]
    assert play.complete("undo_a").complete("undo_a").done


def test_a_compensation_end_event_ends_after_its_handlers(stage: Stage) -> None:
    play = stage.play(process(*undoable("a"), end("ex", compensate()), flows="s -> a -> ex")).complete("a")
    assert play.waiting == ["undo_a"]
    assert play.complete("undo_a").done


def test_a_completed_sub_process_is_undone_by_its_inner_handlers(stage: Stage) -> None:
    inner = sub("sp", *undoable("a"), sub("deep", *undoable("b"), flows="s2 -> b -> e2"), flows="s1 -> a -> deep -> e1")
    play = stage.play(process(inner, throw("t", compensate()), flows="s -> sp -> t -> e")).complete("a").complete("b")
    assert play.waiting == ["undo_a", "undo_b"]
    assert play.complete("undo_a").complete("undo_b").done


def test_a_throw_inside_a_sub_process_undoes_nothing_outside(stage: Stage) -> None:
    inner = sub("sp", *undoable("b"), throw("t", compensate()), flows="s1 -> b -> t -> e1")
    play = stage.play(process(*undoable("a"), inner, flows="s -> a -> sp -> after")).complete("a").complete("b")
    assert play.waiting == ["undo_b"]
    assert play.complete("undo_b").waiting == ["after"]


def test_a_sub_process_with_its_own_handler_calls_that_too(stage: Stage) -> None:
    body = [
        sub("sp", flows="s1 -> a -> e1"),
        boundary("c", "sp", compensate()),
        user_task("undo", isForCompensation=True),
    ]
    drawn = process(*body, undone_by("c", "undo"), throw("t", compensate("sp")), flows="s -> sp -> t -> after")
    play = stage.play(drawn).complete("a")
    assert play.waiting == ["undo"]
    assert play.complete("undo").waiting == ["after"]


def test_an_interrupted_sub_process_is_not_undone(stage: Stage) -> None:
    inner = sub("sp", *undoable("a"), flows="s1 -> a -> b -> e1")
    drawn = process(
        inner,
        boundary("x", "sp", message("stop", "=1")),
        throw("t", compensate()),
        flows="s -> sp -> e; x -> t -> after",
    )
    assert stage.play(drawn).complete("a").message("stop", "1").waiting == ["after"]


def test_a_multi_instance_activity_is_undone_once_when_all_are_done(stage: Stage) -> None:
    drawn = process(*undoable("a", loop=each("=[1, 2, 3]")), throw("t", compensate()), flows="s -> a -> t -> e")
    play = stage.play(drawn).complete("a").complete("a").complete("a")
    assert play.waiting == ["undo_a"]


def test_a_handler_can_be_any_activity_and_sees_the_variables(stage: Stage) -> None:
    body = [
        user_task("a"),
        boundary("c", "a", compensate()),
        script("undo", "=n + 1", "undone", isForCompensation=True),
    ]
    drawn = process(*body, undone_by("c", "undo"), throw("t", compensate()), flows="s -> a -> t -> e")
    assert stage.play(drawn, n=1).complete("a").variables == {"n": 1, "undone": 2}


def test_an_event_sub_process_undoes_what_its_scope_has_done(stage: Stage) -> None:
    repair = event_sub("es", start("se", error("bad")), throw("t", compensate()), flows="se -> t -> told")
    play = (
        stage.play(process(*undoable("a"), job("b"), repair, flows="s -> a -> b -> e")).complete("a").fail("b", "bad")
    )
    assert play.waiting == ["undo_a"]
    assert play.complete("undo_a").waiting == ["told"]
    assert play.complete("told").done


def test_a_compensation_boundary_event_opens_nothing_while_its_activity_runs(stage: Stage) -> None:
    play = stage.play(process(*undoable("a"), flows="s -> a -> e"))
    assert play.catching == []
    assert play.complete("a").done


def test_a_handler_interrupted_with_its_scope_ends_with_it(stage: Stage) -> None:
    inner = sub("sp", *undoable("a"), throw("t", compensate()), flows="s1 -> a -> t -> e1")
    drawn = process(inner, boundary("x", "sp", message("stop", "=1")), flows="s -> sp -> e; x -> told")
    assert stage.play(drawn).complete("a").message("stop", "1").waiting == ["told"]
