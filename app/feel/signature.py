"""The shape of a built-in function's entry in the table: names, kinds and order of its arguments.

Owns no function: `app.feel.builtins.signatures` fills the table, `app.feel.calls` binds arguments by it, and the docs
page and the editors' completion are written from it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """One argument of a built-in.

    `kind` is a FEEL type's name, "any", "list", "context", "function" or "range", or several joined by "|".
    Null reaches the function only where `nullable` (or the kind is "any"); otherwise the call is null, with a warning.
    `variadic`: the last one, any number of values. `accepts_missing`: a name that is not there arrives as MISSING,
    unwarned. `aliases`: further names for named arguments.
    """

    name: str
    kind: str = "any"
    optional: bool = False
    variadic: bool = False
    nullable: bool = False
    accepts_missing: bool = False
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Overload:
    """One way of calling a built-in: `function(run, *arguments)`; optional ones left out at the end are not passed."""

    parameters: tuple[Parameter, ...]
    function: Callable[..., Any]


@dataclass(frozen=True, slots=True)
class BuiltIn:
    """A function of the language. `result` is a type's text; overloads are tried in order, exact kinds first."""

    name: str
    overloads: tuple[Overload, ...]
    result: str = "any"
    section: str = ""
    summary: str = ""
    summary_zh: str = ""
    example: str = ""
    deterministic: bool = True
    """False where two evaluations may differ though the inputs do not (`now`, `uuid`)."""
