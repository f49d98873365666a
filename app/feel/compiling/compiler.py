"""Turns a tree into closures, once; evaluating is then calling them."""

from __future__ import annotations

from collections.abc import Callable

from app.feel.compiling.access import ACCESS
from app.feel.compiling.code import Code, Test
from app.feel.compiling.forms import FORMS
from app.feel.compiling.iteration import ITERATION
from app.feel.compiling.operators import OPERATORS
from app.feel.compiling.tests import TESTS, compile_tests
from app.feel.tree import Node, UnaryTestsNode

_COMPILERS: dict[type[Node], Callable[..., Code]] = {**ACCESS, **FORMS, **ITERATION, **OPERATORS, **TESTS}


def compile_tree(node: Node) -> Code:
    """Return the code of an expression's tree."""
    return _COMPILERS[type(node)](node, compile_tree)


def compile_unary_tests_tree(node: UnaryTestsNode) -> Test:
    """Return the test of a cell's tree."""
    return compile_tests(node, compile_tree)
