from __future__ import annotations

from decimal import Decimal

from app.dmn import TableTrace
from tests.unit.dmn.models import CLOCK, decision, evaluate, literal, model_xml
from tests.unit.dmn.tables import table_xml

XML = table_xml(
    ["age:number", "kind:string"],
    ["fee:number"],
    [("< 18", '"vip"', "0", "minors"), (">= 18", '"vip"', "5", "grown"), (">= 18", '"std","new"', "9", "rest")],
    ids=["minor", "vip", "std"],
    annotations=["why"],
)


def trace_of(age: object, kind: object) -> TableTrace:
    trace = evaluate(XML, "d", {"age": age, "kind": kind}, trace=True).trace
    assert trace is not None
    return trace.decisions[-1].tables[0]


def test_a_trace_holds_inputs_as_seen_and_the_rules_that_matched() -> None:
    table = trace_of(30, "vip")
    assert [(each.name, each.value) for each in table.inputs] == [("age", Decimal(30)), ("kind", "vip")]
    assert [(each.id, each.number, each.annotations) for each in table.matched] == [("vip", 2, ("grown",))]
    assert [(each.name, each.value) for each in table.matched[0].outputs] == [("fee", 5)]


def test_a_trace_names_the_first_failing_cell_of_every_other_rule() -> None:
    missed = trace_of(30, "vip").missed
    assert [(each.id, each.number, each.column, each.title, each.text) for each in missed] == [
        ("minor", 1, 1, "age", "< 18"),
        ("std", 3, 2, "kind", '"std","new"'),
    ]


def test_a_miss_says_why_its_test_was_neither_true_nor_false() -> None:
    missed = trace_of(None, "vip").missed
    assert len(missed) == 3
    assert all(each.reason for each in missed)


def test_nothing_is_traced_unless_asked_for() -> None:
    assert evaluate(XML, "d", {"age": 1, "kind": "vip"}).trace is None


def test_a_trace_lists_decisions_in_the_order_they_were_made() -> None:
    xml = model_xml(decision("b", literal("a + 1"), "decision:a") + decision("a", literal("1")))
    trace = evaluate(xml, "b", trace=True).trace
    assert trace is not None
    assert [(each.id, each.value) for each in trace.decisions] == [("a", 1), ("b", 2)]


def test_warnings_know_their_decision_and_the_place_in_the_text() -> None:
    outcome = evaluate(model_xml(decision("d", literal("1 + missing"))), "d")
    assert outcome.value is None
    assert {warning.place.decision for warning in outcome.warnings} == {"d"}
    assert any(warning.position is not None and warning.position.column == 5 for warning in outcome.warnings)


def test_the_instant_is_recorded_when_a_decision_asks_for_it() -> None:
    assert evaluate(model_xml(decision("d", literal("now()"))), "d").instant == CLOCK.at
    assert evaluate(model_xml(decision("d", literal("1"))), "d").instant is None


def test_a_rules_description_is_its_annotation_where_dmn_js_wrote_it() -> None:
    xml = table_xml(["x"], ["out"], [("-", "1")]).replace(
        '<rule id="r1">', '<rule id="r1"><description>why</description>'
    )
    trace = evaluate(xml, "d", {"x": 1}, trace=True).trace
    assert trace is not None
    assert trace.decisions[0].tables[0].matched[0].annotations == ("why",)
