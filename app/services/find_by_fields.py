"""Finds complaints by fields of their form: exact values, all of which hold, as far as a person may see."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from app.domain.actor import Actor
from app.domain.complaint import FREE_TEXTS, IDENTITIES
from app.errors import InvalidInputError
from app.services.index_fields import as_indexed
from app.services.see_complaint import seen_by
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_fields import with_value
from app.storage.complaints import ComplaintIdentityRow, ComplaintRow

MOST = 200
MOST_FIELDS = 10


def find_by_fields(
    work: UnitOfWork, actor: Actor, fields: Mapping[str, Any], *, before: int | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return complaints whose fields have all these values, the newest key first; `before` is the last key seen.

    Raises ForbiddenError, and InvalidInputError for no field, for free texts, and for values too long to be indexed.
    """
    if not 0 < len(fields) <= MOST_FIELDS:
        raise InvalidInputError(f"Expected 1 to {MOST_FIELDS} fields to search by, but got {len(fields)}")
    conditions = [*seen_by(work.connection, actor), *(_has(work, name, value) for name, value in fields.items())]
    if before is not None:
        conditions.append(ComplaintRow.key < before)
    query = select(ComplaintRow.__table__).where(*conditions)
    return work.connection.execute(query.order_by(ComplaintRow.key.desc()).limit(min(most, MOST))).all()


def _has(work: UnitOfWork, name: str, value: Any) -> ColumnElement[bool]:
    if name in FREE_TEXTS:
        raise InvalidInputError(f"Expected a field with exact values, but {name!r} is a free text", {name: ["text"]})
    sealer = work.runtime.sealer
    if name in IDENTITIES:
        index = sealer.blind_index(IDENTITIES[name], str(value))
        return ComplaintRow.key.in_(
            select(ComplaintIdentityRow.complaint_key).where(ComplaintIdentityRow.index == index)
        )
    wanted = as_indexed(sealer, name, value)
    if not wanted:
        raise InvalidInputError(f"Expected a short value of {name!r} to search by, but got another", {name: ["long"]})
    return ComplaintRow.key.in_(with_value(name, wanted))
