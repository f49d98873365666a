"""Interruptions inside each other: loops, event sub-processes, transactions, listeners that hold them up."""

from tests.conformance.drawing import (
    Node,
    boundary,
    cancel,
    compensate,
    condition,
    each,
    end,
    error,
    exclusive,
    inputs,
    job,
    message,
    parallel,
    process,
    start,
    sub,
    terminate,
    timer,
    undone_by,
    user_task,
    zeebe,
)
from tests.conformance.playing import Stage


def handling(begun: Node, flows: str = "es -> w -> ee", *more: Node) -> Node:
    return sub("evt", begun, *more, flows=flows, triggeredByEvent=True)


def clinging(ident: str, loop: Node | None = None) -> Node:
    listeners = zeebe("taskListeners", zeebe("taskListener", eventType="canceling", type="bye"))
    return user_task(ident, listeners, loop=loop)


def test_an_error_is_caught_inside_its_own_iteration_first(stage: Stage) -> None:
    inner = sub("sp", job("x"), handling(start("es", error("E"))), loop=each("=[1, 2]"), flows="s1 -> x -> e1")
    play = stage.play(process(inner, boundary("b", "sp", error()), flows="s -> sp -> after; b -> bad"))
    assert play.fail("x", "E").waiting == ["w", "x"]
    assert play.complete("w").complete("x").waiting == ["after"]


def test_an_error_of_an_event_sub_process_goes_outwards_to_the_specific_catch(stage: Stage) -> None:
    handler = handling(start("es", error("A")), "es -> ee", end("ee", error("B")))
    catches = (boundary("b1", "sp", error()), boundary("b2", "sp", error("B")))
    play = stage.play(process(sub("sp", handler, job("x"), flows="s1 -> x -> e1"), *catches,
                              flows="s -> sp -> after; b1 -> any; b2 -> specific"))  # fmt: skip
    assert play.fail("x", "A").waiting == ["specific"]


def test_a_boundary_timer_goes_on_while_an_event_sub_process_has_taken_over(stage: Stage) -> None:
    inner = sub("sp", handling(start("es", message("stop", "=1"))), flows="s1 -> x -> e1")
    late = boundary("t", "sp", timer("R/PT10M"), interrupting=False)
    play = stage.play(process(inner, late, flows="s -> sp -> after; t -> late -> e5"))
    play.message("stop", "1")
    stage.advance("PT15M")
    assert play.waiting == ["late", "w"]
    play.complete("w")
    stage.advance("PT1H")
    assert play.waiting == ["after", "late"]


def test_a_cancelled_transaction_in_a_loop_undoes_and_leaves_the_loop(stage: Stage) -> None:
    inside = (job("x"), boundary("u", "x", compensate()), job("h", isForCompensation=True), undone_by("u", "h"),
              exclusive("q"), end("ce", cancel()))  # fmt: skip
    tx = sub("tx", *inside, tag="transaction", loop=each("=[1, 2]", sequential=True),
             flows="s1 -> x -> q; q -[=bad]-> ce; q -/-> e1")  # fmt: skip
    play = stage.play(process(tx, boundary("c", "tx", cancel()), flows="s -> tx -> after; c -> undone"), bad=False)
    assert play.complete("x").complete("x", bad=True).waiting == ["h"]
    assert play.complete("h").waiting == ["undone"]


def test_a_condition_sees_only_changes_of_the_variable_it_sees(stage: Stage) -> None:
    handler = handling(start("es", condition("=x > 1"), interrupting=False))
    inner = sub("sp", handler, flows="s1 -> u -> e1", ext=[inputs(x="=0")])
    play = stage.play(process(inner, parallel("g"), flows="s -> g; g -> sp -> e; g -> v -> e2"))
    assert play.complete("v", x=5).waiting == ["u"]
    assert play.set("sp", local=True, x=7).waiting == ["u", "w"]


def test_an_event_sub_process_waits_for_the_canceling_listeners_of_what_it_ends(stage: Stage) -> None:
    play = stage.play(process(handling(start("es", message("stop", "=1"))), parallel("g"), clinging("a"),
                              flows="s -> g; g -> a -> e; g -> b -> e1"))  # fmt: skip
    play.message("stop", "1")
    assert "w" not in play.entered
    assert play.listen("bye").waiting == ["w"]


def test_a_terminate_end_event_waits_for_canceling_listeners(stage: Stage) -> None:
    drawn = process(parallel("g"), clinging("a"), end("te", terminate()), flows="s -> g; g -> a; g -> k -> te")
    play = stage.play(drawn)
    assert not play.complete("k").done
    assert play.listen("bye").done


def test_a_completion_condition_waits_for_canceling_listeners(stage: Stage) -> None:
    loop = each("=[1, 2]", until="=numberOfCompletedInstances >= 1")
    play = stage.play(process(clinging("a", loop), flows="s -> a -> after")).complete("a")
    assert "after" not in play.entered
    assert play.listen("bye").waiting == ["after"]


def test_a_second_token_on_one_way_does_not_open_a_parallel_join_and_is_not_lost(stage: Stage) -> None:
    drawn = process(parallel("g"), parallel("j"), exclusive("m"),
                    flows="s -> g; g -> a -> m; g -> b -> m; m -> j; g -> c -> j; j -> z")  # fmt: skip
    play = stage.play(drawn).complete("a").complete("b")
    assert play.waiting == ["c"]
    assert play.complete("c").waiting == ["z"]
    assert play.complete("z").ended is None
