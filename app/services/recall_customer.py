"""Recalls a customer for whom a complaint is registered: what the form may show of it, and what is filed for that.

The form gets masked values. A value that still stands there as it was shown is filed as recorded; what was typed over
it is filed as typed. Who may choose a customer is the caller's to have decided: it was found by a whole identity.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, func, select

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.complaint import ENDED, IDENTITIES
from app.domain.redaction import MASKS, mask_name
from app.errors import NotFoundError
from app.services.see_complaint import seen_by
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintRow
from app.storage.customers import find_customer, list_customer_identities, list_parts
from app.storage.types import read_json

MOST_OPEN = 20
NAME, TIER = "customerName", "customerTier"


@dataclass(frozen=True)
class RecalledCustomer:
    """A customer as a form takes it over.

    `shown`: form field → what the form shows, personal data masked. `picked`: the blind indexes of the identities
    that stand there, by which the same ones are recalled again. `open`: complaints that go on and that whoever asks may
    see, the newest first; `unseen_open` counts the others.
    """

    key: int
    name: str
    shown: Mapping[str, str]
    picked: tuple[str, ...]
    open: Sequence[Row[Any]]
    unseen_open: int
    _recorded: Mapping[str, str]

    def fill(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers with what is recorded in the place of what was shown for it."""
        same = {name: self._recorded[name] for name, value in self.shown.items() if answers.get(name) == value}
        return {**answers, **same}

    def clear(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers without what was shown of this customer."""
        return {name: value for name, value in answers.items() if self.shown.get(name) != value or value is None}


def recall_customer(work: UnitOfWork, actor: Actor, key: int, picked: Collection[str] = ()) -> RecalledCustomer:
    """Return what is known of the customer; of several identities of a kind the `picked` one, else the newest.

    Raises ForbiddenError, NotFoundError.
    """
    require_scope(actor, "start")
    found = find_customer(work.connection, key)
    if found is None:
        raise NotFoundError(f"Expected a customer {key}, but there is none")
    parts = sorted(list_parts(work.connection, found.root_key), key=lambda row: row.key != row.root_key)
    keys = [row.key for row in parts]
    chosen = _choose_identities(list_customer_identities(work.connection, keys), picked)
    recorded = {field: _open(work, chosen[kind]) for field, kind in IDENTITIES.items() if kind in chosen}
    name = _name(work, parts)
    shown = {field: MASKS[field](value) for field, value in recorded.items()}
    if name:
        recorded[NAME], shown[NAME] = name, mask_name(name)
    if tier := next((row.tier for row in parts if row.tier), None):
        recorded[TIER] = shown[TIER] = tier
    seen, unseen = _open_complaints(work, actor, keys)
    indexes = tuple(row.blind_index for row in chosen.values())
    return RecalledCustomer(found.root_key, mask_name(name), shown, indexes, seen, unseen, recorded)


def _choose_identities(rows: Sequence[Row[Any]], picked: Collection[str]) -> dict[str, Row[Any]]:
    """Return one identity of each kind; `rows` come in the order in which they were learned."""
    return {row.kind: row for row in sorted(rows, key=lambda row: row.blind_index in picked)}


def _open(work: UnitOfWork, row: Row[Any]) -> str:
    return work.runtime.sealer.open(row.sealed, f"customer_identity.sealed:{row.customer_key}:{row.blind_index}")


def _name(work: UnitOfWork, parts: Sequence[Row[Any]]) -> str:
    for row in parts:
        if row.sealed is not None:
            opened = read_json(work.runtime.sealer.open(row.sealed, f"customer.sealed:{row.key}"))
            return str(opened.get(NAME) or "")
    return ""


def _open_complaints(work: UnitOfWork, actor: Actor, keys: Sequence[int]) -> tuple[Sequence[Row[Any]], int]:
    goes_on = (ComplaintRow.customer_key.in_(keys), ComplaintRow.status.not_in(ENDED))
    every = work.connection.execute(select(func.count()).where(*goes_on)).scalar_one()
    seen = select(func.count()).where(*goes_on, *seen_by(work.connection, actor))
    may = work.connection.execute(seen).scalar_one()
    query = select(ComplaintRow.__table__).where(*goes_on, *seen_by(work.connection, actor))
    newest = query.order_by(ComplaintRow.received_at.desc(), ComplaintRow.key.desc()).limit(MOST_OPEN)
    return work.connection.execute(newest).all(), every - may
