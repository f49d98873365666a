"""Compiled FEEL: an expression or a cell's tests, ready to be evaluated any number of times."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from app.feel.analysis import free_names
from app.feel.compiling.code import Code, Test
from app.feel.compiling.compiler import compile_tree, compile_unary_tests_tree
from app.feel.environment import DEFAULT, Environment, Evaluation, Run
from app.feel.errors import FeelLimitError
from app.feel.frame import Frame
from app.feel.scope import Names
from app.feel.syntax.cursor import MAX_NESTING
from app.feel.syntax.parser import parse_expression, parse_unary_tests
from app.feel.tree import Node, UnaryTestsNode
from app.feel.types import Type

_Code = TypeVar("_Code", Code, Test)


class Expression:
    """An expression compiled once.

    `free_names` are the variables it may read. `value(context, run)` is the fast way: it takes FEEL values only, leaves
    its warnings on the run, and raises nothing but FeelLimitError.
    """

    __slots__ = ("free_names", "text", "tree", "value")

    def __init__(self, text: str, tree: Node) -> None:
        self.text = text
        self.tree = tree
        self.free_names = free_names(tree)
        self.value = _bounded(_compiled(compile_tree, tree))

    def __repr__(self) -> str:
        return f"Expression({self.text!r})"

    def evaluate(self, context: Mapping[str, Any], env: Environment = DEFAULT) -> Evaluation:
        """Return the value over `context` with the warnings and the instant used; Python ints are taken for numbers."""
        run = Run(env)
        value = self.value(_inputs(context, self.free_names), run)
        return Evaluation(value, tuple(run.warnings), run.instant_used)


class UnaryTests:
    """A table cell's tests compiled once. `matches(input, context, run)` is the fast way; null is no match."""

    __slots__ = ("free_names", "matches", "text", "tree")

    def __init__(self, text: str, tree: UnaryTestsNode) -> None:
        self.text = text
        self.tree = tree
        self.free_names = free_names(tree)
        self.matches = _bounded_test(_compiled(compile_unary_tests_tree, tree))

    def __repr__(self) -> str:
        return f"UnaryTests({self.text!r})"

    def evaluate(self, value: Any, context: Mapping[str, Any], env: Environment = DEFAULT) -> Evaluation:
        """Return true, false or null for `value` as `?`, with the warnings and the instant used."""
        run = Run(env)
        inputs = _inputs(context, self.free_names)
        answer = self.matches(_number(value), inputs, run)
        return Evaluation(answer, tuple(run.warnings), run.instant_used)


def compile_expression(text: str, names: Names = ()) -> Expression:
    """Return `text` compiled; FeelSyntaxError or FeelLimitError when it cannot be."""
    return Expression(text, parse_expression(text, names))


def compile_unary_tests(text: str, names: Names = (), input_type: Type | None = None) -> UnaryTests:
    """Return the tests in `text` compiled; `input_type` is the type of `?`. Empty text is `-`."""
    return UnaryTests(text, parse_unary_tests(text, names, input_type))


def _compiled(compiling: Callable[[Any], _Code], tree: Node) -> _Code:
    try:
        return compiling(tree)
    except RecursionError:  # the caller's own stack was nearly full
        raise FeelLimitError("nesting", MAX_NESTING, "Expected less nesting, but there is no room for it") from None


def _number(value: Any) -> Any:
    return Decimal(value) if type(value) is int else value


def _inputs(context: Mapping[str, Any], names: frozenset[str]) -> Mapping[str, Any]:
    whole = {name: Decimal(context[name]) for name in names if name in context and type(context[name]) is int}
    return Frame(context, whole) if whole else context


def _bounded(code: Code) -> Code:
    def value(context: Mapping[str, Any], run: Run) -> Any:
        try:
            return code(context, run)
        except RecursionError:
            raise _too_deep(run) from None

    return value


def _bounded_test(test: Test) -> Test:
    def matches(value: Any, context: Mapping[str, Any], run: Run) -> bool | None:
        try:
            return test(value, context, run)
        except RecursionError:
            raise _too_deep(run) from None

    return matches


def _too_deep(run: Run) -> FeelLimitError:
    allowed = run.limits.call_depth
    return FeelLimitError("call_depth", allowed, "Expected calls and values of little depth, but these go on and on")
