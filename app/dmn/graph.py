"""From a file's records to a linked, compiled unit: references followed, cycles refused, every logic compiled.

Owns the order of compiling and what decision services are. Boxes are `boxed`'s, evaluation is `session`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from app.dmn.boxed import BoxedCompiler
from app.dmn.errors import DmnError
from app.dmn.expressions import FeelTexts, coerce, coerced
from app.dmn.item_types import ANY_ITEM, ItemType, ItemTypes
from app.dmn.model import BusinessKnowledge, Decision, DecisionService, Definitions, FunctionExpression, InputData
from app.dmn.nodes import Imports, Node, Unit, evaluation_order, visible_types
from app.dmn.run import DmnRun
from app.dmn.session import Session
from app.feel import DEFAULT, Function, FunctionType, Run, Scope


def build_unit(definitions: Definitions, imports: Imports, units: Mapping[str, Unit]) -> Unit:
    """Return a file linked to the files it imports and compiled; `units` are those built before it, by namespace."""
    types = ItemTypes(definitions, tuple((name, unit.types) for name, unit in imports))
    unit = Unit(definitions, imports, types, BoxedCompiler(FeelTexts(types)), {}, Scope(types=types.names()))
    for element in definitions.elements.values():
        unit.nodes[element.id] = Node(element, unit, types.find(element.type_ref))
    for node in unit.nodes.values():
        _link(node, units)
    decisions = _decisions_in_order(unit)
    inputs = [node for node in unit.nodes.values() if isinstance(node.element, InputData)]
    unit.inputs = {name: node for node in inputs for name in node.names}
    unit.scope = Scope({name: node.static_type for name, node in unit.inputs.items()}, outer=unit.type_scope)
    _compile_functions(unit)
    for node in decisions:
        _compile_decision(node)
    return unit


def _link(node: Node, units: Mapping[str, Unit]) -> None:
    element = node.element
    if isinstance(element, DecisionService):
        hrefs = element.input_data + element.input_decisions + element.output_decisions
    else:
        hrefs = () if isinstance(element, InputData) else element.required
    node.required = [_find(node, href, units) for href in hrefs]


def _find(node: Node, href: str, units: Mapping[str, Unit]) -> tuple[str, Node]:
    """The element a reference names, and the import it comes through (empty for one of the same file)."""
    unit = node.unit
    namespace, _, identity = href.rpartition("#")
    if namespace in ("", unit.definitions.namespace, unit.definitions.file) and identity in unit.nodes:
        return "", unit.nodes[identity]
    for name, other in unit.imports:
        if namespace in (other.definitions.namespace, other.definitions.file) and identity in other.nodes:
            return name, other.nodes[identity]
    if namespace in units and identity in units[namespace].nodes:
        return "", units[namespace].nodes[identity]
    raise DmnError(f"Expected an element {href!r} to require, but there is none", node.place, "reference")


def _decisions_in_order(unit: Unit) -> list[Node]:
    """The file's decisions, required ones first; DmnError where one requires itself, however far round."""
    done: dict[Node, None] = {}
    for start in unit.nodes.values():
        if not isinstance(start.element, Decision) or start in done:
            continue
        path = {start: _decisions_behind(start)}
        while path:
            node = next(reversed(path))
            following = next(path[node], None)
            if following is None:
                done[node] = None
                del path[node]
            elif following in path:
                names = [each.element.name for each in path]
                circle = " → ".join([*names[names.index(following.element.name) :], following.element.name])
                raise DmnError(f"Expected requirements without a cycle, but found {circle}", node.place, "cycle")
            elif following not in done:
                path[following] = _decisions_behind(following)
    return list(done)


def _decisions_behind(node: Node) -> Iterator[Node]:
    own = [each for _, each in node.required if isinstance(each.element, Decision) and each.unit is node.unit]
    return iter(own)


def _compile_decision(node: Node) -> None:
    element = cast("Decision", node.element)
    if element.expression is not None:
        boxes = node.unit.boxes
        before = len(boxes.tables)
        scope = Scope(visible_types(node.required), outer=node.unit.scope)
        evaluate, kind = boxes.compile(element.expression, scope, node.place)
        if len(boxes.tables) == before + 1 and boxes.tables[before].table is element.expression:
            node.table = boxes.tables[before]
        node.evaluate = coerced(evaluate, node.kind, node.place)
        node.inferred = kind


def _compile_functions(unit: Unit) -> None:
    """Knowledge models and services. Types first, so that each may call any other, itself included."""
    functions = [node for node in unit.nodes.values() if isinstance(node.element, BusinessKnowledge | DecisionService)]
    for node in functions:
        node.function_type = _function_type(node)
    contexts: dict[Node, dict[str, Any]] = {node: {} for node in functions}
    for node in functions:
        if isinstance(node.element, DecisionService):
            node.function = _service_function(node, node.element)
        elif isinstance(node.element, BusinessKnowledge):
            node.function = _knowledge_function(node, node.element, contexts[node])
    for node, context in contexts.items():
        for prefix, each in node.required:
            if each.function is not None:
                inside = context.setdefault(prefix, {}) if prefix else context
                inside[each.element.variable] = each.function


def _function_type(node: Node) -> FunctionType:
    element = node.element
    declared = node.kind.kind
    if isinstance(declared, FunctionType):
        return declared
    if isinstance(element, DecisionService):
        return FunctionType(
            parameters=tuple(each.kind.kind for each in _service_inputs(node, element)), result=declared
        )
    logic = cast("BusinessKnowledge", element).logic
    parameters = () if logic is None else logic.parameters
    return FunctionType(
        parameters=tuple(node.unit.types.find(each.type_ref).kind for each in parameters), result=declared
    )


def _knowledge_function(node: Node, element: BusinessKnowledge, context: dict[str, Any]) -> Function:
    names = visible_types(node.required) | {element.variable: node.static_type}
    scope = Scope(names, outer=node.unit.type_scope)
    declared = node.kind.kind
    result = ItemType(declared.result) if isinstance(declared, FunctionType) else node.kind
    logic = element.logic or FunctionExpression((), None)
    evaluate, _ = node.unit.boxes.function(logic, scope, node.place, result)
    function = cast("Function", evaluate(context, DmnRun(DEFAULT)))
    context[element.variable] = function
    return function


def _service_inputs(node: Node, element: DecisionService) -> list[Node]:
    """The parameters of a service in order: input data, then input decisions (DMN 1.5, 10.4)."""
    return [each for _, each in node.required[: len(element.input_data) + len(element.input_decisions)]]


def _service_function(node: Node, element: DecisionService) -> Function:
    inputs = _service_inputs(node, element)
    outputs = [each for _, each in node.required[len(inputs) :]]
    place = node.place
    order: list[Node] = []

    def call(run: Run, arguments: list[Any]) -> Any:
        inside = cast("DmnRun", run)
        if not order:
            order.extend(evaluation_order(outputs, frozenset(inputs)))
        inside.step(8 * len(order))
        session = Session(inside, node.unit, {})
        for each, value in zip(inputs, arguments, strict=True):
            session.values[each] = coerce(value, each.kind, replace(place, decision=each.element.name), inside)
            if session.values[each] is None and value is not None:
                return None
        session.evaluate(order)
        values = {each.element.variable: session.values[each] for each in outputs}
        result = values[outputs[0].element.variable] if len(outputs) == 1 else values
        kind = ANY_ITEM if isinstance(node.kind.kind, FunctionType) else node.kind
        return coerce(result, kind, place, inside)

    parameters = tuple((each.element.variable, each.kind.kind) for each in inputs)
    return Function(parameters, call, name=element.name)
