"""FEEL against the text of DMN 1.5: what each clause and table of 10.3 says, one file of `feel/` a subject.

A line reads "expression ==> expression with the same value"; `refused` there means that the text is no FEEL.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.feel import FeelSyntaxError, compile_expression, to_text

CLAUSES = sorted((Path(__file__).parent / "feel").glob("*.txt"))


def lines_of(clauses: list[Path]) -> Iterator[object]:
    for clause in clauses:
        for number, line in enumerate(clause.read_text(encoding="utf-8").splitlines(), start=1):
            expression, _, expected = line.rpartition(" ==> ")
            yield pytest.param(expression, expected, id=f"{clause.stem}:{number}")


def shown(text: str) -> str:
    """Return the type and the text of what `text` evaluates to."""
    value = compile_expression(text).evaluate({}).value
    return f"{type(value).__name__} {to_text(value)}"


@pytest.mark.parametrize(("expression", "expected"), list(lines_of(CLAUSES)))
def test_an_expression_means_what_its_clause_says(expression: str, expected: str) -> None:
    if expected == "refused":
        with pytest.raises(FeelSyntaxError):
            compile_expression(expression)
    else:
        assert shown(expression) == shown(expected), expression
