"""Elements inside each other: events, loops, calls and compensation at several depths at once."""

from app.engine import Move
from app.engine.kinds import Ended
from tests.conformance.drawing import (
    boundary,
    call,
    cancel,
    catch,
    compensate,
    condition,
    each,
    end,
    error,
    escalation,
    event_sub,
    inputs,
    job,
    message,
    parallel,
    process,
    script,
    signal,
    start,
    sub,
    terminate,
    throw,
    timer,
    undone_by,
    user_task,
    zeebe,
)
from tests.conformance.playing import Stage


def test_an_error_of_a_deep_task_reaches_the_process_event_sub_process(stage: Stage) -> None:
    inner = sub("outer", sub("inner", job("a"), flows="s2 -> a -> e2"), flows="s1 -> inner -> e1")
    handler = event_sub("h", start("s3", error("bad")), flows="s3 -> repair")
    play = stage.play(process(inner, handler, flows="s -> outer -> e")).fail("a", "bad", why="x")
    assert play.waiting == ["repair"]
    assert play.complete("repair").done


def test_an_event_inside_one_instance_of_a_loop_interrupts_that_instance_only(stage: Stage) -> None:
    stops = event_sub("h", start("s2", message("stop", "=item")), flows="s2 -> stopped")
    inner = sub("sp", stops, flows="s1 -> a -> e1", loop=each('=["x", "y"]'))
    play = stage.play(process(inner, flows="s -> sp -> after")).message("stop", "y")
    assert play.waiting == ["a", "stopped"]
    assert play.complete("stopped").complete("a").waiting == ["after"]


def test_a_boundary_event_inside_one_instance_of_a_loop_belongs_to_it(stage: Stage) -> None:
    inner = sub(
        "sp",
        boundary("b", "a", message("stop", "=item")),
        flows="s1 -> a -> e1; b -> told -> e2",
        loop=each('=["x", "y"]'),
    )
    play = stage.play(process(inner, flows="s -> sp -> after")).message("stop", "x")
    assert play.waiting == ["a", "told"]
    assert play.complete("a").complete("told").waiting == ["after"]


def test_a_terminate_end_event_in_one_instance_of_a_loop_ends_that_instance_only(stage: Stage) -> None:
    inner = sub(
        "sp", parallel("g"), end("ex", terminate()), flows="s1 -> g -> a -> ex; g -> b -> e1", loop=each("=[1, 2]")
    )
    play = stage.play(process(inner, flows="s -> sp -> after")).complete("a")
    assert play.waiting == ["a", "b"]
    assert play.complete("a").waiting == ["after"]


def test_a_timer_of_each_sequential_instance_starts_anew(stage: Stage) -> None:
    inner = sub(
        "sp",
        boundary("b", "a", timer("PT10M"), interrupting=False),
        flows="s1 -> a -> e1; b -> told -> e2",
        loop=each("=[1, 2]", sequential=True),
    )
    play = stage.play(process(inner, flows="s -> sp -> after"))
    stage.advance("PT8M")
    play.complete("a")
    stage.advance("PT8M")
    assert play.waiting == ["a"]
    stage.advance("PT2M")
    assert play.waiting == ["a", "told"]


def test_an_escalation_in_a_loop_is_caught_around_it_once_for_each(stage: Stage) -> None:
    inner = sub("sp", throw("t", escalation("late")), flows="s1 -> t -> e1", loop=each("=[1, 2, 3]"))
    play = stage.play(
        process(inner, boundary("b", "sp", escalation("late"), interrupting=False), flows="s -> sp -> e; b -> told")
    )
    assert play.waiting == ["told"] * 3


def test_an_interrupting_escalation_of_a_called_process_ends_it(stage: Stage) -> None:
    stage.deploy(process(throw("t", escalation("late")), flows="s -> a -> t -> b -> e", ident="child"))
    play = stage.play(
        process(call("c", "child"), boundary("x", "c", escalation("late")), flows="s -> c -> e; x -> told")
    )
    stage.plays[1].complete("a")
    assert play.waiting == ["told"]
    assert stage.plays[1].ended is Ended.TERMINATED


