"""A person's own notices: the list, filled in the reader's language, and marking them as read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.notices import find_template
from app.errors import ConflictError
from app.services.notice_words import in_words
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import find_numbers
from app.storage.notices import (
    count_unread_notices,
    find_last_unread,
    list_dead_notices,
    list_inbox_notices,
    revive_notice,
    write_read,
)
from app.storage.types import read_json


@dataclass(frozen=True)
class ShownNotice:
    """One notice as its reader sees it."""

    key: int
    subject: str
    text: str
    created_at: datetime
    read_at: datetime | None
    complaint_key: int | None
    number: str | None


@dataclass(frozen=True)
class ShownInbox:
    """A page of somebody's notices, and how many are unread in all."""

    unread: int
    notices: list[ShownNotice]


def list_own_notices(
    work: UnitOfWork, actor: Actor, language: str, *, only_unread: bool = False, before: int | None = None
) -> ShownInbox:
    """Return the actor's own notices, the newest first, in `language`."""
    rows = list_inbox_notices(work.connection, actor.username, only_unread=only_unread, before=before)
    unread = count_unread_notices(work.connection, actor.username)
    numbers = find_numbers(work.connection, {row.complaint_key for row in rows if row.complaint_key is not None})
    return ShownInbox(unread, [_shown(work, row, language, numbers.get(row.complaint_key)) for row in rows])


def count_own_unread(work: UnitOfWork, actor: Actor) -> tuple[int, int]:
    """Return how many of the actor's own notices are unread, and the key of the newest of them (0: none)."""
    return find_last_unread(work.connection, actor.username)


def mark_notices_read(work: UnitOfWork, actor: Actor, keys: Sequence[int]) -> int:
    """Mark the actor's own notices as read; returns how many were unread."""
    return write_read(work.connection, actor.username, keys, work.now)


def list_dead(work: UnitOfWork, actor: Actor) -> Sequence[Row[Any]]:
    """Return the notices that nobody could be given; raises ForbiddenError without the right to repair."""
    require_scope(actor, "operate")
    return list_dead_notices(work.connection)


def retry_notice(work: UnitOfWork, actor: Actor, key: int) -> None:
    """Let a dead notice be sent again; raises ForbiddenError, ConflictError when it is not dead."""
    require_scope(actor, "operate")
    if not revive_notice(work.connection, key, work.now):
        raise ConflictError(f"Expected notice {key} to have failed, but it has not")


def _shown(work: UnitOfWork, row: Row[Any], language: str, number: str | None) -> ShownNotice:
    parameters = dict(row.parameters)
    if row.sealed is not None:
        parameters |= read_json(work.runtime.sealer.open(row.sealed, f"notice.sealed:{row.key}"))
    part = find_template(row.template, row.template_version).fill(language, in_words(work, parameters, language))
    return ShownNotice(row.key, part.subject, part.text, row.created_at, row.read_at, row.complaint_key, number)
