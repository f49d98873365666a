"""Boxed filter, for, some and every (DMN 1.5, 10.2.1.8 to 10.2.1.10): FEEL's own, with boxes in place of texts.

Owns which names each box sees. What iterating and filtering mean is the language's: its compiler is given the boxes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from app.dmn.errors import Place
from app.dmn.expressions import Evaluator, located
from app.dmn.model import Boxed, FilterExpression, IterationExpression
from app.feel import ANY, BOOLEAN, ContextType, ListType, Position, Scope, Type, tree
from app.feel.compiling.access import compile_filter as filter_code
from app.feel.compiling.code import Code
from app.feel.compiling.iteration import compile_for as for_code
from app.feel.compiling.iteration import compile_quantified as quantified_code

if TYPE_CHECKING:
    from app.dmn.boxed import BoxedCompiler, Compiled

_WHOLE = Position(1, 1, 0, 0)


@dataclass(frozen=True, slots=True)
class _Box(tree.Node):
    """A compiled box where the language expects a part of a tree; `mentioned` are the names its walkers look for."""

    code: Code
    mentioned: tuple[tree.Node, ...] = ()


def _box(evaluate: Evaluator, *mentioned: str) -> _Box:
    return _Box(_WHOLE, cast("Code", evaluate), tuple(tree.Name(_WHOLE, name) for name in mentioned))


def _code_of(node: tree.Node) -> Code:
    return cast("_Box", node).code


def compile_filter(boxes: BoxedCompiler, box: FilterExpression, scope: Scope, place: Place) -> Compiled:
    """Return how to keep the items that match; a number as the match is a position."""
    collection, kind = boxes.compile(box.collection, scope, place.at(column="in"))
    item = _item_of(kind)
    names: dict[str, Type] = dict(item.entries) if isinstance(item, ContextType) else {}
    match, _ = boxes.compile(box.match, Scope(names | {"item": item}, outer=scope), place.at(column="match"))
    code = filter_code(tree.Filter(_WHOLE, _box(collection), _box(match)), _code_of)
    return boxes.typed(located(code, place), ListType(item=item), box.type_ref, place)


def compile_iteration(boxes: BoxedCompiler, box: IterationExpression, scope: Scope, place: Place) -> Compiled:
    """Return how to evaluate a body for each item: all results (for), or whether some or every one is true."""
    collection, kind = boxes.compile(box.collection, scope, place.at(column="in"))
    source = (tree.Iteration(_WHOLE, box.variable, _box(collection), None),)
    names: dict[str, Type] = {box.variable: _item_of(kind)}
    if box.kind == "for":
        inner = Scope(names | {"partial": ListType()}, outer=scope)
        body, result = boxes.compile(box.body, inner, place.at(column="return"))
        code = for_code(tree.For(_WHOLE, source, _box(body, *_partial(box.body))), _code_of)
        return boxes.typed(located(code, place), ListType(item=result), box.type_ref, place)
    body, _ = boxes.compile(box.body, Scope(names, outer=scope), place.at(column="satisfies"))
    code = quantified_code(tree.Quantified(_WHOLE, box.kind, source, _box(body)), _code_of)
    return boxes.typed(located(code, place), BOOLEAN, box.type_ref, place)


def _partial(body: Boxed | None) -> tuple[str, ...]:
    """Whether any text in a body speaks of the results so far, which are copied for it then."""
    return ("partial",) if "partial" in repr(body) else ()


def _item_of(kind: Type) -> Type:
    return kind.item if isinstance(kind, ListType) else ANY
