"""FEEL's types (DMN 1.5, 10.3.2.9): what they are called and which conform to which.

Owns the type objects; DMN's item definitions become these. Knows no values (`app.feel.conversion` does) and no syntax.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Type:
    """A simple type, told apart by its name."""

    name: str

    def __str__(self) -> str:
        return _text(self, [_MOST_NAMED])


ANY = Type("Any")
NULL = Type("Null")
NUMBER = Type("number")
STRING = Type("string")
BOOLEAN = Type("boolean")
DATE = Type("date")
TIME = Type("time")
DATE_TIME = Type("date and time")
DAYS_TIME = Type("days and time duration")
YEARS_MONTHS = Type("years and months duration")


@dataclass(frozen=True, slots=True)
class ListType(Type):
    """list<item>."""

    name: str = field(default="list", init=False)
    item: Type = ANY


@dataclass(frozen=True, slots=True)
class ContextType(Type):
    """context<name: type, …>; a value may have more entries. Without entries: any context."""

    name: str = field(default="context", init=False)
    entries: Mapping[str, Type] = field(default_factory=dict)
    size: int = field(init=False, repr=False, compare=False)
    """How many types it is made of, shared ones counted each time."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "size", 1 + sum(map(_size_of, self.entries.values())))

    def __hash__(self) -> int:
        return hash(("context", len(self.entries)))


@dataclass(frozen=True, slots=True)
class RangeType(Type):
    """range<item>."""

    name: str = field(default="range", init=False)
    item: Type = ANY


@dataclass(frozen=True, slots=True)
class FunctionType(Type):
    """function<parameter types> -> result; `parameters` is None for any function at all."""

    name: str = field(default="function", init=False)
    parameters: tuple[Type, ...] | None = None
    result: Type = ANY

    def __hash__(self) -> int:
        return hash(("function", self.parameters and len(self.parameters)))


_MOST_NAMED = 100
"""How many types the text of one names: parts may be shared, so that a small type may have an endless text."""


def _text(kind: Type, room: list[int]) -> str:
    room[0] -= 1
    if room[0] < 0:
        return "…"
    if isinstance(kind, ListType | RangeType):
        return f"{kind.name}<{_text(kind.item, room)}>"
    if isinstance(kind, ContextType):
        return f"context<{', '.join(f'{name}: {_text(of, room)}' for name, of in kind.entries.items())}>"
    if isinstance(kind, FunctionType):
        return f"function<{', '.join(_text(of, room) for of in kind.parameters or ())}> -> {_text(kind.result, room)}"
    return kind.name


def _size_of(kind: Type) -> int:
    while isinstance(kind, ListType | RangeType | FunctionType):
        kind = kind.result if isinstance(kind, FunctionType) else kind.item
    return kind.size if isinstance(kind, ContextType) else 1


SIMPLE: Mapping[str, Type] = {
    kind.name: kind for kind in (ANY, NULL, NUMBER, STRING, BOOLEAN, DATE, TIME, DATE_TIME, DAYS_TIME, YEARS_MONTHS)
} | {
    # what dmn-js and older Camunda files write
    "any": ANY,
    "null": NULL,
    "dateTime": DATE_TIME,
    "dayTimeDuration": DAYS_TIME,
    "yearMonthDuration": YEARS_MONTHS,
    "integer": NUMBER,
    "long": NUMBER,
    "double": NUMBER,
    "list": ListType(),
    "context": ContextType(),
    "function": FunctionType(),
    "range": RangeType(),
}


def conforms(kind: Type, wanted: Type) -> bool:
    """Return whether every value of `kind` is a value of `wanted` (DMN 1.5, 10.3.2.9.1)."""
    if kind in (wanted, NULL) or wanted == ANY:
        return True
    if isinstance(kind, ListType) and isinstance(wanted, ListType):
        return conforms(kind.item, wanted.item)
    if isinstance(kind, RangeType) and isinstance(wanted, RangeType):
        return conforms(kind.item, wanted.item)
    if isinstance(kind, ContextType) and isinstance(wanted, ContextType):
        return all(name in kind.entries and conforms(kind.entries[name], of) for name, of in wanted.entries.items())
    if isinstance(kind, FunctionType) and isinstance(wanted, FunctionType):
        return _function_conforms(kind, wanted)
    return False


def _function_conforms(kind: FunctionType, wanted: FunctionType) -> bool:
    if wanted.parameters is None:
        return True
    if kind.parameters is None or len(kind.parameters) != len(wanted.parameters):
        return False
    # Parameters go the other way round: a function that takes more can stand in for one that takes less.
    pairs = zip(wanted.parameters, kind.parameters, strict=True)
    return conforms(kind.result, wanted.result) and all(conforms(theirs, ours) for theirs, ours in pairs)