def test_an_error_of_a_called_process_is_caught_inside_it_first(stage: Stage) -> None:
    child = process(
        job("a"), event_sub("h", start("s1", error("bad")), flows="s1 -> inside"), flows="s -> a -> e", ident="child"
    )
    stage.deploy(child)
    play = stage.play(process(call("c", "child"), boundary("x", "c", error("bad")), flows="s -> c -> e; x -> outside"))
    stage.plays[1].fail("a", "bad").complete("inside")
    assert play.done


def test_calls_in_a_loop_can_be_interrupted_together(stage: Stage) -> None:
    stage.deploy(process(flows="s -> a -> e", ident="child"))
    play = stage.play(
        process(
            call("c", "child", loop=each("=[1, 2]")), boundary("x", "c", timer("PT1H")), flows="s -> c -> e; x -> late"
        )
    )
    stage.plays[1].complete("a")
    stage.advance("PT1H")
    assert play.waiting == ["late"]
    assert [child.ended for child in stage.plays[1:]] == [Ended.COMPLETED, Ended.TERMINATED]


def test_a_call_activity_can_be_undone_by_another_call(stage: Stage) -> None:
    stage.deploy(process(flows="s -> book -> e", ident="booking"))
    stage.deploy(process(flows="s -> refund -> e", ident="refunding"))
    undo = call("undo", "refunding")
    undo.set("isForCompensation", "true")
    body = [call("c", "booking"), boundary("b", "c", compensate()), undo, undone_by("b", "undo")]
    play = stage.play(process(*body, throw("t", compensate()), flows="s -> c -> t -> after"))
    stage.plays[1].complete("book")
    assert play.waiting == []
    stage.plays[2].complete("refund")
    assert play.waiting == ["after"]


def test_a_handler_can_be_a_loop_or_a_sub_process(stage: Stage) -> None:
    undo = sub("undo", flows="s1 -> x -> e1", isForCompensation=True, loop=each("=[1, 2]"))
    body = [user_task("a"), boundary("b", "a", compensate()), undo, undone_by("b", "undo")]
    play = stage.play(process(*body, throw("t", compensate()), flows="s -> a -> t -> after")).complete("a")
    assert play.waiting == ["x", "x"]
    assert play.complete("x").complete("x").waiting == ["after"]


def test_a_handler_sees_the_local_variables_of_its_completed_sub_process(stage: Stage) -> None:
    undo = script("undo", "=room", "undone", isForCompensation=True)
    inner = sub(
        "sp",
        user_task("a"),
        boundary("b", "a", compensate()),
        undo,
        undone_by("b", "undo"),
        flows="s1 -> a -> e1",
        ext=[inputs(room="=12")],
    )
    play = stage.play(process(inner, throw("t", compensate()), flows="s -> sp -> t -> e")).complete("a")
    assert play.variables == {"undone": 12}


def test_an_error_while_undoing_goes_the_usual_way(stage: Stage) -> None:
    undo = job("undo", isForCompensation=True)
    inner = sub(
        "sp",
        user_task("a"),
        boundary("b", "a", compensate()),
        undo,
        undone_by("b", "undo"),
        throw("t", compensate()),
        flows="s1 -> a -> t -> e1",
    )
    play = stage.play(process(inner, boundary("x", "sp", error("bad")), flows="s -> sp -> e; x -> repair")).complete(
        "a"
    )
    assert play.fail("undo", "bad").waiting == ["repair"]


def test_a_transaction_inside_a_transaction_cancels_itself_only(stage: Stage) -> None:
    inner = sub("tx2", end("ec", cancel()), flows="s2 -> a -> ec", tag="transaction")
    outer = sub(
        "tx1", inner, boundary("c2", "tx2", cancel()), flows="s1 -> tx2 -> e1; c2 -> b -> e2", tag="transaction"
    )
    play = stage.play(
        process(outer, boundary("c1", "tx1", cancel()), flows="s -> tx1 -> after; c1 -> cancelled")
    ).complete("a")
    assert play.waiting == ["b"]
    assert play.complete("b").waiting == ["after"]


