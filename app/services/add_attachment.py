"""Attaches a received file to a complaint for somebody who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.services.attach_file import NewAttachment, attach_file
from app.services.receive_file import ReceivedFile
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork


def add_attachment(
    work: UnitOfWork, actor: Actor, number: str, received: ReceivedFile, new: NewAttachment
) -> Mapping[str, Any]:
    """Attach the file and return its row; raises NotFoundError, ForbiddenError, and what attaching raises."""
    return attach_file(work, actor, see_complaint(work, actor, number), received, new)
