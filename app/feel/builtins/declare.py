"""The short notation in which the built-ins' signatures are written, and how a built-in says that it has no answer.

Owns the notation: `takes(function, "string: string", "length?: number", "items...: any", "flags?: string|null")`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

from app.feel.function import Function
from app.feel.signature import BuiltIn, Overload, Parameter

if TYPE_CHECKING:
    from app.feel.environment import Run

T = TypeVar("T")


def takes(function: Callable[..., Any], *parameters: str) -> Overload:
    """Return an overload. `name?:` is optional, `name...:` variadic, `a/b:` gives `a` the alias `b`.

    A kind ending in `|null` lets null through; the kind `missing` is any value, and lets a missing name through.
    """
    return Overload(tuple(_parameter(text) for text in parameters), function)


def _parameter(text: str) -> Parameter:
    names, _, kind = text.partition(": ")
    names, optional, variadic = names.removesuffix("?").removesuffix("..."), names.endswith("?"), names.endswith("...")
    name, *aliases = names.split("/")
    kinds = [part for part in kind.split("|") if part != "null"]
    return Parameter(
        name,
        "any" if kind == "missing" else "|".join(kinds),
        optional=optional,
        variadic=variadic,
        nullable="|null" in kind or kind in ("any", "missing"),
        accepts_missing=kind == "missing",
        aliases=tuple(aliases),
    )


def built_in(
    name: str, *overloads: Overload, gives: str, en: str, zh: str, example: str, deterministic: bool = True
) -> BuiltIn:
    """Return a table entry; `en` and `zh` are its one sentence, `example` an expression and its value."""
    return BuiltIn(
        name, overloads, result=gives, summary=en, summary_zh=zh, example=example, deterministic=deterministic
    )


def refuse(run: Run, reason: str) -> T | None:
    """Return null because an argument does not fit; `reason` reads "Expected X, but Y"."""
    run.warn("INVALID_ARGUMENT", reason)
    return None


def call_function(run: Run, function: Any, arguments: list[Any]) -> Any:
    """Call a function value by position; null with a warning when it takes another number of arguments."""
    if not isinstance(function, Function) or len(function.parameters) != len(arguments):
        return refuse(run, f"Expected a function of {len(arguments)} arguments, but it is {function!r}")
    return function.call(run, arguments)
