"""Lists a complaint's attachments for somebody who may see the complaint, tombstones among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.media_types import SHOWN
from app.services.attach_file import name_place
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.attachments import list_attachments
from app.storage.blobs import INFECTED, WAITING


@dataclass(frozen=True)
class ShownAttachment:
    """An attachment's row, the name it has for people, and its place in the complaint's list, from 1.

    `held` is why nobody is given it: it waits for the virus scanner, or that found something (None: it can be read).
    """

    row: Row[Any]
    file_name: str
    number: int
    held: str | None = None

    @property
    def may_be_shown(self) -> bool:
        """Whether a browser may show or play it in a page of ours."""
        return self.row.media_type in SHOWN and self.row.deleted_at is None and self.held is None

    @property
    def family(self) -> str:
        """The first word of its media type: image, audio, video, …"""
        return str(self.row.media_type).split("/")[0]


def read_attachments(work: UnitOfWork, actor: Actor, number: str) -> Sequence[ShownAttachment]:
    """Return the attachments in the order they came; raises NotFoundError, ForbiddenError."""
    complaint = see_complaint(work, actor, number, only_read=True)
    rows = list_attachments(work.connection, complaint.key)
    is_scanned = work.runtime.settings.clamd_url is not None
    holding = {INFECTED, WAITING} if is_scanned else {INFECTED}
    return [
        ShownAttachment(row, shown_name(work, row), place, row.scan_state if row.scan_state in holding else None)
        for place, row in enumerate(rows, 1)
    ]


def shown_name(work: UnitOfWork, row: Row[Any]) -> str:
    """Return an attachment's file name; empty for a tombstone, which keeps none."""
    return "" if row.deleted_at is not None else work.runtime.sealer.open(row.file_name, name_place(row.key))
