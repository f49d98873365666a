"""What a list of tasks or complaints is asked for: the words of its address, read into values. Knows no table.

An address says everything a saved view needs: `status=pending&amount_from=1000&field=region=east&field=plate~沪A`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from app.domain.complaint import FREE_TEXTS, is_sealed
from app.domain.text_pieces import pieces

TEXTS = ("status", "channel", "product", "type", "severity")
TASK_TEXTS = ("process", "step", "assignee", "group")
RANGES = ("amount", "received", "due")
LONGEST = 200
MOST_FIELDS = 5
GREATEST_AMOUNT = Decimal(10) ** 15
FIELD = re.compile(r"(?P<name>[^=~]*[^=~\s])\s*(?P<sign>[=~])\s*(?P<value>.+)", re.DOTALL)


@dataclass(frozen=True)
class Range:
    """From and to, both included, None where open: amounts, or days in the institution's zone."""

    low: Any = None
    high: Any = None


@dataclass(frozen=True)
class ListFilter:
    """Conditions that all hold: texts by name, ranges by name, form fields by name and value, and words to search.

    `parts` are form fields by name and what their text holds.
    """

    texts: Mapping[str, str] = field(default_factory=dict)
    ranges: Mapping[str, Range] = field(default_factory=dict)
    fields: Sequence[tuple[str, str]] = ()
    parts: Sequence[tuple[str, str]] = ()
    overdue: bool = False
    search: str = ""

    @property
    def is_empty(self) -> bool:
        """Whether everything passes."""
        return not (self.texts or self.ranges or self.fields or self.parts or self.overdue or self.search)


Problems = dict[str, str]
"""The name of a word that cannot be read, and why: `number`, `date`, `order`, `field`, `sealed`, `long` or `short`."""


Words = Mapping[str, Sequence[str]]
"""What an address says: values by word, as a form sends them."""


def said(words: Words, name: str) -> str:
    """Return the first value of a word, empty for none."""
    return next(iter(words.get(name, ())), "")


def read_filter(words: Words, *, tasks: bool) -> tuple[ListFilter, Problems]:
    """Return the filter that an address asks for, and what of it cannot be read, which is left out."""
    problems: Problems = {}
    said = {name: values[0].strip() for name, values in words.items() if values and values[0].strip()}
    for name in [name for name, value in said.items() if len(value) > LONGEST]:
        problems[name] = "long"
        del said[name]
    names = TEXTS + TASK_TEXTS if tasks else TEXTS
    ranges = dict(_ranges(said, problems))
    fields = list(_fields(words.get("field", ()), problems))
    return (
        ListFilter(
            texts={name: said[name] for name in names if name in said},
            ranges=ranges,
            fields=tuple((name, value) for name, sign, value in fields if sign == "="),
            parts=tuple((name, value) for name, sign, value in fields if sign == "~"),
            overdue=said.get("overdue") == "1",
            search=said.get("q", ""),
        ),
        problems,
    )


def _ranges(said: Mapping[str, str], problems: Problems) -> Iterator[tuple[str, Range]]:
    for name in RANGES:
        read: Callable[[str], Any] = _amount if name == "amount" else date.fromisoformat
        ends: list[Any] = []
        for end in ("from", "to"):
            text = said.get(f"{name}_{end}")
            try:
                ends.append(None if text is None else read(text))
            except ValueError:
                problems[f"{name}_{end}"] = "number" if name == "amount" else "date"
                ends.append(None)
        low, high = ends
        if low is not None and high is not None and high < low:
            problems[f"{name}_to"] = "order"
        elif low is not None or high is not None:
            yield name, Range(low, high)


def _amount(text: str) -> Decimal:
    try:
        value = Decimal(text.replace(",", ""))
    except InvalidOperation as error:
        raise ValueError(text) from error
    if not value.is_finite() or abs(value) >= GREATEST_AMOUNT:
        raise ValueError(text)
    return value


def _fields(texts: Sequence[str], problems: Problems) -> Iterator[tuple[str, str, str]]:
    """Yield (name, sign, value): `=` for a whole value, `~` for what a text holds."""
    for text in texts[:MOST_FIELDS]:
        if not text.strip():
            continue
        said = FIELD.fullmatch(text.strip())
        if said is None or len(text) > LONGEST:
            problems["field"] = "field"
        elif is_sealed(said["name"]) and (said["sign"] == "=" or said["name"] not in FREE_TEXTS):
            problems["field"] = "sealed"
        elif said["sign"] == "~" and not pieces(said["value"]):
            problems["field"] = "short"
        else:
            yield said["name"], said["sign"], said["value"]
