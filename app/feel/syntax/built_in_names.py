"""The built-in functions' names as a scope, so that `date and time(…)` reads as one name."""

from __future__ import annotations

from functools import cache

from app.feel.builtins.signatures import BUILT_INS
from app.feel.scope import Scope
from app.feel.syntax.inference import type_of_result
from app.feel.types import FunctionType


@cache
def built_in_names() -> Scope:
    """Return the scope of all built-ins, typed by what they give."""
    return Scope({name: FunctionType(result=type_of_result(entry.result)) for name, entry in BUILT_INS.items()})
