"""What a compiled construct is, and small pieces that all of them share."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from app.feel.environment import Position, Run
from app.feel.tree import Node, children
from app.feel.values import kind_of

Context = Mapping[str, Any]
Code = Callable[[Context, Run], Any]
"""Evaluates a construct over a context; bad operations give None and a warning on the run."""

Test = Callable[[Any, Context, Run], bool | None]
"""Tests an input value: `test(value, context, run)`."""

Compile = Callable[[Node], Code]


def weight_of(node: Node) -> int:
    """Return how many steps one evaluation of `node` counts for, where it is evaluated again and again."""
    nodes, waiting = 0, [node]
    while waiting:
        nodes += 1
        waiting.extend(children(waiting.pop()))
    return 1 + nodes // 16


def constant(value: Any) -> Code:
    """Return code that gives `value`."""
    return lambda _context, _run: value


def truth(value: Any, run: Run, position: Position) -> bool | None:
    """Return `value` if it is true or false; null otherwise, with a warning unless it was null already."""
    if value is True or value is False:
        return bool(value)
    if value is not None:
        run.warn("NOT_BOOLEAN", f"Expected true or false, but it is a {kind_of(value)}", position)
    return None
