"""Opens what is kept sealed of a complaint, for use cases that have decided who may see it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.services.unit_of_work import UnitOfWork
from app.storage.types import read_json


def open_sealed(work: UnitOfWork, complaint: Row[Any]) -> dict[str, Any]:
    """Return the sealed fields of a complaint's row."""
    if complaint.sealed is None:
        return {}
    opened: dict[str, Any] = read_json(work.runtime.sealer.open(complaint.sealed, f"complaint.sealed:{complaint.key}"))
    return opened
