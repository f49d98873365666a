"""Reads a person's inbox: what they have taken, what their groups are offered, and what they have done."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.services.search_records import search_records
from app.storage.inbox import COUNT_CAP, InboxEntry, Parts, count_inbox, list_inbox
from app.storage.search import Page, PageWish
from app.storage.search_work import USER_TASKS

Place = tuple[datetime, int]
"""Where a page ended: the last task's (sort_at, key)."""


def read_inbox(
    connection: Connection, actor: Actor, *, taken: bool, limit: int, after: Place | None = None
) -> Sequence[InboxEntry]:
    """Return open tasks, the nearest deadline first: those `taken`, else those offered. Raises ForbiddenError."""
    require_scope(actor, "work")
    return list_inbox(connection, actor.username, actor.groups, limit=limit, after=after, parts=_parts(taken))


def count_open(connection: Connection, actor: Actor, *, taken: bool) -> tuple[int, bool]:
    """Return how many those are, and whether there may be more than could be counted quickly."""
    found = count_inbox(connection, actor.username, actor.groups, parts=_parts(taken))
    return found, found >= COUNT_CAP


def read_done(connection: Connection, actor: Actor, *, limit: int, after: str | None = None) -> Page:
    """Return the tasks this person has completed, the latest first; `after` is a page's end cursor."""
    wanted: dict[str, Any] = {"assignee": {"$eq": actor.username}, "state": {"$eq": "COMPLETED"}}
    wish = PageWish(limit=limit, after=after)
    return search_records(connection, actor, USER_TASKS, wanted, [("completionDate", True)], wish)


def _parts(taken: bool) -> Parts:
    return Parts.TAKEN if taken else Parts.OFFERED
