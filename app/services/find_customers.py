"""Finds customers by what somebody tells of them: an identity, a complaint's number, a name. Blind indexes, no scan."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.complaint import IDENTITIES
from app.domain.sight import may_be_complaint_number
from app.errors import ForbiddenError
from app.services.read_customer import shown_identity, shown_name
from app.services.record_audit import record_audit
from app.services.see_complaint import see_complaint
from app.services.see_customer import CUSTOMERS
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import find_complaint
from app.storage.customer_tags import RULE, list_tags
from app.storage.customers import (
    count_complaints_by_root,
    find_customer,
    list_customer_identities,
    list_holders,
    list_named,
    list_parts,
)

MOST_FOUND = 20
SHORTEST_IDENTITY = 5
SHORTEST_NAME = 2
PHONE = re.compile(r"[+\d][\d\s\-()]{5,20}")

Found = tuple[int, str, str | None]
"""A customer's key, what it was found by, and the blind index of the identity, where it was one."""


@dataclass(frozen=True)
class FoundCustomer:
    """A customer as whoever looks may see it: name and identities masked, complaints counted, the tags of rules."""

    key: int
    name: str
    identities: Sequence[tuple[str, str]]
    complaints: int
    tags: Sequence[str]
    found_by: str
    index: str | None
    """The blind index of the identity that it was found by."""


def find_customers(work: UnitOfWork, actor: Actor, text: str) -> list[FoundCustomer]:
    """Return who is meant by a whole identity, a complaint's number or a whole name; nobody for parts of them.

    Who takes complaints in (scope `start`) finds by identities, and by numbers of complaints that it may see; names
    need the scope `customers`, for they are easily guessed. Every search that finds somebody is on the audit log.
    Raises ForbiddenError.
    """
    if CUSTOMERS not in actor.scopes:
        require_scope(actor, "start")
    text = text.strip()
    found = _by_number(work, actor, text) or _by_identity(work, text)
    if not found and CUSTOMERS in actor.scopes and len(text) >= SHORTEST_NAME:
        name_index = work.runtime.sealer.blind_index("name", text)
        found = [(row.root_key, "name", None) for row in list_named(work.connection, name_index, MOST_FOUND)]
    roots = {root: (by, index) for root, by, index in reversed(found[:MOST_FOUND])}
    if not roots:
        return []
    counts = count_complaints_by_root(work.connection, roots)
    shown = [_show(work, root, how, counts.get(root, 0)) for root, how in reversed(roots.items())]
    record_audit(work, actor, "READ", "RESOURCE", shown[0].key, details={"customersFound": len(shown)})
    return shown


def _by_number(work: UnitOfWork, actor: Actor, text: str) -> list[Found]:
    number = text.upper()
    if not may_be_complaint_number(number):
        return []
    row = find_complaint(work.connection, number) if CUSTOMERS in actor.scopes else _seen(work, actor, number)
    customer = None if row is None or row.customer_key is None else find_customer(work.connection, row.customer_key)
    return [] if customer is None else [(customer.root_key, "complaint", None)]


def _seen(work: UnitOfWork, actor: Actor, number: str) -> Row[Any] | None:
    """The complaint, where there is one and the asker may see it: no difference is told between the two."""
    if find_complaint(work.connection, number) is None:
        return None
    try:
        return see_complaint(work, actor, number, only_read=True)
    except ForbiddenError:
        return None


def _by_identity(work: UnitOfWork, text: str) -> list[Found]:
    if len(text) < SHORTEST_IDENTITY:
        return []
    kinds = [kind for kind in IDENTITIES.values() if kind != "phone" or PHONE.fullmatch(text)]
    indexes = [work.runtime.sealer.blind_index(kind, text) for kind in kinds]
    return [(row.root_key, row.kind, row.blind_index) for row in list_holders(work.connection, indexes)]


def _show(work: UnitOfWork, root: int, how: tuple[str, str | None], complaints: int) -> FoundCustomer:
    parts = sorted(list_parts(work.connection, root), key=lambda row: row.key != root)
    keys = [row.key for row in parts]
    identities = list_customer_identities(work.connection, keys)
    tags = [row.tag for row in list_tags(work.connection, keys, work.now) if row.kind == RULE]
    shown = list(dict.fromkeys((row.kind, shown_identity(work, row)) for row in identities))
    return FoundCustomer(root, shown_name(work, parts), shown, complaints, tags, *how)
