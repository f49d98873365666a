"""What a value's kind is called in messages: `number`, `date and time`, `null`.

Knows the classes, not the type objects of `app.feel.types`.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.ranges import Range
from app.feel.values.times import FeelDateTime, FeelTime

_KINDS: dict[type, str] = {
    type(None): "null",
    Decimal: "number",
    str: "string",
    bool: "boolean",
    list: "list",
    dict: "context",
    FeelDate: "date",
    FeelTime: "time",
    FeelDateTime: "date and time",
    DaysTimeDuration: "days and time duration",
    YearsMonthsDuration: "years and months duration",
    Range: "range",
}


def kind_of(value: Any) -> str:
    """Return the name of the value's kind, as FEEL spells types; anything unknown is a function."""
    return _KINDS.get(type(value), "function")
