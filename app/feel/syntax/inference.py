"""What type an expression has by its form alone: enough to know which names a filter brings, and to find clashes."""

from __future__ import annotations

from functools import lru_cache

from app.feel.tree import Literal, Node
from app.feel.types import (
    ANY,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NUMBER,
    SIMPLE,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
)

_PROPERTIES: dict[Type, dict[str, Type]] = {
    DATE: dict.fromkeys(("year", "month", "day", "weekday"), NUMBER),
    TIME: {**dict.fromkeys(("hour", "minute", "second"), NUMBER), "timezone": STRING, "time offset": DAYS_TIME},
    DAYS_TIME: dict.fromkeys(("days", "hours", "minutes", "seconds"), NUMBER),
    YEARS_MONTHS: dict.fromkeys(("years", "months"), NUMBER),
}
_PROPERTIES[DATE_TIME] = _PROPERTIES[DATE] | _PROPERTIES[TIME]

PROPERTY_NAMES = ("time offset", "start included", "end included")
"""Properties of more than one word, which a path knows whatever its source is."""

_LARGEST = 500

_SUMS = {
    (NUMBER, NUMBER): NUMBER,
    (STRING, STRING): STRING,
    (DAYS_TIME, DAYS_TIME): DAYS_TIME,
    (YEARS_MONTHS, YEARS_MONTHS): YEARS_MONTHS,
} | {(moment, length): moment for moment in (DATE, DATE_TIME, TIME) for length in (DAYS_TIME, YEARS_MONTHS)}


def type_of_arithmetic(operator: str, left: Type, right: Type) -> Type:
    """Return the type of `left operator right`, ANY when it hangs on values."""
    if left == right == NUMBER:
        return NUMBER
    if operator == "+" or (operator == "-" and left != STRING):
        return _SUMS.get((left, right), ANY)
    return ANY


def type_of_path(source: Type, name: str) -> Type:
    """Return the type of `source.name`."""
    if isinstance(source, ContextType):
        return source.entries.get(name, ANY)
    if isinstance(source, ListType):
        inner = type_of_path(source.item, name)
        return ANY if inner == ANY else ListType(item=inner)
    if isinstance(source, RangeType) and name in ("start", "end"):
        return source.item
    return _PROPERTIES.get(source, {}).get(name, ANY)


def type_of_filter(source: Type, condition: Node) -> Type:
    """Return the type of `source[condition]`: an item for a position, a list for a test."""
    item = item_of(source)
    if condition.type == NUMBER or isinstance(condition, Literal):
        return item
    return ListType(item=item)


def item_of(source: Type) -> Type:
    """Return the type of what iterating over `source` gives; a value that is no list is its own only item."""
    return source.item if isinstance(source, ListType | RangeType) else source


def context_type(entries: dict[str, Type]) -> Type:
    """Return context<…> of the entries; of any entries when the type would be large.

    Types may share parts, as in `{a: {x: 1}, b: {l: a, r: a}}`, so comparing two could take for ever.
    """
    kind = ContextType(entries=entries)
    return kind if kind.size <= _LARGEST else ContextType()


def type_of_list(items: tuple[Node, ...]) -> Type:
    """Return list<…> of the items' common type; contexts of different shapes are taken together."""
    kinds = {item.type for item in items}
    if len(kinds) == 1:
        return ListType(item=kinds.pop())
    if kinds and all(isinstance(kind, ContextType) for kind in kinds):
        merged: dict[str, Type] = {}
        for kind in kinds:
            assert isinstance(kind, ContextType)
            for name, of in kind.entries.items():
                merged[name] = of if merged.get(name, of) == of else ANY
        return ListType(item=context_type(merged))
    return ListType(item=ANY)


def type_of_call(callee: Type, arguments: tuple[Node, ...]) -> Type:
    """Return the type of calling a function of type `callee`; a function from lists to "list" keeps its first one's."""
    if not isinstance(callee, FunctionType):
        return ANY
    result = callee.result
    if result == ListType() and arguments and isinstance(arguments[0].type, ListType):
        return arguments[0].type
    return result


@lru_cache(maxsize=256)
def type_of_result(text: str) -> Type:
    """Return the type that a signature table's result text names: a simple one, or list<…> of one."""
    if text.startswith("list<"):
        return ListType(item=type_of_result(text[5:-1]))
    return SIMPLE.get(text, ANY)
