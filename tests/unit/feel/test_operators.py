"""Arithmetic, comparisons and logic: precedence, nulls, and three values."""

from __future__ import annotations

import pytest

from tests.unit.feel.asking import codes, evaluation, value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("-3 ** 2", 9),
        ("2 ** 3 ** 2", 64),
        ("10 - 4 - 3", 3),
        ("-(2) + 5", 3),
        ("--2", 2),
        ("2 * -3", -6),
        (".5 + 1e3", "1000.5"),
        ("0.1 + 0.2 = 0.3", True),
        ("12345678901234567890 + 1", 12345678901234567891),
        ('"a" + "b"', "ab"),
        ('@"2024-01-31" + @"P1M"', "2024-02-29"),
        ("1 < 2 and 2 < 3 or false", True),
        ("1 + 1 = 2", True),
        ("5 between 1 and 5 and true", True),
        ("1 in [1..3] and 2 in (1, 2)", True),
        ("not(true) or true", True),
        ("5 instance of number", True),
        ("[1] instance of list<number> and {a: 1} instance of context<a: number>", True),
        ("(function(x: string) 1) instance of function<string> -> number", True),
        ("[1..2] instance of range<number>", True),
        ("null instance of Any", False),
    ],
)
def test_expressions_have_their_value(text: str, expected: object) -> None:
    found = value(text)

    assert (str(found) if isinstance(expected, str) else found) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true and null", None),
        ("false and null", False),
        ("null and false", False),
        ("true or null", True),
        ("null or false", None),
        ("not(null)", None),
        ('true and "a"', None),
        ('false or "a" or true', True),
        ("null = null", True),
        ("null != 1", True),
        ("null < 1", None),
        ('1 = "1"', None),
        ("[5] = 5", None),
        ("5 between null and 4", False),
        ("5 between null and 6", None),
        ("1 / 0", None),
        ('"a" - "b"', None),
        ("10 ** 9999", None),
    ],
)
def test_null_is_the_third_value(text: str, expected: object) -> None:
    assert value(text) is expected


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("null < 1", "NOT_COMPARABLE"),
        ('1 = "1"', "NOT_COMPARABLE"),
        ("1 and true", "NOT_BOOLEAN"),
        ("1 / 0", "DIVISION_BY_ZERO"),
        ("[1..null] + 1", "INVALID_OPERAND"),
        ("[5..1]", "INVALID_RANGE"),
        ("[1, 2][3]", "NO_ITEM"),
        ("null[item > 1]", "NULL_LIST"),
        ("abs()", "INVALID_ARGUMENT"),
        ("1(2)", "NO_FUNCTION"),
        ("nothing(2)", "NO_FUNCTION"),
        ('@"someday"', "INVALID_LITERAL"),
        ('if "x" then 1 else 2', "NOT_BOOLEAN"),
        ("for i in 1..1.5 return i", "INVALID_RANGE"),
    ],
)
def test_null_never_hides_its_cause(text: str, code: str) -> None:
    assert codes(text) == [code]


def test_a_warning_points_at_the_operation() -> None:
    warning = evaluation('1 +\n  abs("x")').warnings[0]

    assert (warning.position.line, warning.position.column) == (2, 3)
    assert warning.position.end - warning.position.start == len('abs("x")')
