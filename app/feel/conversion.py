"""Values against types: `instance of`, and the implicit conversions of DMN 1.5, 10.3.2.9.4.

Owns which value is of which type and what becomes of one that is not. Knows no syntax.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.feel.function import Function
from app.feel.missing import MISSING, Missing
from app.feel.types import (
    ANY,
    BOOLEAN,
    DATE,
    DATE_TIME,
    DAYS_TIME,
    NULL,
    NUMBER,
    STRING,
    TIME,
    YEARS_MONTHS,
    ContextType,
    FunctionType,
    ListType,
    RangeType,
    Type,
    conforms,
)
from app.feel.values import DaysTimeDuration, FeelDate, FeelDateTime, FeelTime, Range, YearsMonthsDuration

_SIMPLE: dict[type, Type] = {
    type(None): NULL,
    bool: BOOLEAN,
    Decimal: NUMBER,
    str: STRING,
    FeelDate: DATE,
    FeelTime: TIME,
    FeelDateTime: DATE_TIME,
    DaysTimeDuration: DAYS_TIME,
    YearsMonthsDuration: YEARS_MONTHS,
}


def type_of(value: Any) -> Type:
    """Return the type of a value; a list's items have their common type, else Any."""
    simple = _SIMPLE.get(type(value))
    if simple is not None:
        return simple
    if isinstance(value, list):
        kinds = {type_of(item) for item in value} - {NULL}
        return ListType(item=kinds.pop() if len(kinds) == 1 else ANY)
    if isinstance(value, dict):
        return ContextType(entries={name: type_of(item) for name, item in value.items()})
    if isinstance(value, Range):
        return RangeType(item=type_of(value.low if value.low is not None else value.high))
    if isinstance(value, Function):
        return value.kind
    return ANY


def is_instance(value: Any, kind: Type) -> bool:
    """Return what `value instance of kind` asks: null is an instance of Null alone, but any type may hold nulls."""
    return kind == NULL if value is None else _holds(value, kind)


def _holds(value: Any, kind: Type) -> bool:
    if value is None or kind == ANY:
        return True
    if isinstance(kind, ListType):
        return isinstance(value, list) and (kind.item == ANY or all(_holds(item, kind.item) for item in value))
    if isinstance(kind, ContextType):
        return isinstance(value, dict) and all(
            name in value and _holds(value[name], of) for name, of in kind.entries.items()
        )
    if isinstance(kind, RangeType):
        return isinstance(value, Range) and _holds(value.low, kind.item) and _holds(value.high, kind.item)
    if isinstance(kind, FunctionType):
        return isinstance(value, Function) and conforms(value.kind, kind)
    return _SIMPLE.get(type(value)) == kind


def coerce(value: Any, kind: Type) -> Any | Missing:
    """Return `value` as a `kind`, converted where FEEL does so by itself; MISSING when it is none and cannot be one.

    A list of one item becomes the item, an item a list of it, a date midnight UTC of that day. Null is of every type.
    """
    if value is None or _holds(value, kind):
        return value
    if isinstance(kind, ListType):
        return [value] if not isinstance(value, list) and _holds(value, kind.item) else MISSING
    if isinstance(value, list) and len(value) == 1 and _holds(value[0], kind):
        return value[0]
    if kind == DATE_TIME and isinstance(value, FeelDate):
        return midnight(value)
    return MISSING


def midnight(date: FeelDate) -> FeelDateTime:
    """Return `date` at 00:00:00 UTC."""
    return FeelDateTime(date, FeelTime.from_nanos(0, 0, None))
