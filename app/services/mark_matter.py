"""Marks what a complaint is about, so that others about the same are found without opening either."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from app.domain.likeness import bands, fingerprint
from app.services.unit_of_work import UnitOfWork
from app.storage.matters import ComplaintMarkRow
from app.storage.sealing import Sealer
from app.storage.writes import insert_rows

ADD_MARK = insert_rows(ComplaintMarkRow)
TEXT = "text"
NUMBERS = {
    "orderNumber": "order",
    "contractNumber": "contract",
    "regulatorNumber": "regulator",
    "externalNumbers": "external",
}
"""Fields of the form that name one matter, and the kind of mark each makes; the last may name several."""

PARTED = re.compile(r"[,;，；、\s]+")


def mark_matter(work: UnitOfWork, complaint_key: int, data: Mapping[str, Any]) -> str | None:
    """Mark a complaint by its numbers and its description; returns the description's fingerprint.

    The marks are among the collected writes.
    """
    marks, print_ = matter_marks(work.runtime.sealer, data)
    rows = [(mark, complaint_key, kind) for mark, kind in marks.items()]
    work.writes.add(ADD_MARK, *rows)
    return print_


def matter_marks(sealer: Sealer, data: Mapping[str, Any]) -> tuple[dict[str, str], str | None]:
    """Return the marks of a complaint's answers with their kinds, and the fingerprint of its description."""
    print_ = fingerprint(str(data.get("description") or ""), sealer.keyed_digest)
    marks = {
        sealer.blind_index(kind, number): kind
        for name, kind in NUMBERS.items()
        for number in _parts(name, str(data.get(name) or ""))
        if number
    }
    return marks | dict.fromkeys(bands(print_), TEXT), print_


def _parts(name: str, text: str) -> list[str]:
    return PARTED.split(text) if name == "externalNumbers" else [text]
