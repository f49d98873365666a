"""Finds a complaint for somebody: the one gate between a complaint and whoever asks for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import NotFoundError
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import find_complaint


def see_complaint(work: UnitOfWork, actor: Actor, number: str) -> Row[Any]:
    """Return the complaint's row; NotFoundError where there is none, ForbiddenError for who may not see it."""
    require_scope(actor, "work")
    row = find_complaint(work.connection, number)
    if row is None:
        raise NotFoundError(f"Expected a complaint {number!r}, but there is none")
    return row
