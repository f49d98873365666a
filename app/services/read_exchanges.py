"""Reads what was said around a complaint: contacts with the customer, and colleagues' comments."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.redaction import mask_text
from app.services.read_customer import shown_summary
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.services.write_comment import EDITABLE, open_comment
from app.storage.comments import list_comment_versions, list_comments
from app.storage.contacts import list_contacts


@dataclass(frozen=True)
class ShownComment:
    """A comment's row and text, personal numbers masked; `own_text` whole for its author while it may be edited.

    `before`: what it said before, each with its row.
    """

    row: Row[Any]
    text: str
    own_text: str | None
    before: Sequence[tuple[Row[Any], str]]


def read_contacts(work: UnitOfWork, actor: Actor, number: str) -> list[tuple[Row[Any], str]]:
    """Return the contacts about a complaint, the newest first, each with its summary, personal numbers masked.

    Raises ForbiddenError, NotFoundError.
    """
    complaint = see_complaint(work, actor, number, only_read=True)
    return [(row, shown_summary(work, row)) for row in list_contacts(work.connection, [complaint.key])]


def read_comments(work: UnitOfWork, actor: Actor, number: str) -> list[ShownComment]:
    """Return the comments on a complaint, the newest first. Raises ForbiddenError, NotFoundError."""
    complaint = see_complaint(work, actor, number, only_read=True)
    rows = list_comments(work.connection, complaint.key)
    versions = list_comment_versions(work.connection, [row.key for row in rows])
    shown = []
    for row in rows:
        text = open_comment(work, row.key, row.version, row.sealed)
        editable = row.author == actor.username and work.now - row.at <= EDITABLE
        before = [
            (one, mask_text(open_comment(work, one.comment_key, one.version, one.sealed)))
            for one in versions
            if one.comment_key == row.key
        ]
        shown.append(ShownComment(row, mask_text(text), text if editable else None, before))
    return shown
