"""The rules of releasing a decision table: what becomes of a proposal, who may decide on it, and what keeps it back.

Knows no table's contents: what its review found is given to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.errors import ConflictError, ForbiddenError

PROPOSED, APPROVED, REJECTED, WITHDRAWN = "PROPOSED", "APPROVED", "REJECTED", "WITHDRAWN"
STATES = (PROPOSED, APPROVED, REJECTED, WITHDRAWN)
PROPOSE, RELEASE = "propose", "release"
"""The scopes: to propose versions of tables, and to decide on those of others."""


class TableNotReadyError(ConflictError):
    """A proposal with failed tests or errors in its analysis, which nobody may approve."""


def require_second_person(actor: Actor, proposed_by: str) -> None:
    """Raise ForbiddenError where somebody would decide on a proposal of their own, whatever rights they have."""
    if actor.username == proposed_by:
        raise ForbiddenError(
            f"Expected another person than '{proposed_by}' to decide on the proposal, but it is their own"
        )


def require_open(state: str) -> None:
    """Raise ConflictError where a proposal has been decided on, or taken back."""
    if state != PROPOSED:
        raise ConflictError(f"Expected a proposal that nobody has decided on, but it is {state.lower()}")


def blockers(review: Mapping[str, Any]) -> list[str]:
    """Return what keeps a proposal from being approved, in sentences: errors of its analysis, and failed tests."""
    errors = [finding["text"] for finding in review["findings"] if finding["severity"] == "error"]
    failed = [f"{one['name']}: {one['problem']}" for one in review["tests"]["failed"]]
    wrong = [review["tests"]["problem"]] if review["tests"]["problem"] else []
    return errors + failed + wrong
