"""No argument makes a built-in hang, crash, eat the memory, or raise anything but its own errors."""

from __future__ import annotations

import itertools
import time

import pytest

from app.feel import Environment, FeelLimitError, Limits, compile_expression, to_feel
from app.feel.builtins.signatures import BUILT_INS

HOSTILE = [
    None,
    True,
    "9e6144",
    "\ud800\x00",
    "P999999999999999999Y",
    "2021-01-01T00:00:00@Europe/Paris",
    "((a*)*)*b",
    "[" * 5000,
    [],
    [[], [None], {"a": []}],
    {"key": "a", "value": {"": None}},
]


@pytest.mark.parametrize("name", sorted(BUILT_INS))
def test_every_function_answers_whatever_it_is_given(name: str) -> None:
    texts = [f"`{name}`({', '.join('abc'[:count])})" for count in range(4)]
    calls = [compile_expression(text.replace("`", ""), ("a", "b", "c")) for text in texts]
    for count, call in enumerate(calls):
        for arguments in itertools.product(HOSTILE, repeat=min(count, 2)):
            context = dict(zip("abc", (*arguments, "x"), strict=False))
            try:
                call.evaluate(context)
            except FeelLimitError as refused:
                assert refused.limit  # noqa: PT017 - the only failure allowed, and only now and then


@pytest.mark.parametrize(
    "pattern",
    ["(a|aa)+$", "(a+)+$", "(.*)*x", "([a-z]+)*[A-Z]", "(a|a?)+$", "(?:a?){60}a{60}b", "^(([a-z])+.)+[A-Z]([a-z])+$"],
)
def test_a_catastrophic_pattern_is_given_up_in_time(pattern: str) -> None:
    expression = compile_expression("matches(text, pattern)", ("text", "pattern"))
    started = time.process_time()

    try:
        assert expression.evaluate({"text": "a" * 200 + "!", "pattern": pattern}).value in (True, False)
    except FeelLimitError as refused:
        assert refused.limit == "regular_expression"  # noqa: PT017 - either answer is right, hanging is not
    assert time.process_time() - started < 1.5


@pytest.mark.parametrize(
    "pattern",
    [
        "(((a{100}){100}){100}){100}",
        "a{99999999999}",
        "(" * 2000,
        "[a-" * 300,
        "\\\\p{L}" * 190,
        "(a{1000}){1000}",
        "\\",
    ],
)
def test_a_pattern_too_large_to_compile_is_refused(pattern: str) -> None:
    evaluation = compile_expression("matches(text, pattern)", ("text", "pattern")).evaluate(
        {"text": "a", "pattern": pattern}
    )

    assert evaluation.value is None
    assert evaluation.warnings[0].code == "INVALID_ARGUMENT"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ('replace(replace(replace(s, "a", s), "a", s), "a", s)', "string_length"),
        ("string join(for i in 1..5000 return s)", "string_length"),
        ("flatten([l, l, l, l])", "list_items"),
        ("concatenate(l, l, l, l)", "list_items"),
        ("to json(for i in l return s)", "string_length"),
        ("string(for i in l return s)", "string_length"),
        ("count(sort(l, function(x, y) count(flatten([l, l])) < y))", "steps"),
        ("distinct values(for i in l return [i])", "steps"),
        ("for i in 1..90000 return s + big", "steps"),
        ("for i in 1..90000 return upper case(big)", "steps"),
        ("for i in 1..90000 return reverse(l)", "steps"),
        ("for i in 1..90000 return get entries(c)", "steps"),
        ('for i in 1..90000 return matches(big, "(.*)x(.*)y")', "steps"),
        ("for i in 1..90000 return from json(json)", "steps"),
        ('from json(replace(brackets, "a", "["))', ""),
    ],
)
def test_growth_stops_at_the_limits(text: str, limit: str) -> None:
    expression = compile_expression(text, ("s", "l", "brackets", "big", "c", "json"))
    numbers = to_feel(list(range(30_000)))
    context = {"s": "a" * 400, "l": numbers, "brackets": "a" * 900, "big": "ab" * 100_000}
    context |= {"c": dict.fromkeys(map(str, range(30_000))), "json": f"[{'1,' * 90_000}1]"}

    if not limit:
        assert expression.evaluate(context).value is None
        return
    with pytest.raises(FeelLimitError) as refused:
        expression.evaluate(context)
    assert refused.value.limit == limit


def test_parts_shared_a_billion_times_are_compared_but_not_flattened() -> None:
    levels = ", ".join(f"v{at + 1}: [v{at}, v{at}]" for at in range(40))
    shared = f"{{v0: [1], {levels}}}"

    assert compile_expression(f"{shared} = {shared}").evaluate({}).value is True
    assert compile_expression(f"is({shared}, {shared})").evaluate({}).value is True
    assert compile_expression(f"count(distinct values([{shared}, {shared}]))").evaluate({}).value == 1
    few_steps = Environment(limits=Limits(steps=20_000))
    with pytest.raises(FeelLimitError):
        compile_expression(f"count(flatten([{shared}.v40]))").evaluate({}, few_steps)
