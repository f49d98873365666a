"""What constants a cell compares its input with, when that is all it does.

A cell that does more (looks at other variables, calls functions of the input, asks the time) is not analysed: nothing
is guessed about it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from app.dmn.analysis.regions import axis_name
from app.feel import BUILT_INS, Range, compile_expression, tree

ORDERING = ("<", "<=", ">", ">=")


def find_constants(text: str, cell: tree.Node) -> list[Any] | None:
    """Return the constants that cut the column for this cell, or None when the cell cannot be analysed.

    `cell` is the tree of `text`, parsed as unary tests.
    """
    try:
        return list(_of_test(text, cell))
    except _NotAnalysableError:
        return None


def is_constant(node: tree.Node) -> bool:
    """Tell whether a construct gives the same value whatever the context: no variable, no input, no chance, no time."""
    if isinstance(node, tree.Input | tree.Name | tree.FunctionNode | tree.For | tree.Quantified | tree.Filter):
        return False
    if isinstance(node, tree.Call):
        called = BUILT_INS.get(node.callee.name) if isinstance(node.callee, tree.Name) else None
        return called is not None and called.deterministic and all(map(is_constant, node.arguments))
    return all(map(is_constant, tree.children(node)))


def value_of(text: str, node: tree.Node) -> Any:
    """Return what a constant construct of `text` gives."""
    return compile_expression(text[node.position.start : node.position.end]).evaluate({}).value


class _NotAnalysableError(Exception):
    """The cell does something else than compare its input with constants."""


def _of_test(text: str, node: tree.Node) -> Iterator[Any]:
    match node:
        case tree.UnaryTestsNode() | tree.Logic():
            for part in tree.children(node):
                yield from _of_test(text, part)
        case tree.AnyTest():
            pass
        case tree.InputTest():
            yield from _compared(text, node.operand, node.operator)
        case tree.ExpressionTest(asks=False):
            yield from _cuts(_constant(text, node.expression))
        case tree.ExpressionTest():
            yield from _of_test(text, node.expression)
        case _:
            yield from _of_question(text, node)


def _of_question(text: str, node: tree.Node) -> Iterator[Any]:
    """Read a construct inside an expression that asks about `?`."""
    match node:
        case tree.Comparison(left=tree.Input()):
            yield from _compared(text, node.right, node.operator)
        case tree.Comparison(right=tree.Input()):
            yield from _compared(text, node.left, node.operator)
        case tree.Between(value=tree.Input()):
            yield from _compared(text, node.low, ">=")
            yield from _compared(text, node.high, "<=")
        case tree.In(value=tree.Input()):
            for test in node.tests:
                yield from _of_test(text, test)
        case tree.Call(callee=tree.Name(name="not"), arguments=(argument,)):
            yield from _of_test(text, argument)
        case tree.Literal(value=bool()):
            pass
        case _:
            raise _NotAnalysableError


def _constant(text: str, node: tree.Node) -> Any:
    if not is_constant(node):
        raise _NotAnalysableError
    return value_of(text, node)


def _compared(text: str, node: tree.Node, operator: str) -> Iterator[Any]:
    value = _constant(text, node)
    if isinstance(value, str) and operator in ORDERING:
        raise _NotAnalysableError
    yield from _cuts(value)


def _cuts(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for item in value:
            yield from _cuts(item)
    elif isinstance(value, Range):
        if isinstance(value.low, str) or isinstance(value.high, str):
            raise _NotAnalysableError
        yield from (end for end in (value.low, value.high) if end is not None)
    elif value is None or isinstance(value, bool | str) or axis_name(value) is not None:
        yield value
    else:
        raise _NotAnalysableError
