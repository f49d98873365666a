"""How values of form fields are compared when somebody searches by them: widths, case, spaces and zeros apart."""

from __future__ import annotations

import unicodedata
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
