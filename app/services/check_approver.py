"""Checks that whoever is said to have approved an extension stands as high in the house as it is said.

The level follows from the units a person leads and the posts held, not from what somebody writes.
"""

from __future__ import annotations

from app.domain.clocks import APPROVER_LEVELS, ClockEventError
from app.services.unit_of_work import UnitOfWork
from app.storage.accounts import find_account, groups_of
from app.storage.people import has_reports
from app.storage.units import list_kinds_led

SENIOR_POST = "senior_management"
OUTSIDE = "superior institution"
"""The one level that may be held by a body without an account here: its letter is the event's document."""
LEVEL_OF_UNIT = {
    "head_office": "head-office senior management",
    "branch": "branch management",
    "sub_branch": "department head",
    "department": "department head",
}


def check_approver(work: UnitOfWork, approver: str, level: str) -> None:
    """Raise ClockEventError (with fields) unless `approver` is an account that acts on `level` or higher."""
    held = find_level(work, approver)
    if held is None:
        if level == OUTSIDE:
            return
        raise ClockEventError(
            f"Expected the account of who approved, but nobody is called {approver!r}", {"approver": ["No account"]}
        )
    if APPROVER_LEVELS[held] < APPROVER_LEVELS[level]:
        raise ClockEventError(
            f"Expected approval by {level}, but {approver!r} is {held} by unit and post", {"approver": [f"Is {held}"]}
        )


def find_level(work: UnitOfWork, username: str) -> str | None:
    """Return the highest level on which a person may approve, None for who has no account."""
    if find_account(work.connection, username) is None:
        return None
    if SENIOR_POST in groups_of(work.connection, username):
        return LEVEL_OF_UNIT["head_office"]
    levels = {LEVEL_OF_UNIT[kind] for kind in list_kinds_led(work.connection, username)}
    if has_reports(work.connection, username):
        levels.add("department head")
    return max(levels, key=lambda level: APPROVER_LEVELS[level], default="handler")
