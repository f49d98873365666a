"""Lists the complaints a person may see, as a filter, an order and a search ask for them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from sqlalchemy import Connection, Row

from app.domain.actor import Actor
from app.domain.list_filter import ListFilter, Words, read_filter, said
from app.domain.sight import sees_all
from app.errors import InvalidInputError
from app.services.search_complaints import WantedTexts, find_complaints
from app.services.see_complaint import all_subjects, require_sight, unhidden
from app.services.unit_of_work import Runtime
from app.storage.list_conditions import complaint_conditions, indexed_conditions
from app.storage.search_complaints import (
    RECEIVED,
    SORTS,
    ComplaintSearch,
    count_complaints,
    search_complaints,
)


@dataclass(frozen=True)
class ComplaintWish:
    """Which complaints a person wants to see, and in which order: `received` (the latest first) or `due`."""

    wanted: ListFilter = field(default_factory=ListFilter)
    sort: str = RECEIVED


def complaint_wish(words: Words) -> ComplaintWish:
    """Return which complaints an address asks for; what it says wrongly is left out."""
    wanted, _ = read_filter(words, tasks=False)
    sort = said(words, "sort")
    return ComplaintWish(wanted, sort if sort in SORTS else RECEIVED)


class ComplaintList(NamedTuple):
    """A page of complaint rows; `after`, `looked_at` and `older_left_out` as `InboxPage` has them."""

    complaints: Sequence[Row[Any]]
    after: str | None
    looked_at: int | None
    older_left_out: bool


def read_complaint_list(
    runtime: Runtime,
    connection: Connection,
    actor: Actor,
    wish: ComplaintWish,
    *,
    limit: int,
    after: str | None = None,
) -> ComplaintList:
    """Return a page of what `wish` asks for. Raises ForbiddenError, and InvalidInputError for a wrong `after`."""
    search, older_left_out = _search(runtime, connection, actor, wish)
    page = search_complaints(connection, search, limit=limit, after=after)
    return ComplaintList(page.complaints, page.after, page.looked_at, older_left_out)


def count_complaint_list(
    runtime: Runtime, connection: Connection, actor: Actor, wish: ComplaintWish
) -> tuple[int, bool]:
    """Return how many complaints `wish` finds, and whether there may be more than could be counted quickly."""
    search, _ = _search(runtime, connection, actor, wish)
    return count_complaints(connection, search)


def _search(
    runtime: Runtime, connection: Connection, actor: Actor, wish: ComplaintWish
) -> tuple[ComplaintSearch, bool]:
    require_sight(actor)
    if wish.sort not in SORTS:
        raise InvalidInputError(f"Expected an order of the complaints, but got {wish.sort!r}")
    keys, older_left_out = None, False
    texts = WantedTexts(wish.wanted.search, wish.wanted.parts)
    if not texts.are_none:
        found = find_complaints(runtime, connection, actor, texts)
        keys, older_left_out = [row.key for row in found.rows], found.more
    now = runtime.now() if wish.wanted.overdue else runtime.clock.now()
    subjects = None if sees_all(actor) else all_subjects(connection, actor)
    search = ComplaintSearch(
        subjects,
        [*complaint_conditions(wish.wanted, runtime.zone, now), *unhidden(actor)],
        indexed_conditions(wish.wanted, runtime.zone),
        keys,
        wish.sort,
    )
    return search, older_left_out
