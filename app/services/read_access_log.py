"""Reads the access log for auditors: who looked, uncovered, was refused, or went ahead in spite of an interest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.storage.access_events import AccessFilter, list_access_events
from app.storage.audit import list_actions
from app.storage.complaints import find_complaint

AUDIT = "audit"
NOWHERE = -1
"""The key of no complaint: what a number that does not exist is looked for as."""


@dataclass(frozen=True)
class LogWish:
    """What to look for; None asks for all. `since` counts, `until` does not; `before`: where the last page ended."""

    actor: str | None = None
    complaint: str | None = None
    kind: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: tuple[datetime, int] | None = None
    most: int = 50


def read_access_log(connection: Connection, actor: Actor, wish: LogWish) -> Sequence[Row[Any]]:
    """Return a page of the access log, the latest first, each with its complaint's `number`. Raises ForbiddenError."""
    require_scope(actor, AUDIT)
    wanted = AccessFilter(wish.actor, _complaint_key(connection, wish.complaint), wish.kind, wish.since, wish.until)
    return list_access_events(connection, wanted, before=wish.before, most=wish.most)


def read_actions(connection: Connection, actor: Actor, wish: LogWish) -> Sequence[Row[Any]]:
    """Return a page of the accepted commands, the latest first, each with its complaint's `number`.

    `kind` is not asked for. Raises ForbiddenError.
    """
    require_scope(actor, AUDIT)
    return list_actions(
        connection,
        actor=wish.actor,
        business_id=wish.complaint,
        since=wish.since,
        until=wish.until,
        before=None if wish.before is None else wish.before[1],
        most=wish.most,
    )


def _complaint_key(connection: Connection, number: str | None) -> int | None:
    if number is None:
        return None
    row = find_complaint(connection, number)
    return NOWHERE if row is None else int(row.key)
