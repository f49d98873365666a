"""Compiles literals, lists, ranges, contexts, functions, calls, `if`, `for`, `some` and `every`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.feel.builtins.signatures import BUILT_INS
from app.feel.calls import bind, call_built_in, invoke
from app.feel.compiling.access import compile_quiet
from app.feel.compiling.code import Code, Compile, Context, constant, truth, weight_of
from app.feel.environment import Position, Run
from app.feel.external_java import find_java
from app.feel.frame import Frame
from app.feel.function import Function
from app.feel.missing import Missing
from app.feel.signature import BuiltIn
from app.feel.tree import (
    Call,
    ContextNode,
    FunctionNode,
    If,
    ListNode,
    Literal,
    Name,
    Node,
    RangeNode,
)
from app.feel.values import kind_of, make_range, to_text

_FOLDED = frozenset({"date", "time", "date and time", "duration", "number"})
"""Built-ins that are worth calling once, while compiling, when their arguments are constants."""


def compile_literal(node: Literal, _compile: Compile) -> Code:
    """Return code for a constant."""
    return constant(node.value)


def compile_list(node: ListNode, compile_node: Compile) -> Code:
    """Return code for `[a, b, …]`."""
    if all(isinstance(item, Literal) for item in node.items):
        return constant([item.value for item in node.items if isinstance(item, Literal)])
    codes = tuple(compile_node(item) for item in node.items)
    return lambda context, run: [code(context, run) for code in codes]


def compile_range(node: RangeNode, compile_node: Compile) -> Code:
    """Return code for a range; null with a warning when its ends do not go together."""
    low_code = compile_node(node.low) if node.low is not None else constant(None)
    high_code = compile_node(node.high) if node.high is not None else constant(None)
    low_included, high_included, position = node.low_included, node.high_included, node.position
    one_sided = node.low is None or node.high is None

    def build(context: Context, run: Run) -> Any:
        low, high = low_code(context, run), high_code(context, run)
        made = make_range(low, high, low_included, high_included, one_sided=one_sided)
        if made is None:
            run.warn(
                "INVALID_RANGE",
                f"Expected a range from a lower to a higher value, but it is from {_shown(low)} to {_shown(high)}",
                position,
            )
        return made

    if all(end is None or isinstance(end, Literal) for end in (node.low, node.high)):
        made = build({}, Run())
        if made is not None:
            return constant(made)
    return build


def _shown(end: Any) -> str:
    return kind_of(end) if end is None or isinstance(end, list | dict) else f"{kind_of(end)} {to_text(end)[:40]}"


def compile_context(node: ContextNode, compile_node: Compile) -> Code:
    """Return code for `{key: value, …}`; each entry sees those before it, and a function's body all of them."""
    entries = tuple((key, compile_node(value)) for key, value in node.entries)

    def build(context: Context, run: Run) -> dict[str, Any]:
        frame = Frame(context)
        for key, code in entries:
            frame[key] = code(frame, run)
        return dict(frame)

    return build


def compile_if(node: If, compile_node: Compile) -> Code:
    """Return code for `if`: anything but true takes the `else`."""
    condition, then, otherwise = (compile_node(part) for part in (node.condition, node.then, node.otherwise))
    position = node.condition.position

    def choose(context: Context, run: Run) -> Any:
        value = condition(context, run)
        if value is True:
            return then(context, run)
        truth(value, run, position)
        return otherwise(context, run)

    return choose


def compile_function(node: FunctionNode, compile_node: Compile) -> Code:
    """Return code for `function(…) body`, which keeps the context it stands in."""
    names = tuple(name for name, _ in node.parameters)
    parameters, result = node.parameters, node.body.type
    if node.external:
        return _external(node, compile_node)
    body, weight = compile_node(node.body), weight_of(node.body)

    def define(context: Context, _run: Run) -> Function:
        def call(run: Run, arguments: list[Any]) -> Any:
            run.step(weight)
            return body(Frame(context, dict(zip(names, arguments, strict=True))), run)

        return Function(parameters, call, result=result)

    return define


