"""Short ways to evaluate FEEL in tests: JSON in, JSON out."""

from __future__ import annotations

from typing import Any

from app.feel import Evaluation, Scope, compile_expression, compile_unary_tests, to_feel, to_json


def evaluation(text: str, names: Scope | None = None, **context: Any) -> Evaluation:
    return compile_expression(text, names or tuple(context)).evaluate(to_feel(context))


def value(text: str, names: Scope | None = None, **context: Any) -> Any:
    return to_json(evaluation(text, names, **context).value)


def codes(text: str, **context: Any) -> list[str]:
    return [warning.code for warning in evaluation(text, **context).warnings]


def passes(cell: str, given: Any, **context: Any) -> bool | None:
    tests = compile_unary_tests(cell, tuple(context))
    return tests.evaluate(to_feel(given), to_feel(context)).value
