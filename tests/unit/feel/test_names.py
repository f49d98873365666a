"""Names with spaces and operators are read by the longest match against what is known."""

from __future__ import annotations

import pytest

from app.feel import (
    ANY,
    NUMBER,
    ContextType,
    FeelSyntaxError,
    ListType,
    Scope,
    compile_expression,
    parse_expression,
    to_feel,
    to_json,
    tree,
)
from tests.unit.feel.asking import codes, evaluation, value

PERSON = ContextType(entries={"first name": ANY, "age": NUMBER})


def asked(text: str, context: dict[str, object], scope: Scope | None = None) -> object:
    return to_json(compile_expression(text, scope or tuple(context)).evaluate(to_feel(context)).value)


@pytest.mark.parametrize(
    ("text", "context", "expected"),
    [
        ("days overdue + 1", {"days overdue": 3}, 4),
        ("days\n  overdue", {"days overdue": 3}, 3),
        ("a-b", {"a-b": 1, "a": 7, "b": 2}, 1),
        ("a - b", {"a-b": 1, "a": 7, "b": 2}, 5),
        ("Mike's daughter", {"Mike's daughter": "Ann"}, "Ann"),
        ("date and time", {"date and time": 5}, 5),
        ("profit and loss > 0 and loss > 0", {"profit and loss": 1, "loss": 1}, True),
        ("`first name`", {"first name": "Bo"}, "Bo"),
        ("`a-b` * 2", {"a-b": 4}, 8),
        ("客户 等级", {"客户 等级": "VIP"}, "VIP"),
        ("x1 + x", {"x1": 1, "x": 2}, 3),
    ],
)
def test_a_known_name_may_hold_spaces_and_operators(text: str, context: dict[str, object], expected: object) -> None:
    assert asked(text, context) == expected


def test_an_unknown_name_of_two_words_is_refused() -> None:
    with pytest.raises(FeelSyntaxError, match=r'Expected an operator .* found "overdue" \(line 1, column 6\)'):
        compile_expression("days overdue")


def test_a_typed_variable_brings_the_names_of_its_entries() -> None:
    scope = Scope({"person": PERSON, "people": ListType(item=PERSON)})
    person = {"first name": "Bo", "age": 5}

    assert asked("person.first name", {"person": person}, scope) == "Bo"
    assert asked('people[first name = "Bo"].age', {"people": [person]}, scope) == [5]
    assert asked("people.first name", {"people": [person, person]}, scope) == ["Bo", "Bo"]


def test_after_a_dot_two_words_are_one_name_whatever_the_type() -> None:
    assert value("x.first name", x={"first name": "Bo"}) == "Bo"
    assert value("if x.is big then 1 else 2", x={"is big": True}) == 1


def test_a_context_literal_brings_its_keys() -> None:
    assert value("{first name: 1, next: first name + 1}.next") == 2
    assert value("[{foo bar: 1}, {foo bar: 2}][foo bar = 2]") == [{"foo bar": 2}]
    assert value('{"a + b": 1, c: a + b}.c') == 1


def test_loop_variables_and_parameters_may_hold_spaces() -> None:
    assert value("for each item in [1, 2] return each item * 2") == [2, 4]
    assert value("some big one in [1, 2] satisfies big one > 1") is True
    assert value("(function(left side, right side) left side - right side)(5, 3)") == 2


def test_a_variable_hides_a_built_in_of_its_name_but_not_in_a_call() -> None:
    assert value("count > 3", count=5) is True
    assert value("count([1, 2]) + count", count=5) == 7
    assert compile_expression("count > 3").evaluate(to_feel({"count": 5})).value is True


def test_a_missing_variable_is_null_and_says_so() -> None:
    result = evaluation("amount + 1")

    assert result.value is None
    assert result.warnings[0].code == "NO_VARIABLE"
    assert (result.warnings[0].position.line, result.warnings[0].position.column) == (1, 1)


def test_a_missing_entry_is_null_and_says_so() -> None:
    assert codes("x.y", x={"z": 1}) == ["NO_ENTRY"]
    assert codes("x.y.z", x={}) == ["NO_ENTRY", "NO_ENTRY"]


def test_names_know_whether_they_are_bound_in_the_text() -> None:
    node = parse_expression("for x in xs return x + y")

    assert isinstance(node, tree.For)
    body = node.body
    assert isinstance(body, tree.Arithmetic)
    assert [part.local for part in (body.left, body.right) if isinstance(part, tree.Name)] == [True, False]
