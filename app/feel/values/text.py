"""What `string()` gives for every type, and the literal form of values in lists and contexts (DMN 1.5, table 72).

Owns the output texts; reading them back is `app.feel.values.parsing`'s and the parser's.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.numbers import number_text
from app.feel.values.ranges import Range
from app.feel.values.times import FeelDateTime, FeelTime

TEMPORALS = (FeelDate, FeelTime, FeelDateTime, DaysTimeDuration, YearsMonthsDuration)
_PLAIN_KEY = re.compile(r"[^\W\d]\w*(?: \w+)*")
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def to_text(value: Any) -> str:
    """Return the text of a value: a string as it is, null as `null`, lists and contexts as FEEL writes them."""
    if isinstance(value, str):
        return value
    return literal(value)


def literal(value: Any) -> str:
    """Return FEEL source for the value; a function's is only a description."""
    if isinstance(value, Decimal):
        return number_text(value)
    if isinstance(value, str):
        return f'"{value.translate(_ESCAPES)}"'
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, TEMPORALS):
        return str(value)
    if isinstance(value, list):
        return f"[{', '.join(map(_inner, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_key(key)}: {_inner(item)}' for key, item in value.items())}}}"
    if isinstance(value, Range):
        return _range_text(value)
    return f"function({', '.join(name for name, _ in getattr(value, 'parameters', ()))})"


def _inner(value: Any) -> str:
    return f'@"{value}"' if isinstance(value, TEMPORALS) else literal(value)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else literal(key)


def _range_text(value: Range) -> str:
    if value.one_sided:
        operator = "<" if value.low is None else ">"
        included = value.high_included if value.low is None else value.low_included
        end = value.high if value.low is None else value.low
        return f"({operator}{'=' if included else ''} {_inner(end)})"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{_inner(value.low)}..{_inner(value.high)}{closing}"
