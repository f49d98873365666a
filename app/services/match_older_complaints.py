"""Gives complaints that were filed before there were customers theirs, and marks what they are about.

Pages of complaints, each a transaction, the newest first: what is done stays when it breaks off, and again it does only
what is left. Nobody is merged: who conflicts is proposed, as at filing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.domain.customer import told_in
from app.services.mark_matter import mark_matter
from app.services.match_customer import match_customer
from app.services.merge_customers import hold_customers
from app.services.open_sealed import open_sealed
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.complaints import count_without_customer, lock_without_customer, set_customer
from app.storage.matters import drop_marks

PAGE = 100


@dataclass
class MatchCount:
    """How far a run has come: complaints without a customer at its beginning, looked at, and given one."""

    total: int
    seen: int = 0
    matched: int = 0


def match_older_complaints(runtime: Runtime, on_progress: Callable[[MatchCount], None] = lambda _: None) -> MatchCount:
    """Match or make the customers of complaints that have none; one that names nobody stays without."""
    with runtime.reading() as connection:
        count = MatchCount(count_without_customer(connection))
    before: int | None = None
    while True:
        before, seen, matched = runtime.perform(_match_page, before)
        if before is None:
            return count
        count.seen, count.matched = count.seen + seen, count.matched + matched
        on_progress(count)


def _match_page(work: UnitOfWork, before: int | None) -> tuple[int | None, int, int]:
    """Match the page of complaints with smaller keys; returns its last key (None: no page), how many, and how many had.

    From the newest to the oldest, and what is known of a customer already stays: so of language, channel and tier that
    count which were said last.
    """
    hold_customers(work)
    rows = lock_without_customer(work.connection, before, PAGE)
    matched = 0
    for row in rows:
        data = {**row.data, **open_sealed(work, row)}
        drop_marks(work.connection, row.key)
        fingerprint = mark_matter(work, row.key, data)
        customer_key = match_customer(work, told_in(data), f"complaint:{row.number}", known_stays=True)
        work.writes.flush()  # the next complaint may be the same person's
        set_customer(work.connection, row.key, customer_key, fingerprint)
        matched += customer_key is not None
    return (int(rows[-1].key) if rows else None), len(rows), matched
