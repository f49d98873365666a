"""What can be told of a tree without evaluating it: its free names, operands that cannot go together, calls that are null.

Owns those checks; a table's own (overlaps, gaps) are DMN's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from app.feel.builtins.signatures import BUILT_INS
from app.feel.calls import bind
from app.feel.environment import Position
from app.feel.syntax.inference import item_of, type_of_arithmetic
from app.feel.tree import (
    Arithmetic,
    Between,
    Call,
    Comparison,
    ContextNode,
    Filter,
    For,
    FunctionNode,
    Iteration,
    Name,
    Node,
    Quantified,
    children,
)
from app.feel.types import ANY, NULL, ContextType, Type

_NONE: frozenset[str] = frozenset()


class Finding(NamedTuple):
    """Something that will be null whatever the values are. `code` is stable; `message` reads "Expected X, but Y"."""

    position: Position
    code: str
    message: str


def free_names(node: Node) -> frozenset[str]:
    """Return the variables that `node` reads from outside: not its own, not `?`, not built-in functions."""
    return frozenset(name.name for name in free_name_nodes(node))


def free_name_nodes(node: Node) -> Iterator[Name]:
    """Yield each place where `node` reads a variable from outside."""
    return _free(node, _NONE)


def _free(node: Node, bound: frozenset[str]) -> Iterator[Name]:
    if isinstance(node, Name):
        if not node.built_in and node.name not in bound and node.name != "@":
            yield node
    elif isinstance(node, ContextNode):
        for key, value in node.entries:
            yield from _free(value, bound)
            bound |= {key}
    elif isinstance(node, FunctionNode):
        if not node.external:
            yield from _free(node.body, bound | {name for name, _ in node.parameters})
    elif isinstance(node, Filter):
        yield from _free(node.source, bound)
        item = item_of(node.source.type)
        entries = frozenset(item.entries) if isinstance(item, ContextType) else _NONE
        yield from _free(node.condition, bound | {"item"} | entries)
    elif isinstance(node, For | Quantified):
        yield from _free_in_loop(node, bound)
    else:
        for child in children(node):
            yield from _free(child, bound)


def _free_in_loop(node: For | Quantified, bound: frozenset[str]) -> Iterator[Name]:
    for iteration in node.iterations:
        for part in _parts(iteration):
            yield from _free(part, bound)
        bound |= {iteration.name}
    if isinstance(node, For):
        yield from _free(node.body, bound | {"partial"})
    else:
        yield from _free(node.condition, bound)


def _parts(iteration: Iteration) -> tuple[Node, ...]:
    return (iteration.source,) if iteration.end is None else (iteration.source, iteration.end)


def find_faults(node: Node, functions: Mapping[str, object] | None = None) -> list[Finding]:
    """Return what in `node` is always null: operands of types that clash, calls with arguments no function takes.

    `functions` are the environment's own, by name, which may be called besides the built-ins.
    """
    found: list[Finding] = []
    waiting = [node]
    while waiting:
        current = waiting.pop()
        finding = _fault_of(current)
        if finding is not None:
            found.append(finding)
        if not (isinstance(current, FunctionNode) and current.external):
            waiting.extend(children(current))
    return sorted(found, key=lambda finding: finding.position.start)


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
    if bind(BUILT_INS[name], len(node.arguments), node.names):
        return None
    given = ", ".join(node.names) if node.names is not None else f"{len(node.arguments)} arguments"
    return Finding(
        node.position, "NO_SUCH_CALL", f'Expected "{name}" with arguments that it takes, but it is given {given}'
    )
