"""Makes a complaint findable by any field of its form, whichever a process owner drew: the exact value, however typed.

Open fields are indexed as they are compared (widths, case and spaces apart), sealed ones by blind index only, and long
texts not at all: those are searched by words (docs/complaint-record.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.complaint import FREE_TEXTS, IDENTITIES, is_sealed
from app.domain.field_values import as_compared, flat_values
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_fields import ADD_FIELDS, unindex_fields
from app.storage.sealing import Sealer

LONGEST_NAME = 80
MANY = "externalNumbers"
"""A text that holds several values, one after the other."""


def index_record(work: UnitOfWork, complaint_key: int, fields: Mapping[str, Any], *, again: bool = False) -> None:
    """Index these fields of a complaint, among the collected writes; `again` where they may be indexed already."""
    if again:
        work.writes.flush()
        unindex_fields(work.connection, complaint_key, list(fields))
    work.writes.add(ADD_FIELDS, *[(complaint_key, *one) for one in indexed_values(work.runtime.sealer, fields)])


def indexed_values(sealer: Sealer, fields: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return what a complaint with these fields is found by: (name, value) pairs, each once."""
    found: dict[tuple[str, str], None] = {}
    for name, value in flat_values(fields):
        top = name.split(".", 1)[0]
        if len(name) <= LONGEST_NAME and top not in FREE_TEXTS and top not in IDENTITIES:
            for one in _parts(name, value):
                if said := as_indexed(sealer, name, one):
                    found[name, said] = None
    return list(found)


def as_indexed(sealer: Sealer, name: str, value: Any) -> str:
    """Return a value as the index holds it, empty where it holds none: nothing, or a long text."""
    text = as_compared(value)
    if not text:
        return ""
    top = name.split(".", 1)[0]
    return sealer.blind_index(f"field {name}", text) if is_sealed(top) else text


def _parts(name: str, value: Any) -> list[Any]:
    if name == MANY and isinstance(value, str):
        return value.replace("，", ",").replace("、", ",").replace(";", ",").split(",")
    return [value]
