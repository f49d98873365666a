"""Finds complaints by fields of their form, all of which hold: whole values, or what a text holds somewhere.

As far as a person may see: a field that the table `field_access` hides from them finds nothing for them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Row, select

from app.domain.actor import Actor
from app.domain.complaint import FREE_TEXTS, IDENTITIES, is_sealed
from app.domain.field_access import Shown, kind_of
from app.errors import InvalidInputError
from app.services.index_fields import as_indexed
from app.services.search_complaints import MOST_FOUND, WantedTexts, find_candidates, saying
from app.services.see_complaint import seen_by
from app.services.show_fields import FieldRights, own_steps
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_fields import with_value
from app.storage.complaints import ComplaintIdentityRow, ComplaintRow

MOST = 200
MOST_FIELDS = 10
CONTAINS = "contains"
"""What a value says that is no value itself: `{"contains": "…"}`, a part of a text."""


def find_by_fields(
    work: UnitOfWork, actor: Actor, fields: Mapping[str, Any], *, before: int | None = None, most: int = 50
) -> Sequence[Row[Any]]:
    """Return complaints whose fields have all these values, the newest key first; `before` is the last key seen.

    A value `{"contains": text}` asks for a part of an open or free text, words of two Chinese characters or three
    letters at least, among the newest 5,000 complaints with its rarest piece. Raises ForbiddenError, and
    InvalidInputError for no field, for whole free texts, parts of personal fields, and values too long or short.
    """
    if not 0 < len(fields) <= MOST_FIELDS:
        raise InvalidInputError(f"Expected 1 to {MOST_FIELDS} fields to search by, but got {len(fields)}")
    parts = WantedTexts(parts=[(name, _part(name, value)) for name, value in fields.items() if _is_part(value)])
    whole = {name: value for name, value in fields.items() if not _is_part(value)}
    conditions = [*seen_by(work.connection, actor), *(_has(work, name, value) for name, value in whole.items())]
    found: list[Row[Any]] = []
    most = min(most, MOST)
    while len(found) < most:
        also = conditions if before is None else [*conditions, ComplaintRow.key < before]
        rows = _newest(work, also, most) if parts.are_none else find_candidates(work, parts, also)[0]
        found += _readable(work, actor, rows if parts.are_none else saying(work, actor, rows, parts), list(whole))
        if len(rows) < (most if parts.are_none else MOST_FOUND):
            break
        before = rows[-1].key
    return found[:most]


def _newest(work: UnitOfWork, also: Sequence[ColumnElement[bool]], most: int) -> Sequence[Row[Any]]:
    query = select(ComplaintRow.__table__).where(*also)
    return work.connection.execute(query.order_by(ComplaintRow.key.desc()).limit(most)).all()


def _readable(work: UnitOfWork, actor: Actor, rows: Sequence[Row[Any]], names: Sequence[str]) -> list[Row[Any]]:
    """Return those of the complaints of which these fields are not hidden from the actor."""
    kinds = {kind_of(name.split(".", 1)[0]) for name in names}
    rights = FieldRights(work, actor)
    steps = own_steps(work.connection, actor, [row.number for row in rows]) if rows and kinds else {}
    hidden = Shown.HIDDEN
    return [row for row in rows if all(rights.on(steps.get(row.number))(kind).shown is not hidden for kind in kinds)]


def _is_part(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {CONTAINS}


def _part(name: str, value: Mapping[str, Any]) -> str:
    text, top = value[CONTAINS], name.split(".", 1)[0]
    if is_sealed(top) and top not in FREE_TEXTS:
        raise InvalidInputError(f"Expected the whole value of {name!r}, which is personal", {name: ["sealed"]})
    if not isinstance(text, str) or not text.strip():
        raise InvalidInputError(f"Expected a text that {name!r} contains, but got {text!r}", {name: ["short"]})
    return text


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
