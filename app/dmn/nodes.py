"""The elements of a model as linked nodes: what each requires, and what it is once compiled.

Data and the names that logic may use; linking is `graph`'s, evaluation `session`'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.dmn.boxed import BoxedCompiler
from app.dmn.errors import Place
from app.dmn.expressions import Evaluator
from app.dmn.item_types import ItemType, ItemTypes
from app.dmn.model import Decision, Definitions, Element
from app.dmn.table import CompiledTable
from app.feel import ANY, ContextType, Function, FunctionType, Scope, Type

_PLAIN_NAME = re.compile(r"[^\W\d]\w*")


@dataclass(slots=True, eq=False)
class Node:
    """One element, linked and compiled.

    `required` are the elements its logic may name, each with the import it comes through (empty: the same file).
    `evaluate` is a decision's logic, None where the model has none; `table` is that logic where it is a plain table.
    `function` and `function_type` are those of knowledge models and services. `kind` is the type declared, which values
    are held to; `inferred` is what a decision's logic will give, which only helps to read names.
    """

    element: Element
    unit: Unit
    kind: ItemType
    required: list[tuple[str, Node]] = field(default_factory=list)
    evaluate: Evaluator | None = None
    table: CompiledTable | None = None
    function: Function | None = None
    function_type: FunctionType | None = None
    inferred: Type = ANY
    order: tuple[Node, ...] = ()

    @property
    def static_type(self) -> Type:
        """What is known of the element's value without evaluating it."""
        return self.function_type or (self.inferred if self.kind.kind == ANY else self.kind.kind)

    @property
    def place(self) -> Place:
        """Where the element is."""
        return Place(self.unit.definitions.file, self.element.name)

    @property
    def names(self) -> list[str]:
        """What expressions call it: its variable and, as Camunda has it, its id where that reads as a name."""
        variable, identity = self.element.variable, self.element.id
        return [variable, identity] if _PLAIN_NAME.fullmatch(identity) and identity != variable else [variable]


Imports = tuple[tuple[str, "Unit"], ...]
"""What a file imports, each under its name; several may have none."""


@dataclass(slots=True, eq=False)
class Unit:
    """One file, linked: its imports by the name they are used under, its types, its nodes by id."""

    definitions: Definitions
    imports: Imports
    types: ItemTypes
    boxes: BoxedCompiler
    nodes: dict[str, Node]
    type_scope: Scope
    inputs: dict[str, Node] = field(default_factory=dict)
    """Input data by every name, for expressions that use it without an arrow being drawn."""
    scope: Scope = field(default_factory=Scope)
    """What every decision may name: the types, and that input data."""


def visible_types(required: Iterable[tuple[str, Node]]) -> dict[str, Type]:
    """Return the names that required elements bring, with their types; an import's as one context."""
    names: dict[str, Type] = {}
    imported: dict[str, dict[str, Type]] = {}
    for prefix, node in required:
        if prefix:
            imported.setdefault(prefix, {})[node.element.variable] = node.static_type
        else:
            names.update(dict.fromkeys(node.names, node.static_type))
    return names | {prefix: ContextType(entries=entries) for prefix, entries in imported.items()}


def visible_values(required: Iterable[tuple[str, Node]], values: Mapping[Node, Any]) -> dict[str, Any]:
    """Return the names that required elements bring, with their values."""
    names: dict[str, Any] = {}
    for prefix, node in required:
        if prefix:
            names.setdefault(prefix, {})[node.element.variable] = values[node]
        else:
            names.update(dict.fromkeys(node.names, values[node]))
    return names


def evaluation_order(targets: Iterable[Node], given: frozenset[Node] = frozenset()) -> tuple[Node, ...]:
    """Return the nodes to evaluate for `targets`, required ones first; nothing behind a `given` one is needed."""
    order: dict[Node, None] = {}
    stack: list[tuple[Node, Iterator[Node]]] = []
    for target in targets:
        stack.append((target, iter([each for _, each in target.required])))
        while stack:
            node, rest = stack[-1]
            following = next(rest, None)
            if following is None:
                stack.pop()
                order.setdefault(node)
            elif following not in order and following not in given:
                leaves = not isinstance(following.element, Decision)
                stack.append((following, iter([] if leaves else [each for _, each in following.required])))
    return tuple(order)
