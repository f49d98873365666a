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


def is_instance(value: Any, kind: Type) -> bool:
    """Return what `value instance of kind` asks: null is an instance of Null alone, but any type may hold nulls."""
    return kind == NULL if value is None else _holds(value, kind, set())


def _holds(value: Any, kind: Type, held: set[tuple[int, int]]) -> bool:
    """Return whether `value` is a `kind`; `held` are lists and types that are known to be, which may come up often."""
    if value is None or kind == ANY:
        return True
    if isinstance(kind, ListType):
        if not isinstance(value, list):
            return False
        pair = (id(value), id(kind))
        if kind.item == ANY or pair in held:
            return True
        held.add(pair)
        return all(_holds(item, kind.item, held) for item in value)
    if isinstance(kind, ContextType):
        return isinstance(value, dict) and all(
            name in value and _holds(value[name], of, held) for name, of in kind.entries.items()
        )
    if isinstance(kind, RangeType):
        return isinstance(value, Range) and _holds(value.low, kind.item, held) and _holds(value.high, kind.item, held)
    if isinstance(kind, FunctionType):
        return isinstance(value, Function) and conforms(value.kind, kind)
    return _SIMPLE.get(type(value)) == kind


def coerce(value: Any, kind: Type) -> Any | Missing:
    """Return `value` as a `kind`, converted where FEEL does so by itself; MISSING when it is none and cannot be one.

    A list of one item becomes the item, an item a list of it, a date midnight UTC of that day. Null is of every type.
    A function whose types are not known (a built-in, a lambda without them) is taken for one of any types.
    """
    if value is None or _holds(value, kind, set()):
        return value
    if isinstance(kind, ListType):
        return [value] if not isinstance(value, list) and _holds(value, kind.item, set()) else MISSING
    if isinstance(value, list) and len(value) == 1 and _holds(value[0], kind, set()):
        return value[0]
    if kind == DATE_TIME and isinstance(value, FeelDate):
        return midnight(value)
    if isinstance(kind, FunctionType) and isinstance(value, Function) and _may_be(value.kind, kind):
        return value
    return MISSING


def _may_be(kind: FunctionType, wanted: FunctionType) -> bool:
    """Whether a function may turn out to be of a type, going by what is known of it."""
    if kind.parameters is None or wanted.parameters is None or len(kind.parameters) != len(wanted.parameters):
        return kind.parameters is None or wanted.parameters is None
    pairs = [(kind.result, wanted.result), *zip(wanted.parameters, kind.parameters, strict=True)]
    return all(ANY in (given, asked) or conforms(given, asked) for given, asked in pairs)


def midnight(date: FeelDate) -> FeelDateTime:
    """Return `date` at 00:00:00 UTC."""
    return FeelDateTime(date, FeelTime.from_nanos(0, 0, None))
