"""What may be asked of a searched field, operator by operator, as SQL conditions.

Knows kinds of values and the Camunda operators ($eq … $like); knows no table and no order.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any

from sqlalchemy import ColumnElement, FromClause, and_, bindparam, exists, false, literal
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import Boolean

from app.storage.types import Names


class Kind(Enum):
    """The kinds of values of a record, which decide the operators that may be asked."""

    KEY = "key"
    TEXT = "text"
    CHOICE = "choice"
    WHOLE = "whole"
    INSTANT = "instant"
    FLAG = "flag"
    LABELS = "labels"
    MAP = "map"
    RECORDS = "records"
    JSON = "json"


_EQUAL = frozenset({"$eq", "$neq", "$exists"})
_LISTS = frozenset({"$in", "$notIn"})
_COMPARED = frozenset({"$gt", "$gte", "$lt", "$lte"})
OPERATORS: Mapping[Kind, frozenset[str]] = {
    Kind.KEY: _EQUAL | _LISTS,
    Kind.TEXT: _EQUAL | _LISTS | {"$like"},
    Kind.CHOICE: _EQUAL | _LISTS | {"$like"},
    Kind.WHOLE: _EQUAL | _LISTS | _COMPARED,
    Kind.INSTANT: _EQUAL | _LISTS | _COMPARED,
    Kind.FLAG: _EQUAL,
}


@dataclass(frozen=True)
class Through:
    """A child table that a filter looks into: `link` ties a child to its record; `name` tells one from another."""

    name: str
    table: FromClause
    link: ColumnElement[bool]

    def __hash__(self) -> int:
        return hash(self.name)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Through) and other.name == self.name


class Matches(FunctionElement[bool]):
    """Case-sensitive match of text with a pattern of `*` (any run) and `?` (any one); a backslash escapes both."""

    name = "matches"
    type = Boolean()
    inherit_cache = True

    def __init__(self, expression: ColumnElement[Any], pattern: str) -> None:
        super().__init__(expression, literal(to_like(pattern)), literal(to_glob(pattern)))


@compiles(Matches)
def _as_like(element: Matches, compiler: SQLCompiler, **kw: Any) -> str:
    expression, like, _glob = element.clauses
    return f"{compiler.process(expression, **kw)} LIKE {compiler.process(like, **kw)} ESCAPE '\\'"


@compiles(Matches, "sqlite")
def _as_glob(element: Matches, compiler: SQLCompiler, **kw: Any) -> str:
    # SQLite's LIKE ignores the case of ASCII letters; GLOB does not.
    expression, _like, glob = element.clauses
    return f"{compiler.process(expression, **kw)} GLOB {compiler.process(glob, **kw)}"


class OneOf(FunctionElement[bool]):
    """Whether a text is one of a list, the value of one parameter: a statement for lists of every length."""

    name = "one_of"
    type = Boolean()
    inherit_cache = True

    def __init__(self, expression: ColumnElement[Any], parameter: str) -> None:
        super().__init__(expression, bindparam(parameter, type_=Names()))


@compiles(OneOf)
def _as_any(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    expression, names = element.clauses
    return f"{compiler.process(expression, **kw)} = ANY ({compiler.process(names, **kw)})"


@compiles(OneOf, "sqlite")
def _as_json(element: OneOf, compiler: SQLCompiler, **kw: Any) -> str:
    expression, names = element.clauses
    values = f"SELECT value FROM json_each({compiler.process(names, **kw)})"  # noqa: S608 - a parameter's place
    return f"{compiler.process(expression, **kw)} IN ({values})"


def to_like(pattern: str) -> str:
    """Return `pattern` for LIKE, with the backslash as escape."""
    return "".join(_like_character(kind, character) for kind, character in _characters(pattern))


def to_glob(pattern: str) -> str:
    """Return `pattern` for SQLite's GLOB, in which brackets make a character literal."""
    return "".join(_glob_character(kind, character) for kind, character in _characters(pattern))


def _like_character(kind: str, character: str) -> str:
    if kind == "is":
        return f"\\{character}" if character in "%_\\" else character
    return "%" if kind == "any" else "_"


def _glob_character(kind: str, character: str) -> str:
    if kind == "is":
        return f"[{character}]" if character in "*?[" else character
    return "*" if kind == "any" else "?"


def _characters(pattern: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    position = 0
    while position < len(pattern):
        character = pattern[position]
        if character == "\\" and position + 1 < len(pattern):
            position += 1
            found.append(("is", pattern[position]))
        else:
            found.append(({"*": "any", "?": "one"}.get(character, "is"), character))
        position += 1
    return found


def condition_on(expression: ColumnElement[Any], asked: Mapping[str, Any]) -> list[ColumnElement[bool]]:
    """Return one condition for each operator in `asked` (`{"$gt": 3, "$lte": 9}`)."""
    return [_CONDITIONS[operator](expression, value) for operator, value in asked.items()]


def conditions_through(through: Through, conditions: Sequence[ColumnElement[bool]]) -> ColumnElement[bool]:
    """Return the condition that one child in `through` meets all of `conditions`."""
    return exists().select_from(through.table).where(and_(through.link, *conditions))


def _one_in(expression: ColumnElement[Any], values: Sequence[Any]) -> ColumnElement[bool]:
    return expression.in_(values) if values else false()


def _differs(expression: ColumnElement[Any], value: Any) -> ColumnElement[bool]:
    # "not x" is also said of a record that has no value at all
    return expression.is_distinct_from(value)


_CONDITIONS: Mapping[str, Callable[[ColumnElement[Any], Any], ColumnElement[bool]]] = {
    "$eq": lambda expression, value: expression == value,
    "$neq": _differs,
    "$exists": lambda expression, value: expression.is_not(None) if value else expression.is_(None),
    "$gt": lambda expression, value: expression > value,
    "$gte": lambda expression, value: expression >= value,
    "$lt": lambda expression, value: expression < value,
    "$lte": lambda expression, value: expression <= value,
    "$in": _one_in,
    "$notIn": lambda expression, values: expression.is_(None) | expression.not_in(list(values)),
    "$like": lambda expression, value: Matches(expression, value),
}
