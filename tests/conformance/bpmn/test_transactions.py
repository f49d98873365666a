"""Transactions: cancel end events, cancel boundary events, and what they undo."""

from tests.conformance.drawing import (
    Node,
    boundary,
    cancel,
    compensate,
    end,
    error,
    exclusive,
    parallel,
    process,
    sub,
    throw,
    undone_by,
    user_task,
)
from tests.conformance.playing import Stage


def booking(*more: Node, flows: str = "s1 -> a -> x; x -[=ok]-> e1; x -/-> ec") -> Node:
    body = (
        user_task("a"),
        boundary("c", "a", compensate()),
        user_task("undo_a", isForCompensation=True),
        undone_by("c", "undo_a"),
        exclusive("x"),
        end("ec", cancel()),
        *more,
    )
    transaction = sub("tx", *body, flows=flows, tag="transaction")
    return process(
        transaction,
        boundary("cb", "tx", cancel()),
        boundary("eb", "tx", error("bad")),
        flows="s -> tx -> after -> e; cb -> cancelled; eb -> broken",
    )


def test_a_transaction_that_succeeds_goes_on(stage: Stage) -> None:
    assert stage.play(booking()).complete("a", ok=True).waiting == ["after"]


def test_cancelling_undoes_what_was_done_and_then_takes_the_cancel_way(stage: Stage) -> None:
    play = stage.play(booking()).complete("a", ok=False)
    assert play.waiting == ["undo_a"]
    assert play.complete("undo_a").waiting == ["cancelled"]
    assert "tx" in play.terminated
    assert play.complete("cancelled").done


def test_cancelling_ends_what_still_runs_inside_without_undoing_it(stage: Stage) -> None:
    drawn = booking(parallel("g"), flows="s1 -> g -> b -> e1; g -> y -> ec; a -> x; x -[=ok]-> e2; x -/-> ec")
    play = stage.play(drawn).complete("y")
    assert play.waiting == ["cancelled"]
    assert "b" in play.terminated


def test_an_error_in_a_transaction_undoes_nothing(stage: Stage) -> None:
    drawn = booking(end("ex", error("bad")), flows="s1 -> a -> x; x -[=ok]-> ex; x -/-> ec")
    assert stage.play(drawn).complete("a", ok=True).waiting == ["broken"]


def test_a_completed_transaction_can_be_undone_later(stage: Stage) -> None:
    body = (
        user_task("a"),
        boundary("c", "a", compensate()),
        user_task("undo_a", isForCompensation=True),
        undone_by("c", "undo_a"),
    )
    transaction = sub("tx", *body, flows="s1 -> a -> e1", tag="transaction")
    play = stage.play(process(transaction, throw("t", compensate()), flows="s -> tx -> t -> after")).complete("a")
    assert play.complete("undo_a").waiting == ["after"]
