"""Incidents: what cannot go on stops visibly, harms nothing else, and can be repaired and tried again."""

import pytest

from app.engine import UnknownKeyError
from tests.conformance.drawing import (
    activity,
    boundary,
    catch,
    exclusive,
    inputs,
    job,
    message,
    parallel,
    process,
    script,
    sub,
    throw,
    timer,
    zeebe,
)
from tests.conformance.playing import Stage


def test_a_job_without_retries_is_an_incident_and_goes_on_after_repair(stage: Stage) -> None:
    play = stage.play(process(job("a"), flows="s -> a -> e"))
    play.command(lambda instance: instance.fail_job(play.job_of("a").key, "no answer"))
    (incident,) = play.incidents.values()
    assert (incident.error_type, incident.message, incident.job_key) == (
        "JOB_NO_RETRIES",
        "no answer",
        play.job_of("a").key,
    )
    assert play.retry().errors == []
    assert play.complete("a").done


def test_an_incident_stops_only_its_own_branch(stage: Stage) -> None:
    play = stage.play(
        process(parallel("g"), exclusive("x"), flows="s -> g -> x; g -> b -> e; x -[=n > 1]-> a; x -[=n > 2]-> c"),
        n=0,
    )
    assert play.errors == [("x", "CONDITION_ERROR")]
    assert play.complete("b").ended is None
    assert play.set(n=2).retry().complete("a").done


def test_a_failed_retry_is_a_new_incident(stage: Stage) -> None:
    play = stage.play(process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a; x -[=n > 2]-> b"))
    (first,) = play.incidents
    play.retry()
    (second,) = play.incidents
    assert first != second
    assert play.set(n=5).retry().waiting == ["a"]


def test_a_decision_that_is_not_there_is_an_incident_until_it_is(stage: Stage) -> None:
    task = activity("businessRuleTask", "a", ext=[zeebe("calledDecision", decisionId="route", resultVariable="r")])
    play = stage.play(process(task, flows="s -> a -> e"))
    assert play.errors == [("a", "CALLED_DECISION_ERROR")]
    stage.decisions["route"] = lambda _context: "desk 5"
    assert play.retry().variables == {"r": "desk 5"}


def test_an_assertion_that_does_not_hold_is_an_incident_until_it_does(stage: Stage) -> None:
    host = job("a", inputs(limit='=assert(x, x > 3, "too little")'))
    play = stage.play(process(host, flows="s -> a -> e"), x=1)
    assert play.errors == [("a", "IO_MAPPING_ERROR")]
    assert play.set(x=4).retry().sees("a") == {"x": 4, "limit": 4}


def test_a_timer_that_cannot_be_read_is_an_incident(stage: Stage) -> None:
    play = stage.play(process(catch("c", timer("=wait")), flows="s -> c -> e"), wait="soon")
    assert play.errors == [("c", "EXTRACT_VALUE_ERROR")]
    play.set(wait="PT5M").retry()
    stage.advance("PT5M")
    assert play.done


def test_a_boundary_timer_that_cannot_be_read_is_an_incident_of_its_activity(stage: Stage) -> None:
    play = stage.play(process(boundary("t", "a", timer("=wait")), flows="s -> a -> e; t -> late"))
    assert [element_id for element_id, _ in play.errors] == ["a"]
    assert play.set(wait="PT5M").retry().waiting == ["a"]
    assert play.catching == ["t"]


def test_a_job_whose_type_is_missing_is_an_incident(stage: Stage) -> None:
    task = activity("serviceTask", "a", ext=[zeebe("taskDefinition", type="=kind")])
    play = stage.play(process(task, flows="s -> a -> e"))
    assert play.errors == [("a", "EXTRACT_VALUE_ERROR")]
    assert play.set(kind="mail").retry().complete("a").done


def test_an_endless_automatic_loop_stops_with_an_incident(stage: Stage) -> None:
    endless = process(
        exclusive("m"),
        script("add", "=n + 1", "n"),
        exclusive("x"),
        flows="s -> m -> add -> x; x -[=n > 0]-> m; x -/-> e",
    )
    play = Stage(restoring=stage.restoring, step_limit=300).play(endless, n=1)
    assert play.ended is None
    ((_, kind),) = play.errors
    assert kind == "UNKNOWN"
    assert play.set(n=-100).retry().done


def test_a_long_automatic_loop_is_no_trouble(stage: Stage) -> None:
    counting = process(
        exclusive("m"),
        script("add", "=n + 1", "n"),
        exclusive("x"),
        flows="s -> m -> add -> x; x -[=n < 1500]-> m; x -/-> e",
    )
    assert stage.play(counting, n=0).variables == {"n": 1500}


def test_a_long_chain_is_no_trouble(stage: Stage) -> None:
    names = [f"t{n}" for n in range(1200)]
    chain = process(*(throw(name) for name in names), flows="s -> " + " -> ".join(names) + " -> e")
    assert stage.play(chain).done


def test_ending_the_scope_resolves_its_incidents(stage: Stage) -> None:
    inner = sub("sp", exclusive("x"), flows="s1 -> x; x -[=n > 1]-> a; x -[=n > 2]-> b")
    play = stage.play(process(inner, boundary("m", "sp", message("stop", "=1")), flows="s -> sp -> e; m -> told"))
    assert play.message("stop", "1").errors == []
    assert play.waiting == ["told"]


def test_an_incident_tells_what_was_expected(stage: Stage) -> None:
    play = stage.play(process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a; x -[=n > 2]-> b"), n=0)
    (incident,) = play.incidents.values()
    assert incident.message.startswith("Expected ")


def test_an_unknown_key_is_refused_and_changes_nothing(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a -> e"))
    for act in ("complete_user_task", "complete_job"):
        with pytest.raises(UnknownKeyError):
            getattr(play.instance(), act)(17, {})
    with pytest.raises(UnknownKeyError):
        play.instance().fire_timer(17)
    assert play.complete("a").done


def test_cancelling_resolves_the_incident_of_an_endless_loop(stage: Stage) -> None:
    endless = process(exclusive("m"), script("w", "=1", "n"), flows="s -> m -> w -> m")
    play = Stage(restoring=stage.restoring, step_limit=50).play(endless)
    assert [kind for _, kind in play.errors] == ["UNKNOWN"]
    play.command(lambda instance: instance.cancel())
    assert play.errors == []
