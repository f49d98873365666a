"""Compiles arithmetic, comparisons, `and`/`or`, `between` and `instance of`.

A comparison with a constant, which is what nine conditions in ten are made of, has a shorter way of its own.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.compiling.code import Code, Compile, Context, truth
from app.feel.conversion import is_instance
from app.feel.environment import Position, Run
from app.feel.tree import Arithmetic, Between, Comparison, InstanceOf, Literal, Logic, Negation, Node
from app.feel.values import add, compare, divide, feel_equal, kind_of, multiply, negate, power, subtract

_ARITHMETIC: dict[str, Callable[[Run, Any, Any], Any]] = {
    "+": add,
    "-": subtract,
    "*": multiply,
    "/": divide,
    "**": power,
}
_ORDERS: dict[str, Callable[[int], bool]] = {
    "<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    ">": lambda order: order > 0,
    ">=": lambda order: order >= 0,
}
_PYTHON: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "!=": operator.ne,
}


def compile_arithmetic(node: Arithmetic, compile_node: Compile) -> Code:
    """Return code for `left operator right`."""
    left_code, right_code, position = compile_node(node.left), compile_node(node.right), node.position
    apply = _ARITHMETIC[node.operator]

    def calculate(context: Context, run: Run) -> Any:
        result = apply(run, left_code(context, run), right_code(context, run))
        if result is None:
            run.place(position)
        return result

    return calculate


def compile_negation(node: Negation, compile_node: Compile) -> Code:
    """Return code for `- operand`."""
    operand, position = compile_node(node.operand), node.position

    def calculate(context: Context, run: Run) -> Any:
        result = negate(run, operand(context, run))
        if result is None:
            run.place(position)
        return result

    return calculate


def relation(sign: str) -> Callable[[Any, Any, Run, Position], bool | None]:
    """Return the relation `sign` of any two values; null with a warning where they have none."""
    if sign in ("=", "!="):
        wanted = sign == "="

        def equality(left: Any, right: Any, run: Run, position: Position) -> bool | None:
            same = feel_equal(left, right)
            if same is None:
                _not_comparable(left, right, run, position)
                return None
            return same is wanted

        return equality
    holds = _ORDERS[sign]

    def order(left: Any, right: Any, run: Run, position: Position) -> bool | None:
        found = compare(left, right)
        if found is None:
            _not_comparable(left, right, run, position)
            return None
        return holds(found)

    return order


def _not_comparable(left: Any, right: Any, run: Run, position: Position) -> None:
    run.warn(
        "NOT_COMPARABLE",
        f"Expected two values that can be compared, but they are {kind_of(left)} and {kind_of(right)}",
        position,
    )


def compile_comparison(node: Comparison, compile_node: Compile) -> Code:
    """Return code for `left operator right`."""
    left_code, right_code, position = compile_node(node.left), compile_node(node.right), node.position
    slowly = relation(node.operator)
    if isinstance(node.right, Literal) and type(node.right.value) in (Decimal, str):
        kind, constant, quickly = type(node.right.value), node.right.value, _PYTHON[node.operator]

        def test_constant(context: Context, run: Run) -> bool | None:
            left = left_code(context, run)
            if type(left) is kind:
                return bool(quickly(left, constant))
            return slowly(left, constant, run, position)

        return test_constant

    def test(context: Context, run: Run) -> bool | None:
        return slowly(left_code(context, run), right_code(context, run), run, position)

    return test


def compile_logic(node: Logic, compile_node: Compile) -> Code:
    """Return code for `and` and `or` in three-valued logic; what cannot change the answer is not evaluated."""
    codes = tuple((compile_node(operand), operand.position) for operand in node.operands)
    decisive = node.operator == "or"
    neutral = not decisive

    def decide(context: Context, run: Run) -> bool | None:
        answer: bool | None = neutral
        for code, position in codes:
            value = code(context, run)
            if value is decisive:
                return bool(decisive)
            if value is not neutral:
                truth(value, run, position)
                answer = None
        return answer

    return decide


def compile_between(node: Between, compile_node: Compile) -> Code:
    """Return code for `value between low and high`: `value >= low and value <= high`."""
    value_code, low_code, high_code = (compile_node(part) for part in (node.value, node.low, node.high))
    at_least, at_most, position = relation(">="), relation("<="), node.position

    def test(context: Context, run: Run) -> bool | None:
        value = value_code(context, run)
        above = at_least(value, low_code(context, run), run, position)
        below = at_most(value, high_code(context, run), run, position)
        if above is False or below is False:
            return False
        return None if above is None or below is None else True

    return test


def compile_instance_of(node: InstanceOf, compile_node: Compile) -> Code:
    """Return code for `value instance of type`."""
    value_code, wanted = compile_node(node.value), node.wanted
    return lambda context, run: is_instance(value_code(context, run), wanted)


OPERATORS: dict[type[Node], Callable[..., Code]] = {
    Arithmetic: compile_arithmetic,
    Negation: compile_negation,
    Comparison: compile_comparison,
    Logic: compile_logic,
    Between: compile_between,
    InstanceOf: compile_instance_of,
}
