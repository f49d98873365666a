"""Context, range, conversion and presence functions, and JSON in and out."""

from __future__ import annotations

import datetime
import random
from decimal import Decimal

import pytest

from app.clock import PinnedClock
from app.feel import Environment, compile_expression


@pytest.mark.parametrize(
    "claim",
    [
        'get value({a: {b: 1}}, ["a", "b"]) = 1 and get value(key: "a", m: {a: 2}) = 2',
        'get entries({a: 1, b: 2}) = [{key: "a", value: 1}, {key: "b", value: 2}]',
        'context put({x: 1, y: {a: 0}}, ["y", "b"], 2) = {x: 1, y: {a: 0, b: 2}}',
        'context put({}, ["a", "b"], 1) = {a: {b: 1}}',
        "context merge([{a: 1}, {a: 2, b: 3}]) = {a: 2, b: 3} and context merge({a: 1}) = {a: 1}",
        'context([{key: "a", value: null}]) = {a: null} and context([]) = {}',
        "before([1..5), [5..9]) and not(before([1..5], [5..9])) and after(10, [1..5])",
        "meets([1..5], [5..9]) and not(meets([1..5), [5..9])) and met by([5..9], [1..5])",
        "overlaps([1..5], (4..9)) and overlaps before([1..5], (4..9)) and overlaps after((4..9), [1..5])",
        "finishes(9, [1..9]) and finished by([1..9], (3..9]) and not(finishes(9, [1..9)))",
        "includes([1..9], (1..9)) and during(5, [1..9]) and not(during(9, [1..9)))",
        "starts([1..3], [1..9]) and started by([1..9], 1) and coincides([1..2], [1..2])",
        "is defined({a: null}.a) and not(is defined({a: 1}.b)) and not(is defined(nothing))",
        "get or else(nothing, 1) = 1 and get or else({a: null}.a, 2) = 2 and get or else(3, 1) = 3",
        'from json("{\\"a\\": [1.10, null, true, \\"x\\"]}") = {a: [1.1, null, true, "x"]}',
        'to json({a: 1.50, b: [@"2020-01-01", null]}) = "{\\"a\\":1.50,\\"b\\":[\\"2020-01-01\\",null]}"',
        'number("1.000,5", ".", ",") = 1000.5 and number("1 000", " ", null) = 1000',
        'date(2024, 2, 29) = @"2024-02-29" and time(12, 59, 1.3, @"-PT1H") = @"12:59:01.3-01:00"',
        'is(time(11, 59, 0, @"PT2H45M55S"), @"11:59:00+02:45:55")',
        'date and time("2012-12-24") = @"2012-12-24T00:00:00"',
        'string({a: [1.0, "x"], "b:": null}) = "{a: [1, \\"x\\"], \\"b:\\": null}"',
        'string([@"2026-03-01", "a"]) = "[2026-03-01, \\"a\\"]"',
        'string([@"2026-03-01"..@"2026-03-02"]) = "[@\\"2026-03-01\\"..@\\"2026-03-02\\"]"',
        'string(null) = null and string(@"P26M") = "P2Y2M" and string([1..2)) = "[1..2)"',
        'range("[\\"a..b\\"..\\"c\\"]").start = "a..b" and range("(@\\"P1D\\"..@\\"P2D\\")").end = @"P2D"',
        'assert(5, true) = 5 and fromAi(1, "count", "number") = 1',
    ],
)
def test_values_are_built_related_and_taken_apart(claim: str) -> None:
    assert compile_expression(claim).evaluate({}).value is True


@pytest.mark.parametrize(
    "text",
    [
        'get value({a: 1}, "b")',
        "get value({a: 1}, [])",
        'context put({y: 1}, ["y", "b"], 2)',
        "context put({}, [], 2)",
        "context merge([{a: 1}, null])",
        'context([{key: "a", value: 1}, {key: "a", value: 2}])',
        'context([{key: "a"}])',
        'before(1, "a")',
        "before(null, [1..2])",
        'assert(5, 1 = 2, "one is not two")',
        'from json("[1,")',
        'from json("NaN")',
        'number("1,000", ",", ",")',
        'number("1", "x")',
        "date(2024, 2, 30)",
        "time(10, 60, 0)",
        'time("10:00")',
        'duration("P1Y1D")',
        'range("[..]")',
        'range("[2..1]")',
        'range("[1..\\"a\\"]")',
        'range("[1+1..3]")',
        'date and time(@"2020-01-01T00:00:00Z", "Mars/Olympus")',
        "not(1)",
    ],
)
def test_what_cannot_be_built_or_related_is_null_and_says_so(text: str) -> None:
    evaluation = compile_expression(text).evaluate({})

    assert evaluation.value is None
    assert evaluation.warnings[0].reason


def test_a_failed_assertion_reports_its_cause() -> None:
    evaluation = compile_expression('assert(5, 1 = 2, "one is not two")').evaluate({})

    assert (evaluation.warnings[0].code, evaluation.warnings[0].reason) == ("ASSERTION_FAILED", "one is not two")


def test_now_and_today_see_one_instant_in_the_environments_zone() -> None:
    clock = PinnedClock(datetime.datetime(2026, 3, 1, 18, 30, tzinfo=datetime.UTC))
    env = Environment(clock=clock, zone="Asia/Shanghai")

    evaluation = compile_expression("[string(now()), string(today()), string(now() - now())]").evaluate({}, env)

    assert evaluation.value == ["2026-03-02T02:30:00@Asia/Shanghai", "2026-03-02", "PT0S"]
    assert evaluation.instant == clock.now()


def test_random_numbers_and_identifiers_repeat_with_a_seeded_environment() -> None:
    expression = compile_expression("[random number(), uuid()]")
    first, second = (expression.evaluate({}, Environment(randomness=random.Random(7))).value for _ in range(2))

    assert first == second
    assert isinstance(first[0], Decimal)
    assert len(first[1]) == 36
