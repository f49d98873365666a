from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from tests.unit.dmn.models import decision, evaluate, input_data, knowledge, literal, model_xml, value_of


def entry(name: str, logic: str, type_ref: str = "") -> str:
    typed = f' typeRef="{type_ref}"' if type_ref else ""
    return f'<contextEntry><variable name="{name}"{typed}/>{logic}</contextEntry>'


def test_a_context_sees_its_earlier_entries_by_names_with_spaces() -> None:
    box = f"<context>{entry('the sum', literal('1 + 2'))}{entry('twice', literal('the sum * 2'))}</context>"
    assert value_of(box) == {"the sum": 3, "twice": 6}


def test_a_result_cell_is_the_value_of_its_context() -> None:
    box = f"<context>{entry('n', literal('20'))}<contextEntry>{literal('n + 1')}</contextEntry></context>"
    assert value_of(box) == 21


def test_an_entry_of_another_type_than_it_says_is_null_alone() -> None:
    box = f"<context>{entry('n', literal('1'), 'string')}{entry('s', literal('2'))}</context>"
    assert value_of(box) == {"n": None, "s": 2}


def test_a_list_holds_its_boxes_in_order() -> None:
    assert value_of(f"<list>{literal('1')}<list>{literal('2')}</list></list>") == [1, [2]]


def test_a_relation_is_a_list_of_contexts() -> None:
    rows = f"<row>{literal('1')}{literal('2')}</row><row>{literal('3')}{literal('4')}</row>"
    assert value_of(f'<relation><column name="a"/><column name="b c"/>{rows}</relation>') == [
        {"a": 1, "b c": 2},
        {"a": 3, "b c": 4},
    ]


@pytest.mark.parametrize(
    ("condition", "expected"), [("true", "then"), ("false", "else"), ('"abc"', None), ("null", None)]
)
def test_a_conditional_wants_true_or_false(condition: str, expected: str | None) -> None:
    then, otherwise = literal('"then"'), literal('"else"')
    box = f"<conditional><if>{literal(condition)}</if><then>{then}</then><else>{otherwise}</else></conditional>"
    assert value_of(box) == expected


@pytest.mark.parametrize(
    ("source", "match", "expected"),
    [
        ("[1,2,3,4]", "item > 2", [3, 4]),
        ("[{a: 1}, {a: 2}]", "a = 2", [{"a": 2}]),
        ("[]", "true", []),
        ("5", "item = 5", [5]),
        ("null", "true", None),
        ("[1,2]", '"neither"', None),
    ],
)
def test_a_filter_keeps_what_matches(source: str, match: str, expected: Any) -> None:
    assert value_of(f"<filter><in>{literal(source)}</in><match>{literal(match)}</match></filter>") == expected


@pytest.mark.parametrize(
    ("source", "result", "expected"),
    [
        ("[1,2,3]", "each * 2", [2, 4, 6]),
        ("[]", "each", []),
        ("[1,2,3]", "count(partial)", [0, 1, 2]),
        ("[2..4]", "each", [2, 3, 4]),
        ("null", "each", None),
    ],
)
def test_a_for_gives_a_result_an_item(source: str, result: str, expected: Any) -> None:
    box = f'<for iteratorVariable="each"><in>{literal(source)}</in><return>{literal(result)}</return></for>'
    assert value_of(box) == expected


@pytest.mark.parametrize(
    ("kind", "source", "test", "expected"),
    [
        ("some", "[1,2]", "each > 1", True),
        ("some", "[1,2]", "each > 2", False),
        ("every", "[1,2]", "each > 0", True),
        ("every", "[1,2]", "each > 1", False),
        ("every", "[]", "false", True),
        ("every", "[1,2]", 'if each = 1 then true else "no boolean"', None),
        ("some", "[1,2]", "null", None),
    ],
)
def test_some_and_every_answer_in_three_values(kind: str, source: str, test: str, expected: bool | None) -> None:
    inside = f"<in>{literal(source)}</in><satisfies>{literal(test)}</satisfies>"
    assert value_of(f'<{kind} iteratorVariable="each">{inside}</{kind}>') is expected


def function(parameters: str, body: str, kind: str = "FEEL") -> str:
    return f'<functionDefinition kind="{kind}">{parameters}{body}</functionDefinition>'


def test_a_boxed_function_sees_its_parameters_and_its_surroundings() -> None:
    define = entry("add", function('<formalParameter name="n" typeRef="number"/>', literal("n + base")))
    box = f"<context>{entry('base', literal('10'))}{define}<contextEntry>{literal('add(5)')}</contextEntry></context>"
    assert value_of(box) == 15


def test_a_java_function_is_null_with_a_warning_and_breaks_nothing() -> None:
    java = f"<context>{entry('class', literal(chr(34) + 'java.lang.Math' + chr(34)))}</context>"
    box = entry("f", function('<formalParameter name="n"/>', java, "Java"))
    outcome = evaluate(model_xml(decision("d", f"<context>{box}{entry('x', literal('f(1)'))}</context>")), "d")
    assert outcome.value["x"] is None
    assert [warning.code for warning in outcome.warnings] == ["EXTERNAL"]


def test_a_java_method_that_is_known_works_without_java() -> None:
    texts = {"class": '"java.lang.Math"', "method signature": '"max(int,int)"'}
    java = f"<context>{''.join(entry(name, literal(text)) for name, text in texts.items())}</context>"
    parameters = '<formalParameter name="a" typeRef="number"/><formalParameter name="b" typeRef="number"/>'
    box = entry("f", function(parameters, java, "Java"))
    assert value_of(f"<context>{box}<contextEntry>{literal('f(2, 3)')}</contextEntry></context>") == 3


def invocation(name: str, **arguments: str) -> str:
    bindings = "".join(
        f'<binding><parameter name="{each}"/>{literal(text)}</binding>' for each, text in arguments.items()
    )
    return f"<invocation>{literal(name)}{bindings}</invocation>"


def calling(box: str, *models: str) -> Any:
    return evaluate(model_xml("".join(models) + decision("d", box, "knowledge:f")), "d").value


def test_an_invocation_binds_by_name_whatever_the_order() -> None:
    f = knowledge("f", {"a": "number", "b": "number"}, literal("a - b"))
    assert calling(invocation("f", b="1", a="10"), f) == 9


@pytest.mark.parametrize("arguments", [{"a": '"text"'}, {}, {"z": "1"}, {"a": "1", "z": "1"}])
def test_an_invocation_that_does_not_fit_is_null(arguments: dict[str, str]) -> None:
    assert calling(invocation("f", **arguments), knowledge("f", {"a": "number"}, literal("1"))) is None


def test_what_is_no_function_cannot_be_invoked() -> None:
    assert calling(invocation("1 + 1", a="1"), knowledge("f", {}, literal("1"))) is None


def test_a_decision_holds_its_result_to_its_type() -> None:
    assert value_of(literal("[5]"), type_ref="number") == 5
    assert value_of(literal('"5"'), type_ref="number") is None
    assert str(value_of(literal('date("2026-03-01")'), type_ref="dateTime")).startswith("2026-03-01T00:00:00")


def test_json_numbers_come_in_exactly() -> None:
    xml = model_xml(input_data("x", "number") + decision("d", literal("x + 0.2 = 0.3"), "input:x"))
    assert evaluate(xml, "d", {"x": 0.1}).value is True
    assert evaluate(xml, "d", {"x": Decimal("0.1")}).value is True
