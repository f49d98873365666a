"""What can be told of a tree without evaluating it: free names, operands that never go together, calls that are null.

Owns those checks; a table's own (overlaps, gaps) are DMN's.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from app.feel.builtins.signatures import BUILT_INS
from app.feel.calls import bind
from app.feel.environment import Position
from app.feel.syntax.inference import type_of_arithmetic
from app.feel.tree import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    FunctionNode,
    Name,
    Node,
    children,
)
from app.feel.types import ANY, NULL, Type


class Finding(NamedTuple):
    """Something that will be null whatever the values are. `code` is stable; `message` reads "Expected X, but Y"."""

    position: Position
    code: str
    message: str


def free_names(node: Node) -> frozenset[str]:
    """Return the variables that `node` may read from outside.

    Among them a built-in's name that is not called, as in `count > 5`: a variable of that name comes first.
    """
    return frozenset(name.name for name in free_name_nodes(node))


def free_name_nodes(node: Node) -> Iterator[Name]:
    """Yield each place where `node` may read a variable from outside."""
    for inner in _nodes(node):
        if isinstance(inner, Name) and not inner.local:
            yield inner


def _nodes(root: Node) -> Iterator[Node]:
    """Yield all nodes that are evaluated, but built-in functions' names where they are called."""
    waiting = [root]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, FunctionNode) and node.external:
            continue
        inside = list(children(node))
        if isinstance(node, Call) and isinstance(node.callee, Name) and node.callee.built_in:
            inside = inside[1:]
        waiting.extend(reversed(inside))


def find_faults(node: Node) -> list[Finding]:
    """Return what in `node` is always null: operands of types that clash, calls that no overload takes."""
    findings = (_fault_of(inner) for inner in _nodes(node))
    return sorted((finding for finding in findings if finding is not None), key=lambda finding: finding.position.start)


def _fault_of(node: Node) -> Finding | None:
    if isinstance(node, Comparison):
        return _clash(node, node.operator, node.left.type, node.right.type)
    if isinstance(node, Between):
        return _clash(node, "between", node.value.type, node.low.type) or _clash(
            node, "between", node.value.type, node.high.type
        )
    if isinstance(node, Arithmetic):
        return _arithmetic_fault(node)
    if isinstance(node, Call) and isinstance(node.callee, Name) and node.callee.built_in:
        return _call_fault(node, node.callee.name)
    return None


def _clash(node: Node, operator: str, left: Type, right: Type) -> Finding | None:
    """Find two simple types that no value makes comparable; null on either side is a question, not a clash."""
    if ANY in (left, right) or NULL in (left, right) or type(left) is not Type or type(right) is not Type:
        return None
    if left == right:
        return None
    return Finding(
        node.position, "TYPE_CLASH", f"Expected values of one type around {operator}, but they are {left} and {right}"
    )


def _arithmetic_fault(node: Arithmetic) -> Finding | None:
    kinds = (node.left.type, node.right.type)
    if any(kind.name not in ("number", "string", "boolean") for kind in kinds):
        return None
    if type_of_arithmetic(node.operator, *kinds) != ANY:
        return None
    return Finding(
        node.position,
        "TYPE_CLASH",
        f"Expected operands that {node.operator} accepts, but they are {kinds[0]} and {kinds[1]}",
    )


def _call_fault(node: Call, name: str) -> Finding | None:
    if name not in BUILT_INS:  # "@" before a text that is no date, time or duration
        return Finding(node.position, "INVALID_LITERAL", "Expected a date, time or duration after @, but it is none")
    bindings = bind(BUILT_INS[name], len(node.arguments), node.names)
    kinds = [argument.type for argument in node.arguments]
    if any(binding.may_take(kinds) for binding in bindings):
        return None
    if bindings:
        given = ", ".join(map(str, kinds))
        return Finding(
            node.position, "TYPE_CLASH", f'Expected "{name}" with arguments of its types, but they are {given}'
        )
    given = ", ".join(node.names) if node.names is not None else f"{len(node.arguments)} arguments"
    return Finding(
        node.position, "NO_SUCH_CALL", f'Expected "{name}" with arguments that it takes, but it is given {given}'
    )
