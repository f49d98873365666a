"""What `string()` gives for every type, and the literal form of values in lists and contexts (DMN 1.5, table 72).

Owns the output texts; reading them back is `app.feel.values.parsing`'s and the parser's.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from app.feel.errors import FeelLimitError
from app.feel.values.dates import FeelDate
from app.feel.values.durations import DaysTimeDuration, YearsMonthsDuration
from app.feel.values.numbers import number_text
from app.feel.values.ranges import Range
from app.feel.values.times import FeelDateTime, FeelTime

LONGEST_TEXT = 1_000_000
TEMPORALS = (FeelDate, FeelTime, FeelDateTime, DaysTimeDuration, YearsMonthsDuration)
_PLAIN_KEY = re.compile(r"[^\W\d]\w*(?: \w+)*")
_ESCAPES = str.maketrans({'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def to_text(value: Any) -> str:
    """Return the text of a value: a string as it is, null as `null`, lists and contexts in FEEL's brackets.

    Raises FeelLimitError where the text of a list or context would pass LONGEST_TEXT.
    """
    if isinstance(value, str):
        return value
    return _literal(value, [LONGEST_TEXT])


def _literal(value: Any, room: list[int]) -> str:
    """Return the value as it stands in a list, a string in quotes, a date bare, taking the text's length from `room`.

    Parts may be shared, as in `{a: [1, 1], b: [a, a], c: [b, b]}`, so a small value may have an endless text.
    """
    if isinstance(value, list | dict):
        text = _list_text(value, room) if isinstance(value, list) else _context_text(value, room)
    else:
        text = _plain_text(value)
        room[0] -= len(text)
    room[0] -= 1
    if room[0] < 0:
        raise FeelLimitError("string_length", LONGEST_TEXT, f"Expected a text of at most {LONGEST_TEXT} characters")
    return text


def _list_text(value: list[Any], room: list[int]) -> str:
    return f"[{', '.join(_literal(item, room) for item in value)}]"


def _context_text(value: dict[str, Any], room: list[int]) -> str:
    return f"{{{', '.join(f'{_key(key)}: {_literal(item, room)}' for key, item in value.items())}}}"


def _plain_text(value: Any) -> str:
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
    if isinstance(value, Range):
        return _range_text(value)
    return f"function({', '.join(name for name, _ in getattr(value, 'parameters', ()))})"


def _end_text(end: Any) -> str:
    """Return an end as `range()` reads it back."""
    return f'@"{end}"' if isinstance(end, TEMPORALS) else _plain_text(end)


def _key(key: str) -> str:
    return key if _PLAIN_KEY.fullmatch(key) else _plain_text(key)


def _range_text(value: Range) -> str:
    if value.one_sided:
        operator = "<" if value.low is None else ">"
        included = value.high_included if value.low is None else value.low_included
        end = value.high if value.low is None else value.low
        return f"({operator}{'=' if included else ''} {_end_text(end)})"
    opening, closing = "[" if value.low_included else "(", "]" if value.high_included else ")"
    return f"{opening}{_end_text(value.low)}..{_end_text(value.high)}{closing}"
