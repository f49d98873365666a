"""Reads a customer all round: who it is, what it is known by, its complaints and contacts, tags, merges, proposals.

Personal data comes masked. Of the complaints, only those that the asker may see are named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row, func, select

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.complaint import IDENTITIES
from app.domain.redaction import MASKS, mask_name, mask_text
from app.services.see_complaint import require_sight, seen_by
from app.services.see_customer import CUSTOMERS, see_customer
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintRow
from app.storage.contacts import list_contacts
from app.storage.customer_merges import list_merges, list_open_proposals, list_proposals_about
from app.storage.customer_tags import FACT, list_tags
from app.storage.customers import find_customer, list_customer_identities
from app.storage.types import read_json

MOST_COMPLAINTS = 200
PRODUCT = "product"
"""The tag that says which product a customer has."""

FIELDS = {kind: name for name, kind in IDENTITIES.items()}


@dataclass(frozen=True)
class ShownIdentity:
    """One identity, masked, with where it was learned and when."""

    kind: str
    value: str
    source: str
    since: datetime
    customer_key: int


@dataclass(frozen=True)
class ShownProposal:
    """Another customer who may be the same person, by masked name, and why."""

    key: int
    name: str
    reason: str
    source: str
    at: datetime


@dataclass(frozen=True)
class CustomerView:
    """A customer as it may be shown. `parts` are the merged rows, the one that stands for all first.

    `unseen` counts the complaints that the asker may not see. `products`: each product line with its complaints.
    """

    key: int
    name: str
    tier: str | None
    language: str | None
    preferred_channel: str | None
    parts: Sequence[Row[Any]]
    identities: Sequence[ShownIdentity]
    tags: Sequence[Row[Any]]
    products: Mapping[str, int]
    complaints: Sequence[Row[Any]]
    unseen: int
    contacts: Sequence[tuple[Row[Any], str, str]]
    merges: Sequence[Row[Any]]
    proposals: Sequence[ShownProposal]


def read_customer(work: UnitOfWork, actor: Actor, key: int) -> CustomerView:
    """Return the customer with that key; NotFoundError without it, ForbiddenError for who may not see it."""
    parts = see_customer(work, actor, key)
    keys = [row.key for row in parts]
    complaints, unseen = _complaints(work, actor, keys)
    tags = list_tags(work.connection, keys, work.now)
    products = Counter({row.value: 0 for row in tags if row.tag == PRODUCT and row.kind == FACT})
    products.update(row.product_line for row in complaints if row.product_line)
    return CustomerView(
        key=parts[0].key,
        name=shown_name(work, parts),
        tier=_first(parts, "tier"),
        language=_first(parts, "language"),
        preferred_channel=_first(parts, "preferred_channel"),
        parts=parts,
        identities=[_identity(work, row) for row in list_customer_identities(work.connection, keys)],
        tags=tags,
        products=dict(products),
        complaints=complaints,
        unseen=unseen,
        contacts=_contacts(work, complaints),
        merges=list_merges(work.connection, keys),
        proposals=_proposals(work, keys),
    )


def shown_name(work: UnitOfWork, parts: Sequence[Row[Any]]) -> str:
    """Return the first name known of a customer's rows, masked; empty where none is."""
    for row in parts:
        if row.sealed is not None:
            opened = read_json(work.runtime.sealer.open(row.sealed, f"customer.sealed:{row.key}"))
            return mask_name(str(opened.get("customerName") or ""))
    return ""


def shown_identity(work: UnitOfWork, row: Row[Any]) -> str:
    """Return an identity, masked as its field is."""
    place = f"customer_identity.sealed:{row.customer_key}:{row.blind_index}"
    return MASKS[FIELDS[row.kind]](work.runtime.sealer.open(row.sealed, place))


def _identity(work: UnitOfWork, row: Row[Any]) -> ShownIdentity:
    return ShownIdentity(row.kind, shown_identity(work, row), row.source, row.since, row.customer_key)


def _complaints(work: UnitOfWork, actor: Actor, keys: Sequence[int]) -> tuple[Sequence[Row[Any]], int]:
    """The complaints that the asker may see, or all with the scope for customers; and how many there are besides."""
    theirs = ComplaintRow.customer_key.in_(keys)
    if CUSTOMERS in actor.scopes:
        seen = []
    else:
        require_sight(actor)
        seen = seen_by(work.connection, actor)
    query = select(ComplaintRow.__table__).where(theirs, *seen)
    newest = query.order_by(ComplaintRow.received_at.desc(), ComplaintRow.key.desc()).limit(MOST_COMPLAINTS)
    rows = work.connection.execute(newest).all()
    count = select(func.count()).where(theirs)
    every = work.connection.execute(count).scalar_one()
    may = work.connection.execute(count.where(*seen)).scalar_one() if seen else every
    return rows, every - may


def _contacts(work: UnitOfWork, complaints: Sequence[Row[Any]]) -> list[tuple[Row[Any], str, str]]:
    """Contacts with their complaint's number and their summary, personal numbers in it masked."""
    numbers = {row.key: row.number for row in complaints}
    rows = list_contacts(work.connection, list(numbers)) if numbers else []
    return [(row, numbers[row.complaint_key], shown_summary(work, row)) for row in rows]


def shown_summary(work: UnitOfWork, row: Row[Any]) -> str:
    """Return what was said in a contact, personal numbers masked."""
    return mask_text(work.runtime.sealer.open(row.sealed, f"complaint_contact.sealed:{row.key}"))


def _proposals(work: UnitOfWork, keys: Sequence[int]) -> list[ShownProposal]:
    shown = []
    for row in list_proposals_about(work.connection, keys):
        other = find_customer(work.connection, row.other_key if row.one_key in keys else row.one_key)
        if other is not None and other.key not in keys:
            shown.append(ShownProposal(other.key, shown_name(work, [other]), row.reason, row.source, row.at))
    return shown


def _first(parts: Sequence[Row[Any]], name: str) -> str | None:
    return next((getattr(row, name) for row in parts if getattr(row, name)), None)


def list_customer_proposals(work: UnitOfWork, actor: Actor) -> list[tuple[ShownProposal, ShownProposal]]:
    """Return the open proposals, the newest first: both customers, each with why. Needs the scope `merge`."""
    require_scope(actor, "merge")
    shown = []
    for row in list_open_proposals(work.connection):
        pair = [find_customer(work.connection, key) for key in (row.one_key, row.other_key)]
        if all(pair) and len({one.root_key for one in pair if one is not None}) == 2:
            one, two = (
                ShownProposal(each.key, shown_name(work, [each]), row.reason, row.source, row.at)
                for each in pair
                if each is not None
            )
            shown.append((one, two))
    return shown