def test_an_ad_hoc_sub_process_can_hold_a_sub_process_and_be_in_a_loop(stage: Stage) -> None:
    body = sub(
        "h",
        sub("sp", flows="s1 -> x -> e1"),
        user_task("a"),
        tag="adHocSubProcess",
        loop=each("=[1, 2]"),
        ext=[zeebe("adHoc", activeElementsCollection='=if item = 1 then ["sp"] else ["a"]')],
    )
    play = stage.play(process(body, flows="s -> h -> after"))
    assert play.waiting == ["a", "x"]
    assert play.complete("x").complete("a").waiting == ["after"]


def test_an_event_sub_process_of_an_ad_hoc_sub_process(stage: Stage) -> None:
    rings = event_sub("es", start("s1", signal("ring"), interrupting=False), flows="s1 -> told")
    body = sub(
        "h", user_task("a"), rings, tag="adHocSubProcess", ext=[zeebe("adHoc", activeElementsCollection='=["a"]')]
    )
    play = stage.play(process(body, flows="s -> h -> after")).signal("ring")
    assert play.waiting == ["a", "told"]
    assert play.complete("a").complete("told").waiting == ["after"]


def test_a_condition_in_a_sub_process_sees_only_changes_it_can_see(stage: Stage) -> None:
    subs = [
        sub(
            f"p{n}",
            boundary(f"b{n}", f"t{n}", condition("=x > 3")),
            flows=f"s{n} -> t{n} -> e{n}; b{n} -> told{n}",
            ext=[inputs(x="=0")],
        )
        for n in (1, 2)
    ]
    play = stage.play(process(parallel("g"), *subs, flows="s -> g -> p1; g -> p2"))
    assert play.set("p1", local=True, x=5).waiting == ["t2", "told1"]
    assert play.set(x=9).waiting == ["t2", "told1"]


def test_an_outer_condition_is_looked_at_before_an_inner_one(stage: Stage) -> None:
    inner = sub("sp", boundary("b1", "a", condition("=x > 3")), flows="s1 -> a -> e1; b1 -> near")
    play = stage.play(process(inner, boundary("b2", "sp", condition("=x > 3")), flows="s -> sp -> e; b2 -> far"), x=0)
    assert play.set(x=4).waiting == ["far"]


def test_a_script_can_fulfil_a_condition_beside_it(stage: Stage) -> None:
    drawn = process(
        parallel("g"),
        catch("c", condition("=x > 3")),
        script("w", "=5", "x"),
        flows="s -> g -> c -> b; g -> a -> w -> e",
    )
    assert stage.play(drawn, x=0).complete("a").waiting == ["b"]


def test_a_signal_thrown_inside_starts_an_event_sub_process_around(stage: Stage) -> None:
    inner = sub("sp", throw("t", signal("ring")), flows="s1 -> t -> a -> e1")
    drawn = process(inner, event_sub("h", start("s2", signal("ring")), flows="s2 -> told"), flows="s -> sp -> e")
    assert stage.play(drawn).waiting == ["told"]


def test_modifying_can_activate_an_element_in_a_deep_scope(stage: Stage) -> None:
    inner = sub("p1", sub("p2", flows="s2 -> a -> b -> e2"), flows="s1 -> p2 -> e1")
    play = stage.play(process(inner, flows="s -> x -> p1 -> e"))
    play.command(lambda instance: instance.modify(move=[Move(target_id="b", source_id="x")]))
    assert play.waiting == ["b"]
    assert play.complete("b").done


def test_a_message_boundary_event_of_a_loop_is_correlated_by_the_process(stage: Stage) -> None:
    drawn = process(
        user_task("a", loop=each("=[1, 2]")),
        boundary("b", "a", message("stop", "=case")),
        flows="s -> a -> e; b -> told",
    )
    assert stage.play(drawn, case="C1").message("stop", "C1").waiting == ["told"]


def test_a_call_that_is_interrupted_before_it_rests_starts_nothing(stage: Stage) -> None:
    stage.deploy(process(flows="s -> a -> e", ident="child"))
    drawn = process(call("c", "child"), boundary("b", "c", condition("=x > 3")), flows="s -> c -> e; b -> told")
    assert stage.play(drawn, x=4).waiting == ["told"]
    assert len(stage.plays) == 1
