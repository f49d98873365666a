"""Reads what was told about a complaint, which rules fired about it, and the flags they raised."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.automation import list_complaint_flags, list_firings
from app.storage.notices import list_notices_about


@dataclass(frozen=True)
class ComplaintNotices:
    """Notices and firings, the newest first, and flags by name."""

    notices: Sequence[Row[Any]]
    firings: Sequence[Row[Any]]
    flags: Sequence[str]


def read_complaint_notices(work: UnitOfWork, actor: Actor, number: str) -> ComplaintNotices:
    """Return what was told of a complaint and why; raises NotFoundError, ForbiddenError."""
    row = see_complaint(work, actor, number, only_read=True)
    return ComplaintNotices(
        list_notices_about(work.connection, row.key),
        list_firings(work.connection, row.key),
        list_complaint_flags(work.connection, row.key),
    )
