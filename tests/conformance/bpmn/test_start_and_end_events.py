"""Start and end events by trigger."""

import pytest

from tests.conformance.drawing import (
    boundary,
    catch,
    condition,
    end,
    error,
    escalation,
    message,
    outputs,
    parallel,
    process,
    signal,
    start,
    sub,
    terminate,
    throw,
    timer,
    user_task,
    zeebe,
)
from tests.conformance.playing import Stage

STARTS = {
    "message": message("order"),
    "signal": signal("go"),
    "timer": timer("R/P1D"),
    "conditional": condition("=x > 1"),
}


def test_a_none_start_event_begins_and_the_last_token_ends_the_process(stage: Stage) -> None:
    play = stage.play(process(flows="s -> e"))
    assert play.done
    assert play.completed == ["s", "e", "p"]
    assert play.flows == ["s-e"]


@pytest.mark.parametrize("kind", STARTS)
def test_a_start_event_with_a_trigger_begins_with_the_triggers_variables(stage: Stage, kind: str) -> None:
    drawn = process(start("t", STARTS[kind]), flows="s -> a -> e; t -> b -> e")
    play = stage.play(drawn, start_element="t", amount=5)
    assert play.waiting == ["b"]
    assert play.variables == {"amount": 5}
    assert play.complete("b").done


def test_a_definition_tells_its_starts(stage: Stage) -> None:
    definition = stage.deploy(process(start("m", message("order")), flows="s -> e; m -> e"))
    assert {row.element_id: row.trigger is None for row in definition.starts} == {"s": True, "m": False}


def test_output_mappings_of_a_message_start_event_choose_what_the_process_gets(stage: Stage) -> None:
    begun = start("s", message("order"), ext=[outputs(kept="=body.amount")])
    play = stage.play(process(begun, flows="s -> a -> e"), start_element="s", body={"amount": 7})
    assert play.variables == {"kept": 7}


def test_a_process_without_an_end_event_ends_after_its_last_element(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a"))
    assert play.complete("a").done


def test_elements_may_be_called_start_end_and_root(stage: Stage) -> None:
    play = stage.play(process(start("Start"), user_task("Root"), end("End"), flows="Start -> Root -> End"))
    assert play.complete("Root").done
    assert play.completed == ["Start", "Root", "End", "p"]


def test_the_process_goes_on_until_every_end_event_is_reached(stage: Stage) -> None:
    drawn = process(
        parallel("g"),
        flows="s -> g -> a -> e1; g -> b -> e2",
    )
    play = stage.play(drawn)
    assert play.complete("a").ended is None
    assert play.complete("b").done


def test_a_terminate_end_event_ends_everything_at_once(stage: Stage) -> None:
    drawn = process(
        parallel("g"),
        end("x", terminate()),
        flows="s -> g -> a -> x; g -> b -> e",
    )
    play = stage.play(drawn).complete("a")
    assert play.done
    assert play.terminated == ["b"]


def test_a_terminate_end_event_ends_only_its_own_sub_process(stage: Stage) -> None:
    inner = sub(
        "sp",
        parallel("g"),
        end("x", terminate()),
        flows="s1 -> g -> a -> x; g -> b -> e1",
    )
    play = stage.play(process(inner, flows="s -> sp -> after -> e")).complete("a")
    assert play.waiting == ["after"]
    assert play.terminated == ["b"]


def test_a_message_end_event_is_a_job_for_the_worker_that_sends(stage: Stage) -> None:
    send = end("e", message("told"), ext=[zeebe("taskDefinition", type="mail")])
    play = stage.play(process(send, flows="s -> e"))
    assert [(row.element_id, row.type) for row in play.jobs.values()] == [("e", "mail")]
    assert play.complete("e").done


def test_a_message_end_event_can_publish_by_itself(stage: Stage) -> None:
    publish = zeebe("publishMessage", correlationKey="=k", timeToLive="PT1H", messageId="=k")
    play = stage.play(process(end("e", message("told"), ext=[publish]), flows="s -> e"), k="A1")
    (thrown,) = play.outcomes[-1].messages_thrown
    assert (thrown.name, thrown.correlation_key, thrown.message_id, thrown.time_to_live_seconds) == (
        "told",
        "A1",
        "A1",
        3600,
    )
    assert play.done


def test_a_signal_end_event_throws_its_signal(stage: Stage) -> None:
    play = stage.play(process(end("e", signal("closed")), flows="s -> e"))
    assert [row.name for row in play.outcomes[-1].signals_thrown] == ["closed"]
    assert play.done


@pytest.mark.parametrize(("interrupting", "waiting"), [(True, ["told"]), (False, ["after", "told"])])
def test_a_signal_end_event_is_heard_by_the_sub_process_it_ends(
    stage: Stage, interrupting: bool, waiting: list[str]
) -> None:
    body = sub("sp", end("x", signal("closed")), flows="s1 -> a -> x")
    heard = boundary("b", "sp", signal("closed"), interrupting=interrupting)
    play = stage.play(process(body, heard, flows="s -> sp -> after -> e; b -> told -> e1"))
    assert play.complete("a").waiting == waiting


def test_a_signal_end_event_is_heard_in_the_same_instance(stage: Stage) -> None:
    drawn = process(
        parallel("g"),
        catch("c", signal("closed")),
        end("x", signal("closed")),
        flows="s -> g -> c -> e; g -> a -> x",
    )
    play = stage.play(drawn)
    assert play.complete("a").done
    assert "c" in play.completed


def test_an_escalation_end_event_goes_to_the_boundary_and_the_sub_process_completes(stage: Stage) -> None:
    inner = sub("sp", end("e1", escalation("late")), flows="s1 -> e1")
    drawn = process(
        inner,
        boundary("b", "sp", escalation("late"), interrupting=False),
        flows="s -> sp -> after -> e; b -> told",
    )
    assert stage.play(drawn).waiting == ["after", "told"]


def test_an_escalation_nobody_catches_changes_nothing(stage: Stage) -> None:
    play = stage.play(process(throw("t", escalation("late")), end("e", escalation("later")), flows="s -> t -> e"))
    assert play.done
    assert play.errors == []


def test_an_error_end_event_goes_to_the_boundary_of_its_sub_process(stage: Stage) -> None:
    inner = sub("sp", end("e1", error("broken")), flows="s1 -> e1")
    drawn = process(
        inner,
        boundary("b", "sp", error("broken")),
        flows="s -> sp -> after -> e; b -> repair",
    )
    play = stage.play(drawn)
    assert play.waiting == ["repair"]
    assert "sp" in play.terminated


def test_an_error_end_event_nobody_catches_stops_with_an_incident(stage: Stage) -> None:
    play = stage.play(process(end("e", error("broken")), flows="s -> e"))
    assert play.ended is None
    assert play.errors == [("e", "UNHANDLED_ERROR_EVENT")]


def test_an_end_event_applies_its_output_mappings(stage: Stage) -> None:
    play = stage.play(process(end("e", ext=[outputs(total="=1 + 2")]), flows="s -> e"))
    assert play.variables == {"total": 3}
