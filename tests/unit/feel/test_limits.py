"""Hostile text ends in a clear error of ours, soon."""

from __future__ import annotations

import pytest

from app.feel import FeelLimitError, Run, compile_expression, compile_unary_tests


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("(" * 5000 + "1" + ")" * 5000, "nesting"),
        ("[" * 5000, "nesting"),
        ("-(" * 5000, "nesting"),
        ("if " * 5000, "nesting"),
        ("not(" * 5000, "nesting"),
        ("1" + "+1" * 5000, "nesting"),
        ("x" + ".y" * 5000, "nesting"),
        ("x" + "[1]" * 5000, "nesting"),
        ("-" * 5000 + "x", "nesting"),
        ("for " + ", ".join(f"i{n} in [1]" for n in range(3000)) + " return 1", "nesting"),
        ("1 in (" * 500, "nesting"),
        ('"' + "x" * 1_000_000 + '"', "text_length"),
    ],
    ids=lambda part: part[:12],
)
def test_text_too_deep_or_too_long_is_refused_when_compiled(text: str, limit: str) -> None:
    with pytest.raises(FeelLimitError) as refused:
        compile_expression(text)

    assert refused.value.limit == limit


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("for i in 1..10**9 return i", "list_items"),
        ("some i in 1..10**9 satisfies i < 0", "steps"),
        ("for i in 1..99999, j in 1..99999 return 1", "list_items"),
        ("count(for i in 1..50 return for j in 1..90000 return j)", "steps"),
        ("{f: function(n) f(n + 1), r: f(1)}.r", "call_depth"),
        ('{f: function(s) f(s + s), r: f("xxxxxxxxxxxxxxxx")}.r', "string_length"),
    ],
)
def test_an_evaluation_that_goes_on_is_stopped(text: str, limit: str) -> None:
    with pytest.raises(FeelLimitError) as refused:
        compile_expression(text).evaluate({})

    assert refused.value.limit == limit


def test_the_fast_form_keeps_the_limits() -> None:
    with pytest.raises(FeelLimitError):
        compile_unary_tests("{f: function(n) f(n + 1), r: f(?)}.r").matches(None, {}, Run())


def test_long_chains_of_and_and_else_if_are_no_nesting() -> None:
    many = " or ".join(f'x = "{n}"' for n in range(2000))
    chain = " else ".join(f"if x = {n} then {n}" for n in range(100)) + " else 0"

    assert compile_expression(many).evaluate({"x": "1999"}).value is True
    assert str(compile_expression(chain).evaluate({"x": 99}).value) == "99"


SHARED = (
    "{" + "a0: [1, 1], b0: [1, 1]" + "".join(f", {k}{n}: [{k}{n - 1}, {k}{n - 1}]" for n in range(1, 40) for k in "ab")
)


@pytest.mark.parametrize("text", ["a39 = b39", "is(a39, b39)", "a39 in [b39]", "list contains([a39], b39)"])
def test_parts_shared_many_times_are_compared_once(text: str) -> None:
    assert compile_expression(f"{SHARED}, r: {text}}}.r").evaluate({}).value is True


@pytest.mark.parametrize("text", ["string(a39)", "a39.x", "to json(a39)", "flatten(a39)"])
def test_parts_shared_many_times_cannot_be_written_out(text: str) -> None:
    with pytest.raises(FeelLimitError):
        compile_expression(f"{SHARED}, r: {text}}}.r").evaluate({})
