"""Reads one complaint with everything that may be shown of it to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.services.record_view import record_view
from app.services.see_complaint import see_complaint
from app.services.show_fields import Covered, show_fields
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import list_events


@dataclass(frozen=True)
class ComplaintView:
    """A complaint's row, its fields as this person may see them, its timeline, and which fields are masked."""

    row: Row[Any]
    fields: dict[str, Any]
    events: list[Row[Any]]
    covered: dict[str, Covered]


def get_complaint(work: UnitOfWork, actor: Actor, number: str) -> ComplaintView:
    """Return the complaint with that number, and record that the actor looked at it.

    Raises NotFoundError without it, ForbiddenError for who may not see it.
    """
    row = see_complaint(work, actor, number, only_read=True)
    record_view(work, actor, row.key)
    shown = show_fields(work, actor, row)
    return ComplaintView(row, shown.values, list(list_events(work.connection, row.key)), shown.covered)
