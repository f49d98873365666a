from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.dmn import DmnError, load
from tests.unit.dmn.models import CLOCK, decision, evaluate, input_data, literal, model_xml
from tests.unit.dmn.tables import table_xml

BOMB = '<!DOCTYPE d [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = '<!DOCTYPE d [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
GOOD = model_xml(decision("d", literal("1")))


def refusal(source: bytes | str) -> DmnError:
    with pytest.raises(DmnError) as refused:
        load(source, file="bad.dmn")
    assert "(file bad.dmn" in str(refused.value)
    return refused.value


@pytest.mark.parametrize(
    "source",
    [b"", b"<", b"\x00\x01\x02", GOOD[:-5], "<a>" * 5000, b"\xff\xfe<\x00", "\ud800", b"<definitions/>", "plain text"],
)
def test_broken_xml_is_refused(source: bytes | str) -> None:
    assert refusal(source).reason.startswith("Expected")


@pytest.mark.parametrize("entities", [BOMB, OUTSIDE])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_document_types_and_their_entities_are_refused(entities: str, encoding: str) -> None:
    source = (entities + GOOD.replace("<text><![CDATA[1]]></text>", "<text>&b;</text>")).encode(encoding)
    assert "document type" in refusal(source).reason


def test_a_file_of_twenty_megabytes_is_refused_unread() -> None:
    assert "bytes of XML" in refusal(b"<" * 20_000_001).reason


@pytest.mark.parametrize("namespace", ["", "urn:other", "https://www.omg.org/spec/DMN/20991231/MODEL/"])
def test_an_unknown_namespace_is_refused(namespace: str) -> None:
    assert "DMN 1.1 to 1.5" in refusal(f'<definitions xmlns="{namespace}"/>').reason


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20191111/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
    ],
)
def test_every_version_from_1_1_to_1_5_is_read(namespace: str) -> None:
    xml = f'<?xml version="1.0" encoding="UTF-16"?>\n{GOOD}'.replace(
        "https://www.omg.org/spec/DMN/20191111/MODEL/", namespace
    )
    assert evaluate(load(xml), "d").value == 1


@pytest.mark.parametrize("language", ["juel", "https://www.omg.org/spec/DMN/20240513/B-FEEL/", "javascript"])
def test_another_language_than_feel_is_refused(language: str) -> None:
    in_one = GOOD.replace("<literalExpression", f'<literalExpression expressionLanguage="{language}"')
    in_all = GOOD.replace("<definitions", f'<definitions expressionLanguage="{language}"')
    assert f"Expected FEEL, but the expressionLanguage is '{language}'" in refusal(in_one).reason
    assert language in refusal(in_all).reason


@pytest.mark.parametrize("language", ["feel", "FEEL", "http://www.omg.org/spec/FEEL/20140401", ""])
def test_feel_goes_by_several_names(language: str) -> None:
    xml = GOOD.replace("<literalExpression", f'<literalExpression expressionLanguage="{language}"')
    assert evaluate(xml, "d").value == 1


def test_a_cell_of_a_megabyte_is_refused_with_its_row_and_column() -> None:
    error = refusal(table_xml(["x", "y"], ["out"], [("-", "-", "1"), ("-", '"' + "a" * 1_000_000 + '"', "1")]))
    assert (error.place.decision, error.place.row, error.place.column) == ("d", 2, "y")
    assert "1,000,002" in error.reason


def test_a_cell_that_is_no_feel_is_a_problem_with_its_row_and_column_and_stops_its_table() -> None:
    xml = table_xml(["x", "y"], ["out"], [("-", "-", "1"), ("-", "< <", "2")])
    model = load(xml, file="t.dmn")
    place = model.problems[0].place
    assert (place.file, place.decision, place.row, place.column) == ("t.dmn", "d", 2, "y")
    outcome = evaluate(model, "d", {"x": 1, "y": 1})
    assert outcome.value is None
    assert outcome.errors == model.problems


def test_a_decision_that_is_no_feel_leaves_the_others_alone() -> None:
    model = load(model_xml(decision("bad", literal("1 +")) + decision("good", literal("1"))))
    assert evaluate(model, "bad").value is None
    assert evaluate(model, "good").value == 1


def test_a_range_of_a_thousand_million_is_stopped_with_its_place() -> None:
    outcome = evaluate(model_xml(decision("d", literal("for x in 1..1000000000 return x"))), "d")
    assert outcome.value is None
    assert outcome.errors[0].code == "limit"
    assert "decision 'd'" in str(outcome.errors[0])
    cell = table_xml(["x"], ["out"], [("[1..1000000000]", "count(for i in 1..1000000000 return i)")])
    assert evaluate(cell, "d", {"x": 5}).errors[0].place.row == 1


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (('hitPolicy="UNIQUE"', 'hitPolicy="BEST"'), "Expected a hit policy of DMN, but found 'BEST'"),
        (('hitPolicy="UNIQUE"', 'aggregation="AVG"'), "Expected SUM, COUNT, MIN or MAX"),
        (("<outputEntry><text>1</text></outputEntry>", ""), "Expected 1 of outputEntry, but the rule has 0"),
        (("<inputEntry><text>-</text></inputEntry>", ""), "Expected 1 of inputEntry, but the rule has 0"),
        (('id="d"', 'id="in_0"'), "Expected ids that occur once"),
    ],
)
def test_a_table_that_does_not_hold_together_is_refused(change: tuple[str, str], reason: str) -> None:
    xml = table_xml(["x"], ["out"], [("-", "1")])
    assert change[0] in xml
    assert reason in refusal(xml.replace(*change)).reason


def test_boxes_in_boxes_in_boxes_are_refused_at_some_depth() -> None:
    error = refusal(model_xml(decision("d", "<list>" * 100 + literal("1") + "</list>" * 100)))
    assert "nested expressions" in error.reason


@pytest.mark.parametrize("value", [float("nan"), float("inf"), Decimal("NaN"), object(), {1: 2}, [[]] * 3 + [b"bytes"]])
def test_a_value_that_is_neither_jsons_nor_feels_is_an_error_not_an_exception(value: object) -> None:
    for body in (decision("d", literal("x + 1")), input_data("x", "number") + decision("d", literal("x"), "input:x")):
        outcome = evaluate(model_xml(body), "d", {"x": value})
        assert (outcome.value, outcome.errors[0].code) == (None, "INPUT")
    assert evaluate(table_xml(["x"], ["out"], [("1", "1")]), "d", {"x": value}).value is None


WHOLE = table_xml(
    ["age:number", "kind:string"], ["fee:number"], [("< 18", '"vip"', "0"), (">= 18", "-", "5 + age")], policy="FIRST"
)

SCRAPS = ["<rule>", "</text>", "(", '"', "..", "[", "-"]


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_file_however_mangled_raises_anything_but_its_own_errors(data: st.DataObject) -> None:
    text = WHOLE
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        cut = data.draw(st.integers(0, 30))
        other = data.draw(st.one_of(st.text(max_size=5), st.sampled_from(SCRAPS)))
        text = text[:at] + other + text[at + cut :]
    try:
        model = load(text)
        for each in model.decisions:
            for trace in (False, True):
                model.evaluate(each.id, {"age": 20, "kind": "vip"}, clock=CLOCK, trace=trace)
    except DmnError:
        pass
