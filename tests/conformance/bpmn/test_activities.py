"""Every kind of task, and the variables that go in and out."""

from decimal import Decimal

import pytest

from app.engine.kinds import JobKind
from tests.conformance.drawing import activity, inputs, job, mapped, outputs, parallel, process, script, sub, zeebe
from tests.conformance.playing import Stage


@pytest.mark.parametrize("tag", ["task", "manualTask"])
def test_a_task_without_work_passes_at_once(stage: Stage, tag: str) -> None:
    assert stage.play(process(activity(tag, "a"), flows="s -> a -> e")).completed == ["s", "a", "e", "p"]


@pytest.mark.parametrize("tag", ["serviceTask", "sendTask", "scriptTask", "businessRuleTask"])
def test_a_task_for_a_worker_opens_a_job(stage: Stage, tag: str) -> None:
    headers = zeebe("taskHeaders", zeebe("header", key="to", value="desk 5"))
    play = stage.play(process(job("a", headers, tag=tag), flows="s -> a -> e"))
    (row,) = play.jobs.values()
    assert (row.type, row.retries, dict(row.headers), row.kind) == ("a", 3, {"to": "desk 5"}, JobKind.BPMN_ELEMENT)
    assert play.complete("a", answer=1).variables == {"answer": 1}
    assert play.done


def test_a_jobs_type_and_retries_can_be_expressions(stage: Stage) -> None:
    task = activity("serviceTask", "a", ext=[zeebe("taskDefinition", type='="mail-" + kind', retries="=n + 1")])
    (row,) = stage.play(process(task, flows="s -> a"), kind="in", n=1).jobs.values()
    assert (row.type, row.retries) == ("mail-in", 2)


def test_a_script_task_evaluates_feel_into_its_result_variable(stage: Stage) -> None:
    play = stage.play(process(script("a", "=sum(prices) * 2", "total"), flows="s -> a -> e"), prices=[1, 2])
    assert play.variables == {"prices": [1, 2], "total": 6}


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("=0.1 + 0.2", Decimal("0.3")),
        ("=12345678901234567890 + 1", 12345678901234567891),
        ('=date("2026-03-01") - duration("P1D")', "2026-02-28"),
        ('=duration("PT90M")', "PT1H30M"),
        ('={"a": {"b": [1, null, true]}}', {"a": {"b": [1, None, True]}}),
        ("=null", None),
        ('="全角"', "全角"),
    ],
)
def test_a_value_survives_as_json(stage: Stage, expression: str, expected: object) -> None:
    play = stage.play(process(script("a", expression, "v"), flows="s -> a -> b -> e"))
    assert play.variables == {"v": expected}
    assert play.sees("b") == {"v": expected}


@pytest.mark.parametrize("name", ["typename", "null_", "type", "_spec", "数量"])
def test_a_form_field_may_have_any_name(stage: Stage, name: str) -> None:
    play = stage.play(process(flows="s -> a -> b -> e"))
    play.complete("a", **{name: {"typename": "x", "value": 1.5}})
    assert play.complete("b").variables == {name: {"typename": "x", "value": Decimal("1.5")}}


def test_a_business_rule_task_asks_a_decision_for_its_result(stage: Stage) -> None:
    stage.decisions["route"] = lambda context: {"to": "desk 5" if context["amount"] > 100 else "desk 1"}
    task = activity(
        "businessRuleTask", "a", ext=[zeebe("calledDecision", decisionId="route", resultVariable="routing")]
    )
    play = stage.play(process(task, flows="s -> a -> e"), amount=500)
    assert play.variables["routing"] == {"to": "desk 5"}
    (row,) = play.outcomes[0].decisions
    assert (row.element_id, row.decision_id, row.record) == ("a", "route", {"decision": "route"})


def test_the_decision_can_be_chosen_by_an_expression(stage: Stage) -> None:
    stage.decisions["route_b"] = lambda _context: 7
    task = activity(
        "businessRuleTask", "a", ext=[zeebe("calledDecision", decisionId='="route_" + kind', resultVariable="r")]
    )
    assert stage.play(process(task, flows="s -> a -> e"), kind="b").variables["r"] == 7


def test_input_mappings_are_local_and_read_in_order(stage: Stage) -> None:
    task = job("a", inputs(x="=n + 1", y="=x + 1"))
    play = stage.play(process(task, flows="s -> a -> b -> e"), n=1)
    assert play.sees("a") == {"n": 1, "x": 2, "y": 3}
    assert play.complete("a").variables == {"n": 1}
    assert play.sees("b") == {"n": 1}


