"""Processes that messages, signals and timers start, through `/v2` alone: the engine is told which start it is."""

import pytest

from tests.conformance.drawing import call, catch, condition, event_sub, gate, message, process, signal, start, timer
from tests.conformance.playing import Stage

STAGES = ("v2",)


def test_a_message_starts_an_instance_with_its_variables(stage: Stage) -> None:
    stage.deploy(process(start("s", message("order")), flows="s -> a -> e"))
    stage.ask("POST", "/messages/publication", {"name": "order", "correlationKey": "", "variables": {"n": 1}})
    (play,) = stage.plays
    assert play.waiting == ["a"]
    assert play.variables == {"n": 1}


def test_a_signal_starts_an_instance_of_every_process_that_waits_for_it(stage: Stage) -> None:
    stage.deploy(process(start("s", signal("go")), flows="s -> a -> e"))
    stage.deploy(process(start("s1", signal("go")), flows="s1 -> b -> e1", ident="q"))
    stage.ask("POST", "/signals/broadcast", {"signalName": "go", "variables": {}})
    assert sorted(play.waiting for play in stage.plays) == [["a"], ["b"]]


def test_a_timer_starts_instances_as_often_as_its_cycle_says(stage: Stage) -> None:
    stage.deploy(process(start("s", timer("R2/PT10M")), flows="s -> a -> e"))
    for expected in (1, 2, 2):
        stage.advance("PT10M")
        assert len(stage.plays) == expected


def test_a_date_starts_one_instance(stage: Stage) -> None:
    stage.deploy(process(start("s", timer("2026-01-05T13:00:00Z")), flows="s -> a -> e"))
    stage.advance("PT59M")
    assert stage.plays == []
    stage.advance("PT1M")
    assert [play.waiting for play in stage.plays] == [["a"]]


def test_a_message_that_comes_early_waits_for_its_catch(stage: Stage) -> None:
    body = {"name": "paid", "correlationKey": "1", "timeToLive": 3_600_000, "variables": {"n": 1}}
    stage.ask("POST", "/messages/publication", body)
    play = stage.play(
        process(event_sub("h", start("s1", message("paid", "=1")), flows="s1 -> told"), flows="s -> a -> e")
    )
    assert play.waiting == ["told"]
    assert play.variables == {"n": 1}


def test_a_new_version_takes_over_the_starts(stage: Stage) -> None:
    stage.deploy(process(start("s", message("order")), flows="s -> a -> e"))
    stage.deploy(process(start("s", message("order")), flows="s -> b -> e"))
    stage.ask("POST", "/messages/publication", {"name": "order", "correlationKey": "x", "variables": {}})
    assert [play.waiting for play in stage.plays] == [["b"]]


def test_one_process_can_wait_for_an_order_in_several_ways(stage: Stage) -> None:
    drawn = process(start("s1", message("order")), start("s2", signal("order")), flows="s1 -> a; s2 -> b; s -> c")
    stage.play(drawn)
    stage.ask("POST", "/messages/publication", {"name": "order", "correlationKey": "", "variables": {}})
    stage.ask("POST", "/signals/broadcast", {"signalName": "order", "variables": {}})
    assert sorted(play.waiting for play in stage.plays) == [["a"], ["b"], ["c"]]


def test_a_condition_starts_an_instance_of_every_process_for_which_it_holds(stage: Stage) -> None:
    stage.deploy(process(start("s", condition("=n > 5")), flows="s -> a -> e"))
    stage.deploy(process(start("s1", condition("=n > 50")), flows="s1 -> b -> e1", ident="q"))
    for n, started in ((1, []), (9, [["a"]]), (99, [["a"], ["a"], ["b"]])):
        answer = stage.ask("POST", "/conditionals/evaluation", {"variables": {"n": n}})
        assert sorted(play.waiting for play in stage.plays) == started
    assert len(answer["processInstances"]) == 2
    assert stage.plays[-1].variables == {"n": 99}


def test_a_condition_that_starts_reads_cluster_variables(stage: Stage) -> None:
    stage.deploy(process(start("s", condition("=n > camunda.vars.env.LIMIT")), flows="s -> a -> e"))
    stage.ask("POST", "/cluster-variables/global", {"name": "LIMIT", "value": 5})
    for n in (4, 6):
        stage.ask("POST", "/conditionals/evaluation", {"variables": {"n": n}})
    assert [play.variables for play in stage.plays] == [{"n": 6}]


def test_any_event_of_a_parallel_gateway_starts_the_process_which_waits_for_the_others(stage: Stage) -> None:
    start_of_both = gate("eventBased", "g", instantiate=True, eventGatewayType="Parallel")
    events = [catch(name, message(name, "=order")) for name in ("paid", "packed")]
    stage.deploy(process(start_of_both, *events, flows="g -> paid -> a -> e1; g -> packed -> b -> e2"))
    for name, order in (("packed", "7"), ("paid", "8"), ("paid", "7")):
        body = {"name": name, "correlationKey": order, "variables": {"order": order}}
        stage.ask("POST", "/messages/publication", body)
    one, other = stage.plays
    assert (one.waiting, other.waiting) == (["a", "b"], ["a"])
    assert one.complete("a").complete("b").done
    assert not other.complete("a").done


def test_an_event_sub_process_waits_by_what_the_starting_message_brought(stage: Stage) -> None:
    changes = event_sub("es", start("se", message("changed", "=order")), flows="se -> told -> ee")
    stage.deploy(process(start("s", message("order")), changes, flows="s -> a -> e"))
    for name, key in (("order", ""), ("changed", "7")):
        body = {"name": name, "correlationKey": key, "variables": {"order": "7"}}
        stage.ask("POST", "/messages/publication", body)
    (play,) = stage.plays
    assert play.waiting == ["told"]


def test_messages_of_one_key_start_one_instance_after_the_other_while_they_live(stage: Stage) -> None:
    stage.deploy(process(start("s", message("order")), flows="s -> a -> e"))
    for n, minutes in enumerate((60, 60, 5, 0)):
        body = {"name": "order", "correlationKey": "7", "timeToLive": minutes * 60_000, "variables": {"n": n}}
        stage.ask("POST", "/messages/publication", body)
    (first,) = stage.plays
    stage.advance("PT10M")
    first.complete("a")
    _, second = stage.plays
    assert second.variables == {"n": 1}
    second.complete("a")
    assert len(stage.plays) == 2


def test_processes_that_call_themselves_for_ever_stop_with_an_incident(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.services.instance_tree.MOST_CALLS", 9)
    stage.play(process(call("again", "p"), flows="s -> again"))
    (incident,) = stage.search("incidents", state="ACTIVE")
    assert incident["errorType"] == "CALLED_ELEMENT_ERROR"
    stage.ask("POST", f"/incidents/{incident['incidentKey']}/resolution")
    assert len(stage.search("process-instances")) == 19


def test_to_call_a_process_that_only_a_message_starts_is_an_incident_until_it_can_be_called(stage: Stage) -> None:
    stage.deploy(process(start("s1", message("order")), flows="s1 -> b -> e1", ident="child"))
    play = stage.play(process(call("c", "child"), flows="s -> a -> c -> e"))
    play.complete("a")
    assert play.errors == [("c", "CALLED_ELEMENT_ERROR")]
    stage.deploy(process(flows="s1 -> e1", ident="child"))
    assert play.retry().done
