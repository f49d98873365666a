"""One evaluation over the requirement graph: every needed element's value, once, in order.

Owns what the caller's context means to a model. Knows no boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from app.dmn.errors import Place
from app.dmn.expressions import coerce
from app.dmn.model import Decision, InputData
from app.dmn.nodes import Node, Unit, evaluation_order, visible_values
from app.dmn.run import DmnRun
from app.dmn.trace import DecisionTrace
from app.feel import ANY, ContextType, FeelError, Frame, ListType, Type, to_feel
from app.feel.calls import invoke


class Session:
    """The values of one evaluation by node; `context` is what the caller gave, in JSON's values or FEEL's."""

    def __init__(self, run: DmnRun, unit: Unit, context: Mapping[str, Any]) -> None:
        self.run = run
        self.values: dict[Node, Any] = {}
        self.context = context
        self._given: dict[int, _Given] = {}
        self._unit = unit

    def evaluate(self, order: Iterable[Node]) -> None:
        """Work out every node in `order` that has no value yet."""
        for node in order:
            if node not in self.values:
                self.values[node] = self._value(node)

    def _value(self, node: Node) -> Any:
        if isinstance(node.element, InputData):
            return self.input(node)
        if not isinstance(node.element, Decision):
            return node.function
        if node.evaluate is None:
            return self._undecided(node)
        names = visible_values(node.required, self.values)
        trace = self.run.trace
        if trace is None:
            return node.evaluate(Frame(self._outside(node.unit), names), self.run)
        shown = {each.element.name: self.values[each] for _, each in node.required if each.function is None}
        trace.enter(DecisionTrace(node.element.id, node.element.name, shown))
        value = None
        try:
            value = node.evaluate(Frame(self._outside(node.unit), names), self.run)
        finally:
            trace.leave(value)
        return value

    def result(self, node: Node) -> Any:
        """Return a decision's value, or what a function gives for arguments taken from the context by name."""
        if node.function is None:
            node.order = node.order or evaluation_order([node])
            self.evaluate(node.order)
            return self.values[node]
        arguments = [self.taken(self.context.get(name), kind, node.place) for name, kind in node.function.parameters]
        before = len(self.run.warnings)
        value = invoke(node.function, arguments, None, self.run)
        self.run.locate(before, node.place)
        return value

    def taken(self, given: Any, kind: Type, place: Place) -> Any:
        """Return a caller's value as FEEL's; null, with an error, for what is no value of JSON's or FEEL's."""
        try:
            return to_feel(given, kind)
        except FeelError as error:
            self.run.fail("INPUT", str(error), place)
            return None

    def input(self, node: Node) -> Any:
        """Return what the caller gave for an input, brought to its type; null, with a warning, for nothing."""
        for name in (*node.names, node.element.name):
            if name in self.context:
                return self._brought(node, self.context[name])
        self.run.note("MISSING_INPUT", f"Expected a value for {node.element.name!r}, but none was given", node.place)
        return None

    def _undecided(self, node: Node) -> Any:
        """A decision without logic: the caller may decide it (DMN 1.5, 6.3.7)."""
        for name in (*node.names, node.element.name):
            if name in self.context:
                return self._brought(node, self.context[name])
        self.run.fail("NO_LOGIC", f"Expected logic for {node.element.name!r} or a value given for it", node.place)
        return None

    def _brought(self, node: Node, given: Any) -> Any:
        value = _completed(self.taken(given, node.kind.kind, node.place), node.kind.kind)
        return coerce(value, node.kind, node.place, self.run)

    def _outside(self, unit: Unit) -> _Given:
        found = self._given.get(id(unit))
        if found is None:
            found = self._given[id(unit)] = _Given(self, unit)
        return found


def _completed(value: Any, kind: Type) -> Any:
    """A caller's context with null for the components it leaves out: JSON leaves out what it does not know."""
    if isinstance(value, list) and isinstance(kind, ListType):
        return [_completed(item, kind.item) for item in value]
    if not isinstance(value, dict) or not isinstance(kind, ContextType):
        return value
    given = {name: _completed(item, kind.entries.get(name, ANY)) for name, item in value.items()}
    return {**given, **{name: None for name in kind.entries if name not in given}}


class _Given(dict[str, Any]):
    """The caller's variables as FEEL values, made when asked for: a process carries many more than a table reads."""

    def __init__(self, session: Session, unit: Unit) -> None:
        super().__init__()
        self._session = session
        self._unit = unit

    def __missing__(self, name: str) -> Any:
        context = self._session.context
        if name not in context:
            raise KeyError(name)
        node = self._unit.inputs.get(name)
        if node is not None:
            value = self._session.input(node)
        else:
            value = self._session.taken(context[name], ANY, Place(self._unit.definitions.file, column=name))
        self[name] = value
        return value
