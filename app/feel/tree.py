"""The syntax tree: one frozen class a construct, with its position in the text and, where it can be known, its type.

Owns the shapes only. `children` lets a walker pass through without knowing every class.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields
from functools import cache
from typing import Any

from app.feel.environment import Position
from app.feel.types import ANY, BOOLEAN, Type


@dataclass(frozen=True, slots=True)
class Node:
    """Any construct. `type` is what is known of its value without evaluating it: ANY when nothing is."""

    position: Position
    type: Type = field(default=ANY, kw_only=True)


@dataclass(frozen=True, slots=True)
class Literal(Node):
    """null, true, false, a number, a string, or an `@` literal's temporal value."""

    value: Any


@dataclass(frozen=True, slots=True)
class Name(Node):
    """A variable or function, by its name as declared.

    `local`: it is bound inside the text itself. `built_in`: a built-in function is called so, and no known variable.
    """

    name: str
    local: bool = False
    built_in: bool = False


@dataclass(frozen=True, slots=True)
class Input(Node):
    """`?`, the value a unary test is asked of."""


@dataclass(frozen=True, slots=True)
class Negation(Node):
    """`- operand`."""

    operand: Node


@dataclass(frozen=True, slots=True)
class Arithmetic(Node):
    """`left operator right`; operator is one of + - * / **."""

    operator: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Comparison(Node):
    """`left operator right`; operator is one of = != < <= > >=."""

    operator: str
    left: Node
    right: Node
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class Logic(Node):
    """`a and b and …` or `a or b or …`; operator is "and" or "or", at least two operands."""

    operator: str
    operands: tuple[Node, ...]
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class Between(Node):
    """`value between low and high`."""

    value: Node
    low: Node
    high: Node
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class In(Node):
    """`value in (test, test, …)`; each test is a unary test's node."""

    value: Node
    tests: tuple[Node, ...]
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class InstanceOf(Node):
    """`value instance of type`."""

    value: Node
    wanted: Type
    wanted_text: str
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class RangeNode(Node):
    """`[low..high]` and its kin; None is an end that is open by form: `(< 10)`, `(>= 5)`."""

    low: Node | None
    high: Node | None
    low_included: bool
    high_included: bool


@dataclass(frozen=True, slots=True)
class ListNode(Node):
    """`[a, b, …]`."""

    items: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ContextNode(Node):
    """`{key: value, …}`; later entries see earlier ones."""

    entries: tuple[tuple[str, Node], ...]


@dataclass(frozen=True, slots=True)
class Path(Node):
    """`source.name`."""

    source: Node
    name: str


@dataclass(frozen=True, slots=True)
class Filter(Node):
    """`source[condition]`: a position or a test of `item`."""

    source: Node
    condition: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """`callee(arguments)`; `names` is None for positional arguments, else one name an argument."""

    callee: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class FunctionNode(Node):
    """`function(a, b: type) body`; an `external` one is kept but never runs."""

    parameters: tuple[tuple[str, Type], ...]
    body: Node
    external: bool = False


@dataclass(frozen=True, slots=True)
class If(Node):
    """`if condition then then else otherwise`."""

    condition: Node
    then: Node
    otherwise: Node


@dataclass(frozen=True, slots=True)
class Iteration(Node):
    """One `name in source` or, with `end`, `name in source..end`."""

    name: str
    source: Node
    end: Node | None


@dataclass(frozen=True, slots=True)
class For(Node):
    """`for … return body`; `partial` in the body is the results so far."""

    iterations: tuple[Iteration, ...]
    body: Node


@dataclass(frozen=True, slots=True)
class Quantified(Node):
    """`some … satisfies condition` or `every … satisfies condition`; quantifier is "some" or "every"."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class InputTest(Node):
    """`< 10`, `>= x`, `= "a"`: a comparison of `?`; operator as in Comparison. `asks`: the operand uses `?` too."""

    operator: str
    operand: Node
    asks: bool = False
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class AnyTest(Node):
    """`-`: every input passes."""

    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class ExpressionTest(Node):
    """An expression as a unary test: equal to `?`, or a list or range holding it.

    With `asks`, it uses `?` itself, and is the answer.
    """

    expression: Node
    asks: bool
    type: Type = field(default=BOOLEAN, kw_only=True)


@dataclass(frozen=True, slots=True)
class UnaryTestsNode(Node):
    """A whole cell: passes when any test passes; `negated` for `not(…)`."""

    tests: tuple[Node, ...]
    negated: bool
    input_type: Type = ANY
    type: Type = field(default=BOOLEAN, kw_only=True)


def children(node: Node) -> Iterator[Node]:
    """Yield the nodes directly inside `node`, in the order of the text."""
    kind: Any = type(node)
    for name in _parts_of(kind):
        yield from _nodes_in(getattr(node, name))


@cache
def _parts_of(kind: Any) -> tuple[str, ...]:
    return tuple(part.name for part in fields(kind) if "Node" in part.type or "Iteration" in part.type)


def _nodes_in(value: Any) -> Iterator[Node]:
    if isinstance(value, Node):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from _nodes_in(item)
