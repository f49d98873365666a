"""Reads one complaint with everything that may be shown of it to whoever asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.redaction import mask_fields
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import list_events
from app.storage.types import read_json


@dataclass(frozen=True)
class ComplaintView:
    """A complaint's row, its fields as they may be shown (personal ones masked), and its timeline."""

    row: Row[Any]
    fields: dict[str, Any]
    events: list[Row[Any]]


def get_complaint(work: UnitOfWork, actor: Actor, number: str) -> ComplaintView:
    """Return the complaint with that number; NotFoundError without it, ForbiddenError for who may not read."""
    row = see_complaint(work, actor, number, only_read=True)
    sealed = {}
    if row.sealed is not None:
        sealed = read_json(work.runtime.sealer.open(row.sealed, f"complaint.sealed:{row.key}"))
    return ComplaintView(row, {**row.data, **mask_fields(sealed)}, list(list_events(work.connection, row.key)))