def _external(node: FunctionNode, compile_node: Compile) -> Code:
    """Return code for an `external` function: a method that is known without Java, else one that is always null."""
    declaration, parameters, position = compile_node(node.body), node.parameters, node.position

    def refuse(run: Run, _arguments: list[Any]) -> None:
        run.warn("EXTERNAL_FUNCTION", "Expected a function written in FEEL, but it is an external one", position)

    def define(context: Context, run: Run) -> Function:
        return Function(parameters, find_java(declaration(context, run)) or refuse)

    return define


def compile_call(node: Call, compile_node: Compile) -> Code:
    """Return code for a call: of a built-in, bound now, or of whatever function the callee turns out to be."""
    callee = node.callee
    if isinstance(callee, Name):
        entry = BUILT_INS.get(callee.name)
        if entry is not None and callee.built_in:
            return _call_built_in(node, entry, compile_node)
        if callee.built_in and isinstance(node.arguments[0], Literal):
            return _bad_temporal(node.arguments[0].value, node.position)
    return _call_value(node, compile_node)


def _bad_temporal(text: str, position: Position) -> Code:
    def refuse(_context: Context, run: Run) -> None:
        run.warn("INVALID_LITERAL", f'Expected a date, time or duration after @, but it is "{text}"', position)

    return refuse


def _call_built_in(node: Call, entry: BuiltIn, compile_node: Compile) -> Code:
    name, position = entry.name, node.position
    bindings = bind(entry, len(node.arguments), node.names)
    quiet = {
        parameter.name for overload in entry.overloads for parameter in overload.parameters if parameter.accepts_missing
    }
    codes = tuple(
        compile_quiet(argument, compile_node) if _is_quiet(entry, node, at, quiet) else compile_node(argument)
        for at, argument in enumerate(node.arguments)
    )

    def call(context: Context, run: Run) -> Any:
        result = call_built_in(name, bindings, [code(context, run) for code in codes], run)
        if result is None:
            run.place(position)
        return result

    if name in _FOLDED and all(isinstance(argument, Literal) for argument in node.arguments):
        result = call({}, Run())
        if result is not None:
            return constant(result)
    return call


def _is_quiet(entry: BuiltIn, node: Call, at: int, quiet: set[str]) -> bool:
    if not quiet:
        return False
    if node.names is not None:
        return node.names[at] in quiet
    parameters = entry.overloads[0].parameters
    return at < len(parameters) and parameters[at].name in quiet


def _call_value(node: Call, compile_node: Compile) -> Code:
    callee, names, position = node.callee, node.names, node.position
    callee_code = compile_quiet(callee, compile_node)
    codes = tuple(compile_node(argument) for argument in node.arguments)
    name = callee.name if isinstance(callee, Name) else None

    def call(context: Context, run: Run) -> Any:
        function = callee_code(context, run)
        arguments = [code(context, run) for code in codes]
        if isinstance(function, Function):
            result = invoke(function, arguments, names, run)
        else:
            result = _call_named(name, function, arguments, run)
        if result is None:
            run.place(position)
        return result

    def _call_named(called: str | None, found: Any, arguments: list[Any], run: Run) -> Any:
        entry = None if called is None else BUILT_INS.get(called) or run.env.functions.get(called)
        if entry is not None:
            return call_built_in(entry.name, bind(entry, len(arguments), names), arguments, run)
        named = f' called "{called}"' if called is not None else ""
        what = f"there is none{named}" if isinstance(found, Missing) else f"it is a {kind_of(found)}"
        run.warn("NO_FUNCTION", f"Expected a function to call, but {what}")
        return None

    return call


FORMS: dict[type[Node], Callable[..., Code]] = {
    Literal: compile_literal,
    ListNode: compile_list,
    RangeNode: compile_range,
    ContextNode: compile_context,
    If: compile_if,
    FunctionNode: compile_function,
    Call: compile_call,
}
