"""Values of form fields as somebody searches by them: each by itself, and widths, case, spaces and zeros apart."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

LONGEST = 120
"""Of what is compared, in characters; longer texts are searched by words instead."""


def as_compared(value: Any) -> str:
    """Return a single value as it is compared, empty where there is none or it is too long."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal | int | float):
        return format(Decimal(str(value)).normalize(), "f")
    text = " ".join(unicodedata.normalize("NFKC", str(value)).casefold().split())
    return text if len(text) <= LONGEST else ""


def flat_values(value: Any, name: str = "") -> Iterator[tuple[str, Any]]:
    """Yield each value with its path: groups by dots, the rows of a repeated group alike; a file is no value."""
    if isinstance(value, Mapping):
        if "documentId" not in value:
            for key, inner in value.items():
                yield from flat_values(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from flat_values(inner, name)
    elif value is not None and value != "":
        yield name, value
