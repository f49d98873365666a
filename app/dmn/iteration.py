"""Boxed filter, for, some and every (DMN 1.5, 10.2.1.8 to 10.2.1.10) as evaluators, with FEEL's meaning of each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from app.dmn.errors import Place
from app.dmn.expressions import Evaluator, as_list_type
from app.dmn.model import FilterExpression, IterationExpression
from app.dmn.run import DmnRun
from app.feel import BOOLEAN, ContextType, Frame, ListType, Range, Scope, Type, kind_of

if TYPE_CHECKING:
    from app.dmn.boxed import BoxedCompiler, Compiled


def compile_filter(boxes: BoxedCompiler, box: FilterExpression, scope: Scope, place: Place) -> Compiled:
    """Return how to keep the items that match; a number as the match is a position, as in FEEL's own filter."""
    collection, kind = boxes.compile(box.collection, scope, place.at(column="in"))
    item = as_list_type(kind)
    names: dict[str, Type] = {"item": item}
    if isinstance(item, ContextType):
        names = {**item.entries, **names}
    match, _ = boxes.compile(box.match, scope.inside(names), place.at(column="match"))

    def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
        found = collection(context, run)
        if found is None:
            return None
        items = found if isinstance(found, list) else [found]
        kept = []
        for each in items:
            run.step()
            answer = match(_item_frame(context, each), run)
            if isinstance(answer, Decimal):
                return _at_position(items, answer)
            if answer is True:
                kept.append(each)
        return kept

    return boxes.typed(evaluate, ListType(item=item), box.type_ref, place)


def _item_frame(context: Mapping[str, Any], item: Any) -> Frame:
    inside = Frame(context, item if isinstance(item, dict) else None)
    if "item" not in inside:
        inside["item"] = item
    return inside


def _at_position(items: list[Any], position: Decimal) -> Any:
    at = int(position)
    if position != at or not at or abs(at) > len(items):
        return None
    return items[at - 1] if at > 0 else items[at]


def compile_iteration(boxes: BoxedCompiler, box: IterationExpression, scope: Scope, place: Place) -> Compiled:
    """Return how to evaluate a body for each item: all results (for), or whether some or every one is true."""
    collection, kind = boxes.compile(box.collection, scope, place.at(column="in"))
    names: dict[str, Type] = {box.variable: as_list_type(kind)}
    if box.kind == "for":
        names["partial"] = ListType()
    body, result = boxes.compile(
        box.body, scope.inside(names), place.at(column="return" if box.kind == "for" else "satisfies")
    )
    if box.kind == "for":
        each = _for_each(box.variable, collection, body, place, sees_partial="partial" in repr(box.body))
        return boxes.typed(each, ListType(item=result), box.type_ref, place)
    evaluate = _quantified(box.variable, collection, body, place, deciding=box.kind == "some")
    return boxes.typed(evaluate, BOOLEAN, box.type_ref, place)


def _for_each(variable: str, collection: Evaluator, body: Evaluator, place: Place, *, sees_partial: bool) -> Evaluator:
    def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
        items = _items(collection(context, run), place, run)
        if items is None:
            return None
        results: list[Any] = []
        for item in items:
            run.step()
            inside = Frame(context, {variable: item})
            if sees_partial:
                # A copy, because values are never changed once seen; so its length is work too.
                run.step(len(results) // 16)
                inside["partial"] = list(results)
            results.append(body(inside, run))
        return results

    return evaluate


def _quantified(variable: str, collection: Evaluator, body: Evaluator, place: Place, *, deciding: bool) -> Evaluator:
    """Some (an item that is true decides) or every (one that is false does); a null among the rest makes it null."""

    def evaluate(context: Mapping[str, Any], run: DmnRun) -> Any:
        items = _items(collection(context, run), place, run)
        if items is None:
            return None
        answer: bool | None = not deciding
        for item in items:
            run.step()
            found = body(Frame(context, {variable: item}), run)
            if found is deciding:
                return deciding
            if not isinstance(found, bool):
                run.note("CONDITION", f"Expected true or false, but found {kind_of(found)}", place)
                answer = None
        return answer

    return evaluate


def _items(value: Any, place: Place, run: DmnRun) -> list[Any] | None:
    """What there is to iterate over: a list, the numbers of a range, a single value as a list of it."""
    if isinstance(value, Range):
        return _numbers(value, place, run)
    if value is None:
        run.note("NOT_A_LIST", "Expected a list to iterate over, but found null", place)
        return None
    return value if isinstance(value, list) else [value]


def _numbers(ends: Range, place: Place, run: DmnRun) -> list[Any] | None:
    low, high = ends.low, ends.high
    if not isinstance(low, Decimal) or not isinstance(high, Decimal) or low % 1 or high % 1:
        run.note("NOT_A_LIST", "Expected a range of whole numbers to iterate over, but found another", place)
        return None
    first = int(low) + (not ends.low_included)
    last = int(high) - (not ends.high_included)
    run.check_list(max(0, last - first + 1))
    return [Decimal(number) for number in range(first, last + 1)]
