from __future__ import annotations

from typing import Any

import pytest

from app.dmn import load
from tests.unit.dmn.models import decision, evaluate, input_data, literal, model_xml
from tests.unit.dmn.tables import table_xml

ITEMS = """
<itemDefinition name="tGrade"><typeRef>string</typeRef>
  <allowedValues><text>"A","B"</text></allowedValues></itemDefinition>
<itemDefinition name="tGrades" isCollection="true"><typeRef>tGrade</typeRef></itemDefinition>
<itemDefinition name="tFew" isCollection="true"><typeRef>number</typeRef>
  <typeConstraint><text>count(?) &lt;= 2</text></typeConstraint></itemDefinition>
<itemDefinition name="tPerson">
  <itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
  <itemComponent name="grade"><typeRef>tGrade</typeRef></itemComponent>
  <itemComponent name="born"><typeRef>date</typeRef></itemComponent>
</itemDefinition>
<itemDefinition name="tLoop"><itemComponent name="next"><typeRef>tLoop</typeRef></itemComponent></itemDefinition>
"""


def given(kind: str, value: Any, text: str = "x") -> Any:
    return evaluate(
        model_xml(ITEMS + input_data("x", kind) + decision("d", literal(text), "input:x")), "d", {"x": value}
    )


def test_an_assertion_that_fails_breaks_the_evaluation() -> None:
    assert given("number", 3, 'assert(x, x > 2, "more than two")').value == 3
    (broken,) = given("number", 1, 'assert(x, x > 2, "more than two")').errors
    assert (broken.code, broken.reason) == ("ASSERTION_FAILED", "more than two")


@pytest.mark.parametrize("kind", ["number", "integer", "long", "double", "feel:number", "feel:long"])
def test_numbers_go_by_many_names(kind: str) -> None:
    assert given(kind, 1).value == 1
    assert given(kind, "1").value is None


@pytest.mark.parametrize(
    ("kind", "text", "check"),
    [
        ("date", "2026-03-01", "x = date(2026, 3, 1)"),
        ("dateTime", "2026-03-01T10:00:00Z", 'x = date and time("2026-03-01T10:00:00Z")'),
        ("date and time", "2026-03-01T10:00:00Z", "x.hour = 10"),
        ("time", "10:00:00", "x.hour = 10"),
        ("dayTimeDuration", "P2D", 'x = duration("P2D")'),
        ("days and time duration", "PT2H", "x.hours = 2"),
        ("yearMonthDuration", "P1Y", "x.years = 1"),
        ("boolean", True, "x"),
        ("list&lt;number>", [1, 2], "sum(x) = 3"),
        ("Any", "free", 'x = "free"'),
        ("unheard-of", "free", 'x = "free"'),
    ],
)
def test_iso_texts_become_what_the_type_says(kind: str, text: Any, check: str) -> None:
    assert given(kind, text, check).value is True


def test_a_type_nobody_defines_is_a_problem_of_the_model() -> None:
    model = load(model_xml(input_data("x", "tGone")))
    assert [problem.code for problem in model.problems] == ["type"]


def test_a_value_outside_the_allowed_ones_is_null_with_a_warning() -> None:
    assert given("tGrade", "A").value == "A"
    outcome = given("tGrade", "Z")
    assert outcome.value is None
    assert outcome.warnings[0].code == "NOT_ALLOWED"
    assert "'x'" in str(outcome.warnings[0].place)


def test_allowed_values_hold_for_each_item_of_a_collection() -> None:
    assert given("tGrades", ["A", "B"]).value == ["A", "B"]
    assert given("tGrades", "A").value == ["A"]
    assert given("tGrades", ["A", "Z"]).value is None


def test_a_type_constraint_holds_for_the_collection_as_a_whole() -> None:
    assert given("tFew", [1, 2]).value == [1, 2]
    assert given("tFew", [1, 2, 3]).value is None


def test_components_are_typed_and_named_with_spaces() -> None:
    person = {"full name": "Li", "grade": "A", "born": "2000-01-01"}
    assert given("tPerson", person, "x.full name + string(x.born.year)").value == "Li2000"
    assert given("tPerson", {**person, "grade": "Z"}, "x.full name").value is None


def test_a_type_that_contains_itself_is_bounded() -> None:
    assert given("tLoop", {"next": {"next": None}}, "x.next instance of context<next: Any>").value is True


def test_input_values_are_enforced_and_name_their_column() -> None:
    xml = table_xml(["x:string"], ["out"], [("-", "1")], allowed={"x": '"a","b"'})
    assert evaluate(xml, "d", {"x": "a"}).value == 1
    outcome = evaluate(xml, "d", {"x": "z"})
    assert outcome.value is None
    assert outcome.errors[0].code == "INPUT_NOT_ALLOWED"
    assert "column 'x'" in str(outcome.errors[0])


def test_an_undeclared_variable_is_read_by_the_type_of_its_column() -> None:
    column = '<input id="i"><inputExpression typeRef="date"><text>due</text></inputExpression></input>'
    cell = "<inputEntry><text>&lt; date(2026, 3, 2)</text></inputEntry>"
    rule = f"<rule>{cell}<outputEntry><text>1</text></outputEntry></rule>"
    table = f'<decisionTable hitPolicy="FIRST">{column}<output name="out"/>{rule}</decisionTable>'
    assert evaluate(model_xml(decision("d", table)), "d", {"due": "2026-03-01"}).value == 1


def test_a_dash_an_empty_text_and_an_empty_element_are_all_any() -> None:
    xml = table_xml(["x", "y", "z"], ["out"], [("-", "", "-", "1")]).replace("<text />", "<text></text>", 1)
    assert evaluate(xml, "d", {"x": 1, "y": None, "z": []}).value == 1


def test_components_that_the_caller_leaves_out_are_null() -> None:
    assert given("tPerson", {"full name": "Li"}, "[x.full name, x.grade]").value == ["Li", None]
    assert given("tPerson", {"full name": 5}, "x").value is None
