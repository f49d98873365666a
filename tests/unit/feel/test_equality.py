"""Equality and order have three answers, and `is` looks closer than `=`."""

from __future__ import annotations

from decimal import Decimal

import pytest

from app.feel import compile_expression
from app.feel.values import Range, compare, feel_equal, is_same


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("100", "100.00"),
        ("null", "null"),
        ('"a"', '"a"'),
        ('@"P1Y"', '@"P12M"'),
        ('@"P1D"', '@"PT24H"'),
        ('@"10:00:00Z"', '@"11:00:00+01:00"'),
        ("[1, [2]]", "[1, [2.0]]"),
        ("{a: 1, b: null}", "{b: null, a: 1}"),
        ("[1..2)", "[1..2)"),
        ("(< 10)", "(< 10)"),
        ('range("[2..]")', "(>= 2)"),
    ],
)
def test_equal_values_are_equal(left: str, right: str) -> None:
    assert compile_expression(f"{left} = {right}").evaluate({}).value is True


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("1", "null"),
        ("[1, 2]", "[2, 1]"),
        ("[1]", '["1"]'),
        ("{a: 1}", "{a: 1, b: 2}"),
        ("[1..2]", "[1..2)"),
        ("(< 10)", "(<= 10)"),
    ],
)
def test_values_of_one_kind_that_differ_are_not_equal(left: str, right: str) -> None:
    assert compile_expression(f"{left} = {right}").evaluate({}).value is False


@pytest.mark.parametrize(
    ("left", "right"),
    [("1", '"1"'), ("1", "true"), ("[1]", "1"), ('@"P0Y"', '@"P0D"'), ('@"2020-01-01"', '@"2020-01-01T00:00:00Z"')],
)
def test_values_of_two_kinds_are_neither_equal_nor_not(left: str, right: str) -> None:
    assert compile_expression(f"{left} = {right}").evaluate({}).value is None
    assert compile_expression(f"is({left}, {right})").evaluate({}).value is False


def test_order_exists_only_within_ordered_kinds() -> None:
    assert compare(Decimal(1), Decimal(2)) == -1
    assert compare("b", "a") == 1
    assert compare(None, None) is None
    assert compare(True, False) is None
    assert compare([Decimal(1)], [Decimal(2)]) is None
    assert compare(Decimal(1), "1") is None


def test_a_range_knows_what_lies_in_it_and_when_that_cannot_be_told() -> None:
    half_open = Range(Decimal(1), Decimal(10), True, False)

    assert [half_open.contains(Decimal(n)) for n in (0, 1, 9, 10)] == [False, True, True, False]
    assert half_open.contains("5") is None
    assert half_open.contains(None) is None
    assert Range(None, Decimal(10), False, False, one_sided=True).contains(Decimal(-(10**9))) is True


def test_booleans_and_numbers_are_told_apart_though_python_holds_them_equal() -> None:
    assert feel_equal(True, Decimal(1)) is None
    assert is_same(True, Decimal(1)) is False
    assert compile_expression("distinct values([1, true, 1.0])").evaluate({}).value == [Decimal(1), True]
