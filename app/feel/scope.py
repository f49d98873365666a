"""The names that text may use, with their types where known: so `a-b` and `date of birth` can be read as names.

Owns look-up by name; the parser pushes inner scopes as it goes. Knows no syntax and no values.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.feel.types import ANY, Type


@dataclass(frozen=True, slots=True)
class Scope:
    """Known variables and named types, in front of an outer scope's.

    `names` maps a variable to its type (ANY when unknown); `types` maps what `instance of` and function parameters may
    name (item definitions, "import.tName") to types.
    """

    names: Mapping[str, Type] = field(default_factory=dict)
    types: Mapping[str, Type] = field(default_factory=dict)
    outer: Scope | None = None

    def find_type_of(self, name: str) -> Type | None:
        """Return the type of the variable `name`, or None when there is none of that name."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.names:
                return scope.names[name]
            scope = scope.outer
        return None

    def find_named_type(self, name: str) -> Type | None:
        """Return the type called `name`, or None."""
        scope: Scope | None = self
        while scope is not None:
            if name in scope.types:
                return scope.types[name]
            scope = scope.outer
        return None


Names = Scope | Mapping[str, Type] | Iterable[str]
"""How callers may say which names are known: a scope, names with types, or just names."""


def scope_of(names: Names) -> Scope:
    """Return `names` as a scope."""
    if isinstance(names, Scope):
        return names
    if isinstance(names, Mapping):
        return Scope(dict(names))
    return Scope(dict.fromkeys(names, ANY))
