"""Whatever the text, FEEL answers, or refuses with an error of its own."""

from __future__ import annotations

import math
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from app.feel import (
    BUILT_INS,
    Environment,
    FeelError,
    Limits,
    compile_expression,
    compile_unary_tests,
    find_faults,
    to_feel,
    to_json,
    to_text,
)

ENVIRONMENT = Environment(limits=Limits(steps=20_000, list_items=2_000, string_length=20_000))
CONTEXT = to_feel({"x": 5, "y": "abc", "xs": [1, 2, {"a": 3}], "days overdue": 3})
NAMES = tuple(CONTEXT)

ATOMS = st.sampled_from(
    [
        "1",
        "0",
        "-1",
        "2.5",
        "1e6000",
        "10**30",
        '"a"',
        '"abc"',
        '""',
        "null",
        "true",
        "false",
        "x",
        "y",
        "xs",
        "item",
        "partial",
        "?",
        "[]",
        "[1..5]",
        "(<5)",
        '"[a-z]+"',
        '@"foo"',
        '@"P1D"',
        '@"P1Y"',
        '@"2024-01-31"',
        '@"-999999999-01-01"',
        '@"10:00:00@Europe/Paris"',
        '@"2024-01-01T00:00:00Z"',
        "[1,2,[3]]",
        "{a:[1,{b:2}]}",
        "function(a) a",
        "days overdue",
        "`x`",
    ]
)
TYPES = st.sampled_from(["number", "list<string>", "Any", "context<a: number>", "function<> -> Any", "range<date>"])


def joined(*parts: Any) -> st.SearchStrategy[str]:
    return st.tuples(*(st.just(part) if isinstance(part, str) else part for part in parts)).map("".join)


def larger(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    operators = st.sampled_from([" + ", " - ", "*", "/", "**", " = ", " != ", " < ", " >= ", " and ", " or ", " in "])
    arguments = st.lists(inner, max_size=4).map(", ".join)
    return st.one_of(
        joined("(", inner, operators, inner, ")"),
        joined("-(", inner, ")"),
        joined("[", arguments, "]"),
        joined("{a: ", inner, ", b c: ", inner, "}"),
        joined("(", inner, ")[", inner, "]"),
        joined("(", inner, ").", st.sampled_from(["a", "b c", "year", "start", "time offset"])),
        joined("for i in ", inner, " return ", inner),
        joined("for i in ", inner, "..", inner, ", j in ", inner, " return ", inner),
        joined(st.sampled_from(["some", "every"]), " i in ", inner, " satisfies ", inner),
        joined("if ", inner, " then ", inner, " else ", inner),
        joined(st.sampled_from("[(]"), inner, "..", inner, st.sampled_from("])[")),
        joined("(", inner, ") instance of ", TYPES),
        joined("(", inner, ") between ", inner, " and ", inner),
        joined("(function(a, b) ", inner, ")(", arguments, ")"),
        joined(st.sampled_from(sorted(BUILT_INS)), "(", arguments, ")"),
    )


EXPRESSIONS = st.recursive(ATOMS, larger, max_leaves=12)
SCRAPS = st.lists(
    st.sampled_from(
        [
            "(",
            ")",
            "[",
            "]",
            "{",
            "}",
            "<",
            ">",
            "=",
            "!",
            "?",
            ".",
            ",",
            ":",
            ";",
            '"',
            "`",
            "@",
            "+",
            "-",
            "*",
            "/",
            "**",
            "..",
            "//",
            "/*",
            "\\",
            "'",
            "if",
            "then",
            "else",
            "for",
            "in",
            "return",
            "some",
            "every",
            "satisfies",
            "function(",
            "instance",
            "of",
            "between",
            "and",
            "or",
            "not(",
            "null",
            "x",
            "xs",
            "1",
            "0.5",
            '"s"',
            "中",
            "\ud83d",
        ]
    ),
    max_size=30,
).map(" ".join)


def assert_is_a_value(value: Any) -> None:
    if isinstance(value, Decimal):
        assert math.isfinite(value)
    assert type(value) not in (int, float)
    inner = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    for item in inner:
        assert_is_a_value(item)


@settings(max_examples=400, deadline=None, database=None, derandomize=True)
@given(st.one_of(EXPRESSIONS, SCRAPS, st.text(max_size=40)))
def test_any_expression_gives_a_value_or_an_error_of_ours(text: str) -> None:
    try:
        expression = compile_expression(text, NAMES)
        find_faults(expression.tree)
        found = expression.evaluate(CONTEXT, ENVIRONMENT)
        to_json(found.value)
        to_text(found.value)
    except FeelError:
        return
    assert_is_a_value(found.value)


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(st.one_of(EXPRESSIONS, SCRAPS, joined(st.sampled_from(["< ", "not(", ">= ", "- "]), EXPRESSIONS)), EXPRESSIONS)
def test_any_cell_passes_fails_or_is_null(cell: str, given_text: str) -> None:
    try:
        given_value = compile_expression(given_text, NAMES).evaluate(CONTEXT, ENVIRONMENT).value
        answer = compile_unary_tests(cell, NAMES).evaluate(given_value, CONTEXT, ENVIRONMENT).value
    except FeelError:
        return
    assert answer in (True, False, None)


@settings(max_examples=200, deadline=None, database=None, derandomize=True)
@given(EXPRESSIONS)
def test_null_without_null_in_the_text_says_why(text: str) -> None:
    try:
        found = compile_expression(text, NAMES).evaluate(CONTEXT, ENVIRONMENT)
    except FeelError:
        return
    may_be_null = ("null", "<5", "partial", "time offset", "fromAi", "get or else")
    if found.value is None and not any(part in text for part in may_be_null):
        assert found.warnings
