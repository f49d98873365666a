"""Compiles names, paths and filters."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from app.feel.builtins.signatures import BUILT_INS
from app.feel.calls import function_of
from app.feel.compiling.code import Code, Compile, Context, weight_of
from app.feel.environment import Position, Run
from app.feel.frame import Frame
from app.feel.missing import MISSING, Missing
from app.feel.tree import Filter, Input, Literal, Name, Node, Path
from app.feel.values import PROPERTIES, kind_of


def compile_name(node: Name, _compile: Compile) -> Code:
    """Return code that reads a variable, or a function by its name; null with a warning when there is neither."""
    name, position = node.name, node.position

    def read(context: Context, run: Run) -> Any:
        try:
            return context[name]
        except KeyError:
            return find_function(name, run, position)

    return read


def compile_input(node: Input, _compile: Compile) -> Code:
    """Return code that reads `?`."""
    position = node.position

    def read(context: Context, run: Run) -> Any:
        try:
            return context["?"]
        except KeyError:
            run.warn("NO_INPUT", "Expected ? inside a test of some input, but there is no input here", position)
            return None

    return read


def find_function(name: str, run: Run, position: Position) -> Any:
    """Return the built-in or the environment's function called `name` as a value, else null with a warning."""
    entry = BUILT_INS.get(name) or run.env.functions.get(name)
    if entry is not None:
        return function_of(entry)
    run.warn("NO_VARIABLE", f'Expected a variable "{name}", but there is none', position)
    return None


def entry_of(source: Any, name: str) -> Any | Missing:
    """Return the entry or property `name` of a value that is no list; MISSING when it has none."""
    if isinstance(source, dict):
        return source.get(name, MISSING)
    reads = PROPERTIES.get(type(source))
    return reads[name](source) if reads is not None and name in reads else MISSING


def compile_path(node: Path, compile_node: Compile) -> Code:
    """Return code for `source.name`: of a list, the list of each item's."""
    source_code, name, position = compile_node(node.source), node.name, node.position

    def read(context: Context, run: Run) -> Any:
        source = source_code(context, run)
        if type(source) is dict and name in source:
            return source[name]
        if type(source) is list:
            run.step(len(source))
            return [_entry_or_null(item, name, run, position) for item in source]
        return _entry_or_null(source, name, run, position)

    return read


def _entry_or_null(source: Any, name: str, run: Run, position: Position) -> Any:
    if type(source) is list:
        run.step(len(source) + 1)
        return [_entry_or_null(item, name, run, position) for item in source]
    value = entry_of(source, name)
    if value is MISSING:
        run.warn("NO_ENTRY", f'Expected an entry or property "{name}", but the {kind_of(source)} has none', position)
        return None
    return value


def compile_quiet(node: Node, compile_node: Compile) -> Code:
    """Return code that gives MISSING, without a warning, for a variable or entry that is not there."""
    if isinstance(node, Name):
        name = node.name
        return lambda context, _run: _variable_or_missing(context, name)
    if isinstance(node, Path):
        source_code, entry = compile_quiet(node.source, compile_node), node.name

        def read(context: Context, run: Run) -> Any:
            source = source_code(context, run)
            if type(source) is list:
                found = (entry_of(item, entry) for item in source)
                return [None if value is MISSING else value for value in found]
            return entry_of(source, entry)

        return read
    return compile_node(node)


def _variable_or_missing(context: Context, name: str) -> Any:
    try:
        return context[name]
    except KeyError:
        return MISSING


def compile_filter(node: Filter, compile_node: Compile) -> Code:
    """Return code for `source[condition]`: a position when the condition is a number, else the items that pass."""
    source_code, position = compile_node(node.source), node.position
    if isinstance(node.condition, Literal) and type(node.condition.value) is Decimal:
        index = node.condition.value

        def at(context: Context, run: Run) -> Any:
            source = source_code(context, run)
            return item_at(source if type(source) is list else [source], index, run, position)

        return at
    condition, weight = compile_node(node.condition), weight_of(node.condition)

    def select(context: Context, run: Run) -> Any:
        source = source_code(context, run)
        if source is None:
            run.warn("NULL_LIST", "Expected a list to filter, but it is null", position)
            return None
        items = source if type(source) is list else [source]
        run.step(len(items) * weight)
        return _select(items, condition, context, run, position)

    return select


def _select(items: list[Any], condition: Code, context: Context, run: Run, position: Position) -> Any:
    if not items:
        warnings = len(run.warnings)
        value = condition(Frame(context, {"item": None}), run)
        del run.warnings[warnings:]
        return item_at(items, value, run, position) if type(value) is Decimal else []
    kept: list[Any] = []
    for number, item in enumerate(items):
        frame = Frame(context, {"item": item})
        if isinstance(item, dict):
            frame.update(item)
        value = condition(frame, run)
        if value is True:
            kept.append(item)
        elif type(value) is Decimal and number == 0:
            return item_at(items, value, run, position)
        elif value is not False and value is not None:
            run.warn(
                "NOT_BOOLEAN", f"Expected a position or a test of each item, but it is a {kind_of(value)}", position
            )
            return None
    return kept


def item_at(items: list[Any], index: Decimal, run: Run, position: Position) -> Any:
    """Return the item at a position counted from 1, or from -1 backwards; null with a warning where there is none."""
    if index == index.to_integral_value() and 1 <= abs(index) <= len(items):
        at = int(index)
        return items[at - 1 if at > 0 else at]
    run.warn("NO_ITEM", f"Expected a position from 1 to {len(items)}, but it is {index}", position)
    return None


ACCESS: dict[type[Node], Callable[..., Code]] = {
    Name: compile_name,
    Input: compile_input,
    Path: compile_path,
    Filter: compile_filter,
}
