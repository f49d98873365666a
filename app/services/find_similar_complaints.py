"""Finds complaints that may be about the same person or matter, and says why each was found. Marks only, no scan.

Used before a complaint is filed, with its answers, and after, with its number. Only what the asker may see is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Row, select

from app.domain.actor import Actor
from app.domain.customer import told_in
from app.domain.likeness import ALIKE, likeness
from app.services.mark_matter import TEXT, matter_marks
from app.services.see_complaint import require_sight, see_complaint, seen_by
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintRow, find_complaints_by_identity
from app.storage.customers import list_complaints_beside
from app.storage.matters import list_marked, list_marks

MOST_SHOWN = 20
MOST_OF_CUSTOMER = 50
NEAR = timedelta(days=30)
"""How far apart two complaints may be received whose texts are compared."""

SAME_CUSTOMER, SAME_IDENTITY, SAME_NUMBER, SAME_PRODUCT, ALIKE_TEXT = (
    "same-customer",
    "same-identity",
    "same-number",
    "same-product",
    "alike-text",
)
SAME_PERSON = frozenset({SAME_CUSTOMER, SAME_IDENTITY})


@dataclass(frozen=True)
class SimilarComplaint:
    """A complaint that may be about the same; `reasons` as named above, `likeness` of the descriptions from 0 to 1."""

    row: Row[Any]
    reasons: tuple[str, ...]
    likeness: float

    @property
    def is_likely_duplicate(self) -> bool:
        """Whether person and matter both are likely the same: an order's number, or text and product, of one person."""
        same_matter = SAME_NUMBER in self.reasons or {ALIKE_TEXT, SAME_PRODUCT} <= set(self.reasons)
        return same_matter and not SAME_PERSON.isdisjoint(self.reasons)


@dataclass(frozen=True)
class _Asked:
    """What is compared with: the complaint's key and customer (None before it is filed), marks with kinds, indexes."""

    key: int | None
    at: datetime
    marks: Mapping[str, str]
    fingerprint: str | None
    product_line: str | None
    identities: Sequence[str]
    customer: int | None


def find_similar_to_answers(work: UnitOfWork, actor: Actor, data: Mapping[str, Any]) -> list[SimilarComplaint]:
    """Return what is like a complaint that is about to be filed with these answers. Raises ForbiddenError."""
    sealer = work.runtime.sealer
    marks, print_ = matter_marks(sealer, data)
    told = told_in(data)
    identities = [sealer.blind_index(kind, value) for kind, value in told.identities.items()]
    asked = _Asked(None, work.now, marks, print_, data.get("productLine"), identities, None)
    return _find(work, actor, asked)


def find_similar_complaints(work: UnitOfWork, actor: Actor, number: str) -> list[SimilarComplaint]:
    """Return what is like a filed complaint. Raises ForbiddenError, NotFoundError."""
    row = see_complaint(work, actor, number, only_read=True)
    marks = {mark.mark: mark.kind for mark in list_marks(work.connection, row.key)}
    asked = _Asked(row.key, row.received_at, marks, row.fingerprint, row.product_line, (), row.customer_key)
    return _find(work, actor, asked)


def _find(work: UnitOfWork, actor: Actor, asked: _Asked) -> list[SimilarComplaint]:
    require_sight(actor)
    found: dict[int, tuple[Row[Any], list[str]]] = {}

    def note(rows: Sequence[Row[Any]], reason: str) -> None:
        for row in rows:
            if row.key != asked.key:
                reasons = found.setdefault(row.key, (row, []))[1]
                reasons += [reason] if reason not in reasons else []

    if asked.customer is not None:
        note(list_complaints_beside(work.connection, asked.customer, MOST_OF_CUSTOMER), SAME_CUSTOMER)
    if asked.identities:
        note(find_complaints_by_identity(work.connection, asked.identities), SAME_IDENTITY)
    rows = list_marked(work.connection, asked.marks)
    note([row for row in rows if row.mark_kind != TEXT], SAME_NUMBER)
    near = [row for row in rows if abs(row.received_at - asked.at) <= NEAR]
    note([row for row in near if likeness(row.fingerprint, asked.fingerprint) >= ALIKE], ALIKE_TEXT)
    shown = [_similar(row, reasons, asked) for row, reasons in found.values()]
    may = _seen(work, actor, [one.row.key for one in shown])
    shown = [one for one in shown if one.row.key in may]
    shown.sort(key=lambda one: (one.is_likely_duplicate, len(one.reasons), one.row.received_at), reverse=True)
    return shown[:MOST_SHOWN]


def _similar(row: Row[Any], reasons: Sequence[str], asked: _Asked) -> SimilarComplaint:
    same_product = row.product_line is not None and row.product_line == asked.product_line
    told = (*reasons, *((SAME_PRODUCT,) if same_product else ()))
    return SimilarComplaint(row, told, likeness(row.fingerprint, asked.fingerprint))


def _seen(work: UnitOfWork, actor: Actor, keys: Sequence[int]) -> set[int]:
    conditions = seen_by(work.connection, actor) if keys else []
    if not conditions:
        return set(keys)
    query = select(ComplaintRow.key).where(ComplaintRow.key.in_(keys), *conditions)
    return set(work.connection.execute(query).scalars())