def test_a_process_says_how_urgent_the_jobs_of_its_tasks_are(stage: Stage) -> None:
    urgent = zeebe("jobPriorityDefinition", priority="=n * 10")
    own = job("b", zeebe("jobPriorityDefinition", priority="-1"), inputs(n="=9"))
    drawn = process(job("a"), own, ext=[urgent], flows="s -> a -> e; s -> b -> e1; s -> c")
    play = stage.play(drawn, n=4)
    assert {row.element_id: row.priority for row in play.jobs.values()} == {"a": 40, "b": -1}


def test_input_mappings_can_copy_a_variable_field_by_field(stage: Stage) -> None:
    task = job("a", inputs(**{"o.x": "=o.x", "o.y": "=o.y + o.x", "z": "=o.y"}))
    play = stage.play(process(task, flows="s -> a -> e"), o={"x": 1, "y": 2, "other": 3})
    assert play.sees("a") == {"o": {"x": 1, "y": 3}, "z": 3}


def test_a_result_goes_to_a_local_variable_of_that_name_and_is_lost_with_it(stage: Stage) -> None:
    play = stage.play(process(job("a", inputs(x="=1")), flows="s -> a -> e"))
    assert play.complete("a", x=5, y=6).variables == {"y": 6}


def test_output_mappings_choose_what_leaves_the_task(stage: Stage) -> None:
    play = stage.play(process(job("a", outputs(total="=price * 2")), flows="s -> a -> e"))
    assert play.complete("a", price=4, noise=1).variables == {"total": 8}


def test_mappings_can_write_into_a_context(stage: Stage) -> None:
    both = zeebe(
        "ioMapping",
        zeebe("output", source="=price", target="order.price"),
        zeebe("output", source="=1", target="order.n"),
    )
    play = stage.play(process(job("a", both), flows="s -> a -> e"), order={"id": 5})
    assert play.complete("a", price=4).variables == {"order": {"id": 5, "price": 4, "n": 1}}


def test_a_local_variable_covers_one_of_the_process(stage: Stage) -> None:
    play = stage.play(process(job("a", mapped({"n": "=n * 10"}, {"seen": "=n"})), flows="s -> a -> e"), n=1)
    assert play.complete("a").variables == {"n": 1, "seen": 10}


def test_a_mapping_from_what_is_not_there_is_null(stage: Stage) -> None:
    play = stage.play(process(job("a", inputs(x="=nothing.here")), flows="s -> a -> e"))
    assert play.sees("a") == {"x": None}


def test_a_literal_mapping_is_text(stage: Stage) -> None:
    play = stage.play(process(job("a", inputs(x="=5", y="5")), flows="s -> a -> e"))
    assert play.sees("a") == {"x": 5, "y": "5"}


def test_mappings_work_on_sub_processes_and_keep_the_rest_inside(stage: Stage) -> None:
    inner = sub(
        "sp", script("calc", "=x * 2", "x"), flows="s1 -> calc -> e1", ext=[mapped({"x": "=n"}, {"result": "=x"})]
    )
    assert stage.play(process(inner, flows="s -> sp -> e"), n=4).variables == {"n": 4, "result": 8}


def test_several_flows_into_a_task_each_bring_a_token(stage: Stage) -> None:
    assert stage.play(process(parallel("g"), flows="s -> g -> a; g -> a")).waiting == ["a", "a"]


def test_several_flows_out_of_a_task_are_all_taken(stage: Stage) -> None:
    assert stage.play(process(flows="s -> a; a -> b; a -> c")).complete("a").waiting == ["b", "c"]


def test_conditional_flows_out_of_a_task_are_taken_where_they_hold(stage: Stage) -> None:
    drawn = process(flows="s -> a; a -[=n > 1]-> b; a -[=n > 2]-> c; a -> d")
    assert stage.play(drawn).complete("a", n=2).waiting == ["b", "d"]


def test_the_default_flow_of_a_task_is_taken_when_no_condition_holds(stage: Stage) -> None:
    drawn = process(flows="s -> a; a -[=n > 1]-> b; a -/-> c")
    assert stage.play(drawn).complete("a", n=2).waiting == ["b"]
    assert stage.play(drawn).complete("a", n=1).waiting == ["c"]


def test_a_task_whose_only_conditional_flow_does_not_hold_stops_with_an_incident(stage: Stage) -> None:
    play = stage.play(process(flows="s -> a; a -[=n > 1]-> b")).complete("a", n=1)
    assert play.errors == [("a", "CONDITION_ERROR")]
    assert play.set(n=2).retry().waiting == ["b"]


def test_conditional_flows_out_of_a_sub_process(stage: Stage) -> None:
    drawn = process(sub("sp", flows="s1 -> a -> e1"), flows="s -> sp; sp -[=n > 1]-> b; sp -/-> c")
    assert stage.play(drawn).complete("a", n=2).waiting == ["b"]
