"""Lists complaints by the nearest deadline that binds the institution."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.services.see_complaint import seen_by
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_complaints_by_deadline

AHEAD = timedelta(days=7)


def list_deadlines(
    work: UnitOfWork, actor: Actor, *, before: datetime | None = None, most: int = 100
) -> Sequence[Row[Any]]:
    """Return the actor's complaints that are due before `before` (None: a week ahead), the nearest first."""
    also = seen_by(work.connection, actor)
    return list_complaints_by_deadline(work.connection, before or work.now + AHEAD, most, also=also)
