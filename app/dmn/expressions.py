"""FEEL texts of one file, compiled in place: what they evaluate to comes with the place of every warning and error.

Knows FEEL and types; no tables and no graph. A text that is no FEEL is a problem of the model: kept, and an error
wherever it is evaluated.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from app.dmn.errors import DmnError, Place
from app.dmn.item_types import ANY_ITEM, ItemType, ItemTypes
from app.dmn.run import DmnRun, LimitError
from app.feel import (
    ANY,
    MISSING,
    Expression,
    FeelError,
    FeelLimitError,
    Scope,
    Type,
    UnaryTests,
    compile_expression,
    compile_unary_tests,
    kind_of,
    to_text,
)
from app.feel import coerce as coerce_to

_STEPS: Final = 4
"""What evaluating a text at all counts for, in the steps that evaluations are bounded by: it may be a call's body."""

Evaluator = Callable[[Mapping[str, Any], DmnRun], Any]
"""Evaluates something over a context of FEEL values."""


@dataclass(frozen=True, slots=True)
class FeelText:
    """A compiled expression: how to evaluate it, its type as far as known, its tree's holder (None when broken)."""

    evaluate: Evaluator
    kind: Type
    expression: Expression | None


class FeelTexts:
    """Compiles the FEEL texts of one file and collects what is wrong with them."""

    def __init__(self, types: ItemTypes) -> None:
        self.types = types
        self.problems: list[DmnError] = []

    def expression(self, text: str, scope: Scope, place: Place) -> FeelText:
        """Compile an expression; empty and broken texts evaluate to null with an error."""
        if not text:
            return self._broken(DmnError("Expected an expression, but there is none", place, "empty"))
        try:
            compiled = compile_expression(text, scope)
        except FeelError as error:
            return self._broken(DmnError(str(error), place, "syntax"))
        return FeelText(located(compiled.value, place, _STEPS + len(text) // 12), compiled.tree.type, compiled)

    def tests(self, text: str, scope: Scope, kind: Type, place: Place) -> UnaryTests | None:
        """Compile the tests of a cell; None, and a problem noted, when they are broken."""
        try:
            return compile_unary_tests(text, scope, kind)
        except FeelError as error:
            self.problems.append(DmnError(str(error), place, "syntax"))
            return None

    def _broken(self, problem: DmnError) -> FeelText:
        self.problems.append(problem)

        def evaluate(_context: Mapping[str, Any], run: DmnRun) -> None:
            run.record(problem)

        return FeelText(evaluate, ANY, None)


def located(code: Callable[[Mapping[str, Any], Any], Any], place: Place, steps: int = 1) -> Evaluator:
    """Return an evaluator of FEEL's code that counts `steps` and tells warnings and limits with `place`."""

    def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
        before = len(run.warnings)
        try:
            run.step(steps)
            value = code(context, run)
        except FeelLimitError as error:
            raise LimitError(str(error), place, "limit") from error
        if len(run.warnings) > before:
            run.locate(before, place)
        return value

    return evaluate


def coerced(evaluate: Evaluator, kind: ItemType, place: Place) -> Evaluator:
    """Return an evaluator whose value conforms to `kind`, or is null with a warning."""
    if kind == ANY_ITEM:
        return evaluate
    return lambda context, run: coerce(evaluate(context, run), kind, place, run)


def coerce(value: Any, kind: ItemType, place: Place, run: DmnRun) -> Any:
    """Return `value` brought to a type by FEEL's implicit conversions; null, with a warning, where it cannot be."""
    if value is None:
        return None
    converted = coerce_to(value, kind.kind)
    if converted is MISSING:
        run.note("TYPE", f"Expected {kind.kind}, but found {kind_of(value)}", place)
        return None
    if kind.check is None:
        return converted
    before = len(run.warnings)
    allowed = kind.check(converted, run)
    run.locate(before, place)
    if not allowed:
        run.note("NOT_ALLOWED", f"Expected an allowed value of its type, but found {to_text(converted)}", place)
        return None
    return converted
