"""Numbers, strings, comments and white space."""

from __future__ import annotations

import pytest

from app.feel import FeelSyntaxError, compile_expression
from tests.unit.feel.asking import value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r'"a\"b\\c\n\t\r\'"', "a\"b\\c\n\t\r'"),
        (r'"\u4e2d\U01F40E"', "中🐎"),
        (r'"\ud83d\udca9"', "💩"),
        (r'"\d+"', r"\d+"),
        ('"two\nlines"', "two\nlines"),
        ("1 /* one */ + // plus\n 1", 2),
        ("\u3000 1 \u00a0+\ufeff1", 2),
        ("[1..3].end", 3),
        ("{🐎: 1}.🐎", 1),
    ],
)
def test_text_is_read(text: str, expected: object) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected", "found", "line", "column"),
    [
        ("", "an expression", "the end of the text", 1, 1),
        ("1 +", "an expression", "the end of the text", 1, 4),
        ('"abc', 'the end of the string, "', "the end of the text", 1, 1),
        ("1 /* x", "the end of the comment, */", "the end of the text", 1, 3),
        ("[1, 2", '"]" after the list\'s items', "the end of the text", 1, 6),
        ("1\n+ )", "an expression", '")"', 2, 3),
        ("if a b", '"then" after the condition of "if"', '"b"', 1, 6),
        ("1 2", "an operator or the end of the expression", '"2"', 1, 3),
        ("x instance of blob", "the name of a type", '"blob"', 1, 15),
        ("{a: 1, a: 2}", "each key once in a context", '"a"', 1, 8),
        ("f(1, b: 2)", "a name for each argument, or for none", '"b"', 1, 6),
        ("1e99999", "a number of at most 34 digits within 10**6144", '"1e99999"', 1, 1),
    ],
)
def test_a_refusal_says_what_was_expected_and_where(
    text: str, expected: str, found: str, line: int, column: int
) -> None:
    with pytest.raises(FeelSyntaxError) as refused:
        compile_expression(text)

    error = refused.value
    assert (error.expected, error.found, error.line, error.column) == (expected, found, line, column)
