"""Compiles `for`, `some` and `every`, and what they go over: lists, ranges of whole numbers and of dates."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

from app.feel.compiling.code import Code, Compile, Context, truth, weight_of
from app.feel.environment import Position, Run
from app.feel.frame import Frame
from app.feel.tree import For, Iteration, Name, Node, Quantified, children
from app.feel.values import FeelDate, Range, kind_of

_Steps = Callable[[Context, Run], Iterator[Any] | None]


def compile_for(node: For, compile_node: Compile) -> Code:
    """Return code for `for … return body`: one result for each combination, the last name going fastest."""
    frames, body, weight = _frames_of(node.iterations, compile_node), compile_node(node.body), weight_of(node.body)
    partial = _mentions(node.body, "partial")

    def collect(context: Context, run: Run) -> list[Any] | None:
        results: list[Any] = []
        outer = Frame(context)
        combinations = frames(outer, run)
        if combinations is None:
            return None
        for frame in combinations:
            if frame is None:
                return None
            run.step(weight)
            run.check_list(len(results) + 1)
            if partial:
                run.step(len(results))
                outer["partial"] = results.copy()
            results.append(body(frame, run))
        return results

    return collect


def compile_quantified(node: Quantified, compile_node: Compile) -> Code:
    """Return code for `some` and `every`: an `or` or `and` over all combinations, in three-valued logic."""
    frames, condition = _frames_of(node.iterations, compile_node), compile_node(node.condition)
    decisive, position, weight = node.quantifier == "some", node.condition.position, weight_of(node.condition)

    def decide(context: Context, run: Run) -> bool | None:
        combinations = frames(context, run)
        if combinations is None:
            return None
        answer: bool | None = not decisive
        for frame in combinations:
            if frame is None:
                return None
            run.step(weight)
            value = truth(condition(frame, run), run, position)
            if value is decisive:
                return decisive
            if value is None:
                answer = None
        return answer

    return decide


def _frames_of(
    iterations: tuple[Iteration, ...], compile_node: Compile
) -> Callable[[Context, Run], Iterator[Frame | None] | None]:
    """Return what yields a frame for each combination; None (with a warning) where there is nothing to go over."""
    loops = tuple((iteration.name, _steps_of(iteration, compile_node)) for iteration in iterations)
    (first, first_steps), rest = loops[0], loops[1:]

    def frames(context: Context, run: Run) -> Iterator[Frame | None] | None:
        steps = first_steps(context, run)
        if steps is None:
            return None
        return _combine(context, run, first, steps, rest)

    return frames


def _combine(
    context: Context, run: Run, name: str, steps: Iterator[Any], rest: tuple[tuple[str, _Steps], ...]
) -> Iterator[Frame | None]:
    for value in steps:
        frame = Frame(context, {name: value})
        if not rest:
            yield frame
            continue
        run.step()
        (inner_name, inner_steps), inner_rest = rest[0], rest[1:]
        inner = inner_steps(frame, run)
        if inner is None:
            yield None
            return
        yield from _combine(frame, run, inner_name, inner, inner_rest)


def _steps_of(iteration: Iteration, compile_node: Compile) -> _Steps:
    source_code, position = compile_node(iteration.source), iteration.position
    if iteration.end is None:
        return lambda context, run: _items_of(source_code(context, run), run, position)
    end_code = compile_node(iteration.end)
    return lambda context, run: _from_to(source_code(context, run), end_code(context, run), run, position)


def _items_of(source: Any, run: Run, position: Position) -> Iterator[Any] | None:
    if isinstance(source, list):
        return iter(source)
    if isinstance(source, Range):
        return _in_range(source, run, position)
    if source is None:
        run.warn("NULL_LIST", "Expected a list to go over, but it is null", position)
        return None
    return iter((source,))


def _in_range(source: Range, run: Run, position: Position) -> Iterator[Any] | None:
    steps = _from_to(source.low, source.high, run, position)
    if steps is None:
        return None
    outside = [
        end
        for end, included in ((source.low, source.low_included), (source.high, source.high_included))
        if not included
    ]
    return (value for value in steps if value not in outside)


def _from_to(start: Any, end: Any, run: Run, position: Position) -> Iterator[Any] | None:
    """Return the whole numbers or dates from `start` to `end`, downwards when `end` comes first."""
    if isinstance(start, Decimal) and isinstance(end, Decimal):
        if start == start.to_integral_value() and end == end.to_integral_value():
            return _numbers(start, end)
    elif isinstance(start, FeelDate) and isinstance(end, FeelDate):
        return _dates(start, end)
    run.warn(
        "INVALID_RANGE",
        f"Expected to go from a whole number or date to another, but it is {kind_of(start)} to {kind_of(end)}",
        position,
    )
    return None


def _numbers(start: Decimal, end: Decimal) -> Iterator[Decimal]:
    step = 1 if end >= start else -1
    for value in range(int(start), int(end) + step, step):
        yield Decimal(value)


def _dates(start: FeelDate, end: FeelDate) -> Iterator[FeelDate | None]:
    first, last = start.epoch_day, end.epoch_day
    step = 1 if last >= first else -1
    for day in range(first, last + step, step):
        yield FeelDate.from_epoch_day(day)


def _mentions(node: Node, name: str) -> bool:
    waiting = [node]
    while waiting:
        node = waiting.pop()
        if isinstance(node, Name) and node.name == name:
            return True
        waiting.extend(children(node))
    return False


ITERATION: dict[type[Node], Callable[..., Code]] = {For: compile_for, Quantified: compile_quantified}
