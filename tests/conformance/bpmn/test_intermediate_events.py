"""Intermediate events, caught and thrown, by trigger."""

from datetime import timedelta

import pytest

from tests.conformance.drawing import (
    Node,
    boundary,
    bpmn,
    catch,
    condition,
    draw,
    escalation,
    exclusive,
    formula,
    link,
    message,
    outputs,
    parallel,
    process,
    receive,
    signal,
    sub,
    throw,
    timer,
    zeebe,
)
from tests.conformance.playing import NOON, Stage


def waits_for(*events: Node, **attributes: object) -> Node:
    return process(catch("c", *events, **attributes), flows="s -> c -> e")


def test_a_timer_waits_for_a_duration(stage: Stage) -> None:
    play = stage.play(waits_for(timer("PT10M")))
    stage.advance("PT9M59S")
    assert play.ended is None
    stage.advance("PT1S")
    assert play.done


def test_a_timer_waits_for_a_date_in_a_named_zone(stage: Stage) -> None:
    play = stage.play(waits_for(timer("2026-01-05T14:00:00[Europe/Berlin]")))
    assert [row.due_at.isoformat() for row in play.timers.values()] == ["2026-01-05T13:00:00+00:00"]
    stage.advance("PT1H")
    assert play.done


def test_a_timer_with_a_date_in_the_past_is_due_at_once(stage: Stage) -> None:
    play = stage.play(waits_for(timer("2020-01-01T00:00:00Z")))
    stage.advance("PT0S")
    assert play.done


@pytest.mark.parametrize("value", ["PT10M", "P0Y0M0DT600S"])
def test_a_timer_takes_its_duration_from_a_variable(stage: Stage, value: str) -> None:
    play = stage.play(waits_for(timer("=wait")), wait=value)
    stage.advance("PT10M")
    assert play.done


def test_a_timer_takes_a_feel_duration(stage: Stage) -> None:
    play = stage.play(waits_for(timer('=duration("PT5M") + duration("PT5M")')))
    assert [row.due_at - NOON for row in play.timers.values()] == [timedelta(minutes=10)]


def test_a_catching_timer_with_a_cycle_goes_on_at_its_first_occurrence(stage: Stage) -> None:
    play = stage.play(waits_for(timer("R3/PT10M")))
    stage.advance("PT10M")
    assert play.done


def test_a_message_is_correlated_by_its_key_and_brings_its_variables(stage: Stage) -> None:
    play = stage.play(waits_for(message("paid", "=order.id")), order={"id": "A1"})
    (row,) = play.subscriptions.values()
    assert (row.message_name, row.correlation_key) == ("paid", "A1")
    assert play.message("paid", "A1", amount=5).done
    assert play.variables == {"order": {"id": "A1"}, "amount": 5}


def test_a_number_is_a_correlation_key_too(stage: Stage) -> None:
    play = stage.play(waits_for(message("paid", "=order")), order=17)
    assert play.message("paid", "17").done


def test_a_message_name_can_be_an_expression(stage: Stage) -> None:
    play = stage.play(waits_for(message('="paid " + kind', "=order")), order="A1", kind="late")
    assert play.message("paid late", "A1").done


def test_output_mappings_of_a_catching_event_choose_what_the_process_gets(stage: Stage) -> None:
    play = stage.play(waits_for(message("paid", "=1"), ext=[outputs(sum="=amount * 2")]))
    assert play.message("paid", "1", amount=5).variables == {"sum": 10}


def test_a_missing_correlation_key_is_an_incident_and_can_be_repaired(stage: Stage) -> None:
    play = stage.play(waits_for(message("paid", "=order")))
    assert play.errors == [("c", "EXTRACT_VALUE_ERROR")]
    assert play.set(order="A1").retry().message("paid", "A1").done


def test_a_signal_is_caught(stage: Stage) -> None:
    assert stage.play(waits_for(signal("go"))).signal("go", n=1).variables == {"n": 1}


