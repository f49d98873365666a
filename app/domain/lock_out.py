"""How wrong sign-ins lock an account: after five in a row, each time for twice as long."""

from __future__ import annotations

from datetime import timedelta

FREE_FAILURES = 4
FIRST_LOCK = timedelta(minutes=1)
LONGEST_LOCK = timedelta(hours=1)
FORGOTTEN_AFTER = timedelta(days=1)
"""Failures that nobody has added to for so long no longer count."""


def lock_length(failures: int) -> timedelta | None:
    """Return for how long the last of so many failures in a row locks the account; None while it does not."""
    if failures <= FREE_FAILURES:
        return None
    doublings: int = min(failures - FREE_FAILURES - 1, 10)
    return min(FIRST_LOCK * (1 << doublings), LONGEST_LOCK)
