"""Pins, moves and resets the clock of a demo or a test; in production it is refused."""

from __future__ import annotations

from datetime import datetime

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ForbiddenError, InvalidInputError
from app.services.unit_of_work import UnitOfWork
from app.storage.clock_setting import write_pinned_at


def pin_clock(work: UnitOfWork, actor: Actor, at: datetime) -> None:
    """Let every process of this installation think it is `at`, until it is moved again. InvalidInputError if naive."""
    _require(work, actor)
    if at.tzinfo is None:
        raise InvalidInputError(f"Expected an instant with a time zone, but {at.isoformat()} has none")
    write_pinned_at(work.connection, at)


def reset_clock(work: UnitOfWork, actor: Actor) -> None:
    """Let the machine's own time hold again."""
    _require(work, actor)
    write_pinned_at(work.connection, None)


def _require(work: UnitOfWork, actor: Actor) -> None:
    require_scope(actor, "admin")
    if not work.runtime.settings.clock_may_move:
        raise ForbiddenError("Expected a demo or test installation, but the clock of a production one is not moved")