def test_a_condition_waits_until_variables_fulfil_it(stage: Stage) -> None:
    play = stage.play(waits_for(condition("=x > 3")), x=1)
    assert play.set(x=3).ended is None
    assert play.set(x=4).done


def test_a_condition_that_holds_already_does_not_wait(stage: Stage) -> None:
    assert stage.play(waits_for(condition("=x > 3")), x=4).done


def test_links_lead_from_several_throws_to_one_catch(stage: Stage) -> None:
    drawn = process(
        exclusive("g"),
        throw("t1", link("L")),
        throw("t2", link("L")),
        catch("c", link("L")),
        flows="s -> g; g -[=x]-> t1; g -/-> t2; c -> a -> e",
    )
    for x in (True, False):
        assert stage.play(drawn, x=x).complete("a").done


def test_a_none_throw_event_passes(stage: Stage) -> None:
    assert stage.play(process(throw("t"), flows="s -> t -> e")).completed == ["s", "t", "e", "p"]


def test_a_message_throw_event_is_a_job_and_goes_on_when_it_is_done(stage: Stage) -> None:
    thrown = throw("t", message("told"), ext=[zeebe("taskDefinition", type="mail")])
    play = stage.play(process(thrown, flows="s -> t -> a -> e"))
    assert play.complete("t", sent=True).waiting == ["a"]
    assert play.variables == {"sent": True}


def test_a_signal_throw_event_wakes_every_catch_and_goes_on(stage: Stage) -> None:
    drawn = process(
        parallel("g"),
        catch("c1", signal("go")),
        catch("c2", signal("go")),
        throw("t", signal("go")),
        flows="s -> g -> c1 -> e; g -> c2 -> e; g -> a -> t -> e",
    )
    assert stage.play(drawn).complete("a").done


def test_an_escalation_throw_event_is_caught_around_and_goes_on(stage: Stage) -> None:
    inner = sub("sp", throw("t", escalation("late")), flows="s1 -> t -> a -> e1")
    drawn = process(
        inner,
        boundary("b", "sp", escalation("late"), interrupting=False),
        flows="s -> sp -> e; b -> told -> e",
    )
    play = stage.play(drawn)
    assert play.waiting == ["a", "told"]
    assert play.complete("told").complete("a").done


def test_a_receive_task_waits_for_its_message(stage: Stage) -> None:
    play = stage.play(process(receive("r", "paid", "=1"), flows="s -> r -> e"))
    assert play.catching == ["r"]
    assert play.message("paid", "1", amount=2).variables == {"amount": 2}
    assert play.done


def test_of_several_triggers_the_first_is_enough(stage: Stage) -> None:
    drawn = waits_for(timer("PT10M"), message("paid", "=1"))
    assert stage.play(drawn).message("paid", "1").done
    play = stage.play(drawn)
    stage.advance("PT10M")
    assert play.done
    assert play.catching == []


def test_a_parallel_multiple_event_needs_all_of_its_triggers(stage: Stage) -> None:
    play = stage.play(waits_for(message("paid", "=1"), signal("go"), parallelMultiple=True))
    assert play.message("paid", "1").ended is None
    assert play.signal("go").done


def test_event_definitions_may_be_shared_by_reference(stage: Stage) -> None:
    shared = bpmn("timerEventDefinition", formula("timeDuration", "PT5M"), id="soon")
    drawn = draw(
        process(catch("c", bpmn("eventDefinitionRef", text="soon")), flows="s -> c -> e"),
        extra=[shared],
    )
    play = stage.play_file(drawn)
    stage.advance("PT5M")
    assert play.done


def test_one_message_goes_to_one_of_two_catches(stage: Stage) -> None:
    drawn = process(
        parallel("g"),
        catch("c1", message("paid", "=1")),
        catch("c2", message("paid", "=1")),
        flows="s -> g -> c1 -> e; g -> c2 -> e",
    )
    play = stage.play(drawn).message("paid", "1")
    assert play.catching == ["c2"]
    assert play.message("paid", "1").done
