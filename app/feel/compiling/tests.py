"""Compiles unary tests: what a table's cell or the right side of `in` asks of an input (DMN 1.5, table 53).

Constants, constant ranges and lists of strings, which are nine cells in ten, have a shorter way of their own.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.compiling.code import Code, Compile, Context, Test, truth
from app.feel.compiling.operators import relation
from app.feel.environment import Position, Run
from app.feel.frame import Frame
from app.feel.tree import (
    AnyTest,
    ExpressionTest,
    In,
    InputTest,
    ListNode,
    Literal,
    Node,
    RangeNode,
    UnaryTestsNode,
)
from app.feel.types import BOOLEAN
from app.feel.values import Range, feel_equal, kind_of

_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def compile_in(node: In, compile_node: Compile) -> Code:
    """Return code for `value in (test, …)`."""
    value_code = compile_node(node.value)
    test = any_of(tuple(compile_test(test, compile_node, in_cell=False) for test in node.tests))
    return lambda context, run: test(value_code(context, run), context, run)


def compile_tests(node: UnaryTestsNode, compile_node: Compile) -> Test:
    """Return the test of a whole cell."""
    strings = _strings_of(node)
    if strings is not None:
        return _one_of(strings, node)
    in_cell = node.input_type != BOOLEAN
    test = any_of(tuple(compile_test(test, compile_node, in_cell=in_cell) for test in node.tests))
    if not node.negated:
        return test

    def negated(value: Any, context: Context, run: Run) -> bool | None:
        answer = test(value, context, run)
        return None if answer is None else not answer

    return negated


def _strings_of(node: UnaryTestsNode) -> frozenset[str] | None:
    """Return the strings of a cell such as `"A","B"`; None when anything else is in it."""
    strings = []
    for test in node.tests:
        if not isinstance(test, ExpressionTest) or not isinstance(test.expression, Literal):
            return None
        value = test.expression.value
        if type(value) is not str:
            return None
        strings.append(value)
    return frozenset(strings)


def _one_of(strings: frozenset[str], node: UnaryTestsNode) -> Test:
    negated, slowly, position, some = node.negated, relation("="), node.position, next(iter(strings))

    def check(value: Any, _context: Context, run: Run) -> bool | None:
        if type(value) is str:
            return (value in strings) is not negated
        return negated if value is None else slowly(value, some, run, position)

    return check


def any_of(tests: tuple[Test, ...]) -> Test:
    """Return the test that passes when any of `tests` does, in three-valued logic."""
    if len(tests) == 1:
        return tests[0]

    def check(value: Any, context: Context, run: Run) -> bool | None:
        answer: bool | None = False
        for each in tests:
            passed = each(value, context, run)
            if passed is True:
                return True
            if passed is None:
                answer = None
        return answer

    return check


def compile_test(node: Node, compile_node: Compile, *, in_cell: bool) -> Test:
    """Return one positive unary test.

    `in_cell`: a boolean without `?` is the answer for an input that is none, as Camunda has it.
    """
    if isinstance(node, AnyTest):
        return lambda _value, _context, _run: True
    if isinstance(node, InputTest):
        return _compile_input_test(node, compile_node)
    assert isinstance(node, ExpressionTest)
    if node.asks:
        return _compile_question(node, compile_node)
    expression = node.expression
    if isinstance(expression, Literal):
        return _equals(expression.value, node.position)
    if isinstance(expression, RangeNode):
        return _compile_range_test(expression, compile_node)
    return _compile_value_test(node, compile_node, in_cell=in_cell)


def _compile_input_test(node: InputTest, compile_node: Compile) -> Test:
    slowly, position = relation(node.operator), node.position
    if isinstance(node.operand, Literal) and type(node.operand.value) is Decimal:
        constant, quickly = node.operand.value, _PYTHON[node.operator]

        def check_number(value: Any, _context: Context, run: Run) -> bool | None:
            if type(value) is Decimal:
                return quickly(value, constant)
            return slowly(value, constant, run, position)

        return check_number
    operand = compile_node(node.operand)
    if node.asks:
        return lambda value, context, run: slowly(value, operand(Frame(context, {"?": value}), run), run, position)
    return lambda value, context, run: slowly(value, operand(context, run), run, position)


def _equals(constant: Any, position: Position) -> Test:
    slowly, kind = relation("="), type(constant)
    if kind not in (Decimal, str):
        return lambda value, _context, run: slowly(value, constant, run, position)

    def check(value: Any, _context: Context, run: Run) -> bool | None:
        if type(value) is kind:
            return bool(value == constant)
        return slowly(value, constant, run, position)

    return check


def _compile_question(node: ExpressionTest, compile_node: Compile) -> Test:
    """Return the test of an expression that uses `?` and answers itself."""
    code, position = compile_node(node.expression), node.position

    def check(value: Any, context: Context, run: Run) -> bool | None:
        return truth(code(Frame(context, {"?": value}), run), run, position)

    return check


def _compile_range_test(node: RangeNode, compile_node: Compile) -> Test:
    code, position = compile_node(node), node.position
    low, high = node.low, node.high
    if isinstance(low, Literal) and isinstance(high, Literal) and type(low.value) is type(high.value) is Decimal:
        bounds: tuple[Decimal, Decimal] = (low.value, high.value)
        above, below = _PYTHON[">=" if node.low_included else ">"], _PYTHON["<=" if node.high_included else "<"]
        if bounds[0] <= bounds[1]:

            def check_number(value: Any, context: Context, run: Run) -> bool | None:
                if type(value) is Decimal:
                    return above(value, bounds[0]) and below(value, bounds[1])
                return fits(value, code(context, run), run, position)

            return check_number
    return lambda value, context, run: fits(value, code(context, run), run, position)


def _compile_value_test(node: ExpressionTest, compile_node: Compile, *, in_cell: bool) -> Test:
    expression, position = node.expression, node.position
    code = compile_node(expression)
    if isinstance(expression, ListNode) and all(_is_text(item) for item in expression.items):
        strings = frozenset(item.value for item in expression.items if isinstance(item, Literal))

        def check_strings(value: Any, context: Context, run: Run) -> bool | None:
            return value in strings if type(value) is str else fits(value, code(context, run), run, position)

        return check_strings

    def check(value: Any, context: Context, run: Run) -> bool | None:
        wanted = code(context, run)
        if in_cell and type(wanted) is bool and type(value) is not bool:
            run.warn("TEST_WITHOUT_INPUT", "Expected a test of the input, but it is true or false by itself", position)
            return wanted
        return fits(value, wanted, run, position)

    return check


def _is_text(node: Node) -> bool:
    return isinstance(node, Literal) and type(node.value) is str


def fits(value: Any, wanted: Any, run: Run, position: Position) -> bool | None:
    """Return whether `value` is equal to `wanted`, or lies in it when that is a range or list."""
    if isinstance(wanted, Range) and not isinstance(value, Range):
        return _lies_in(value, wanted, run, position)
    if isinstance(wanted, list):
        if isinstance(value, list) and feel_equal(value, wanted) is True:
            return True
        run.step(len(wanted))
        return any(_fits_item(value, item) for item in wanted)
    return relation("=")(value, wanted, run, position)


def _fits_item(value: Any, item: Any) -> bool:
    if isinstance(item, Range) and not isinstance(value, Range):
        return item.contains(value) is True
    return feel_equal(value, item) is True


def _lies_in(value: Any, wanted: Range, run: Run, position: Position) -> bool | None:
    inside = wanted.contains(value)
    if inside is None:
        run.warn("NOT_COMPARABLE", f"Expected a value that the range can hold, but it is {kind_of(value)}", position)
    return inside


TESTS: dict[type[Node], Callable[..., Code]] = {In: compile_in}
