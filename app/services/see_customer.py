"""Finds a customer for somebody: the one gate between a customer and whoever asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, select

from app.domain.actor import Actor
from app.errors import ForbiddenError, NotFoundError
from app.services.see_complaint import require_sight, seen_by
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintRow
from app.storage.customers import find_customer, list_parts

CUSTOMERS = "customers"
"""The scope whose holders see every customer."""


def see_customer(work: UnitOfWork, actor: Actor, key: int) -> Sequence[Row[Any]]:
    """Return the customer's rows, those merged with it included, the one that stands for all first.

    Any of their keys finds them. NotFoundError where there is none; ForbiddenError for who neither has the scope
    `customers` nor may see one of its complaints.
    """
    found = find_customer(work.connection, key)
    if found is None:
        raise NotFoundError(f"Expected a customer {key}, but there is none")
    parts = sorted(list_parts(work.connection, found.root_key), key=lambda row: row.key != row.root_key)
    if CUSTOMERS not in actor.scopes and not _sees_a_complaint(work, actor, [row.key for row in parts]):
        raise ForbiddenError(f"Expected a customer whose complaint '{actor.username}' may see, but none is")
    return parts


def _sees_a_complaint(work: UnitOfWork, actor: Actor, keys: Sequence[int]) -> bool:
    require_sight(actor)
    query = select(ComplaintRow.key).where(ComplaintRow.customer_key.in_(keys), *seen_by(work.connection, actor))
    return work.connection.execute(query.limit(1)).one_or_none() is not None
