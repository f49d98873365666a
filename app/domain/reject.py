"""A line of an imported file that was not taken in."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Reject:
    """Its number, counted as editors count lines, and why."""

    line: int
    reason: str
