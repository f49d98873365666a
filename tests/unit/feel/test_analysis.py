"""What can be told without evaluating: free names, clashes, calls that no function takes."""

from __future__ import annotations

import pytest

from app.feel import NUMBER, STRING, ContextType, ListType, Scope, compile_expression, find_faults, parse_expression


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a + b.c", {"a", "b"}),
        ("for x in xs return x + y", {"xs", "y"}),
        ("{a: 1, b: a + c}", {"c"}),
        ("function(a) a + b", {"b"}),
        ("xs[item > low]", {"xs", "low"}),
        ("people[age > low]", {"people", "low"}),
        ("count(xs) > count", {"xs", "count"}),
        ("some x in xs satisfies ? = x", {"xs"}),
        ('@"never"', set()),
    ],
)
def test_free_names_are_what_must_be_given(text: str, expected: set[str]) -> None:
    people = ListType(item=ContextType(entries={"age": NUMBER}))

    assert compile_expression(text, Scope({"people": people})).free_names == expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ('amount > "100"', "TYPE_CLASH"),
        ("status + 1", "TYPE_CLASH"),
        ('amount between "a" and "b"', "TYPE_CLASH"),
        ('amount = @"2024-01-01"', "TYPE_CLASH"),
        ("abs(status)", "TYPE_CLASH"),
        ("substring(amount, 1)", "TYPE_CLASH"),
        ("string length({a: 1})", "TYPE_CLASH"),
        ("substring(status)", "NO_SUCH_CALL"),
        ("substring(text: status)", "NO_SUCH_CALL"),
        ('@"never"', "INVALID_LITERAL"),
    ],
)
def test_what_is_always_null_is_found(text: str, code: str) -> None:
    node = parse_expression(text, Scope({"amount": NUMBER, "status": STRING}))

    assert [finding.code for finding in find_faults(node)] == [code]


def test_what_may_be_right_is_not_found() -> None:
    text = (
        'amount > other and status = null and status + "x" = "y" and substring(status, 1) = "a" and sum(amount) > 1'
        ' and abs([amount]) > 1 and string(amount) = "1" and date and time(@"2024-01-01", @"10:00:00") > other'
    )

    assert find_faults(parse_expression(text, Scope({"amount": NUMBER, "status": STRING}))) == []
