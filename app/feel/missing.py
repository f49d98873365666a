"""The mark for "there is no such name": null to all but `is defined` and its kin, and never an evaluation's value."""

from __future__ import annotations

from enum import Enum
from typing import Final


class Missing(Enum):
    """The type of MISSING."""

    MISSING = "missing"


MISSING: Final = Missing.MISSING
