"""Cells: what a test of an input answers, with `?` and without."""

from __future__ import annotations

import pytest

from app.feel import BOOLEAN, FeelSyntaxError, Run, compile_unary_tests, to_feel
from tests.unit.feel.asking import passes


@pytest.mark.parametrize(
    ("cell", "given", "expected"),
    [
        ("-", None, True),
        ("", 5, True),
        ('"A"', "A", True),
        ('"A","B"', "B", True),
        ('"A","B"', "C", False),
        ('"A","B"', None, False),
        ('"A","B"', 5, None),
        ('not("A","B")', "C", True),
        ('not("A")', "A", False),
        ('not("A")', None, True),
        ("not(< 5)", 7, True),
        ("not(< 5)", None, None),
        ("not(null)", None, False),
        ("null", None, True),
        ("null", 5, False),
        ("[1..5]", 5, True),
        ("[1..5)", 5, False),
        ("]1..5[", 1, False),
        ("(1..5)", 2, True),
        ("< 10, > 20", 25, True),
        ("<= 10", "a", None),
        ("= 5", 5, True),
        ("!= 5", 5, False),
        ('["A", "B"]', "B", True),
        ("names", "Bo", True),
        ("limit", 7, True),
        ("> limit", 8, True),
        ("[1..limit]", 7, True),
        ("limit + 1", 8, True),
        ("? > 3 and ? < 9", 5, True),
        ("? > 3 and ? < 9", 9, False),
        ('starts with(?, "B")', "Bo", True),
        ("? + 1", 5, None),
        ("> ? - 1", 5, True),
        ("not(? > 3)", 5, False),
        ("-5", -5, True),
        ("- 5", -5, True),
        ("[1, 2]", [1, 2], True),
        ("[1, 2], 3", 3, True),
    ],
)
def test_a_cell_tests_its_input(cell: str, given: object, expected: object) -> None:
    assert passes(cell, given, names=["Al", "Bo"], limit=7) is expected


def test_a_boolean_without_input_is_the_answer_and_says_so() -> None:
    tests = compile_unary_tests('list contains(others, "x")', ("others",))
    result = tests.evaluate("anything", {"others": ["x"]})

    assert result.value is True
    assert [warning.code for warning in result.warnings] == ["TEST_WITHOUT_INPUT"]


def test_a_boolean_column_compares_booleans() -> None:
    tests = compile_unary_tests("flag", ("flag",), BOOLEAN)

    assert [tests.evaluate(given, {"flag": False}).value for given in (True, False, None)] == [False, True, False]
    assert passes("true", None) is False
    assert passes("true", True) is True


@pytest.mark.parametrize("cell", ["> 5 and < 10", '"A" "B"', "not(5", "1,", "[1..2", "> "])
def test_what_is_no_test_is_refused(cell: str) -> None:
    with pytest.raises(FeelSyntaxError):
        compile_unary_tests(cell)


def test_tests_know_the_names_they_read() -> None:
    assert compile_unary_tests("> limit, ? = other", ()).free_names == {"limit", "other"}
    assert compile_unary_tests("> limit").matches(to_feel(8), {"limit": to_feel(7)}, Run()) is True
