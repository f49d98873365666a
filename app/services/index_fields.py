"""Makes a complaint findable by any field of its form, whichever a process owner drew: the exact value, however typed.

Open fields are indexed as they are compared (widths, case and spaces apart), sealed ones by blind index only, and long
texts not at all: those are searched by words (docs/complaint-record.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.domain.complaint import FREE_TEXTS, IDENTITIES, is_sealed
from app.domain.field_values import as_compared
from app.services.unit_of_work import UnitOfWork
from app.storage.complaint_fields import index_fields, unindex_fields
from app.storage.sealing import Sealer

LONGEST_NAME = 80
MANY = "externalNumbers"
"""A text that holds several values, one after the other."""


def index_record(work: UnitOfWork, complaint_key: int, fields: Mapping[str, Any], *, again: bool = False) -> None:
    """Index these fields of a complaint; `again` where they may have been indexed before. One or two statements."""
    values: dict[str, list[str]] = {}
    for name, value in _flat(fields, ""):
        top = name.split(".", 1)[0]
        if len(name) <= LONGEST_NAME and top not in FREE_TEXTS and top not in IDENTITIES:
            for one in _parts(name, value):
                if found := as_indexed(work.runtime.sealer, name, one):
                    values.setdefault(name, []).append(found)
    if again:
        unindex_fields(work.connection, complaint_key, list(fields))
    index_fields(work.connection, complaint_key, values)


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


def _flat(value: Any, name: str) -> Iterator[tuple[str, Any]]:
    """Yield each single value with its path: groups by dots, the rows of a repeated group alike."""
    if isinstance(value, Mapping):
        if "documentId" not in value:  # a file is no value to search by
            for key, inner in value.items():
                yield from _flat(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(value, list):
        for inner in value:
            yield from _flat(inner, name)
    elif value is not None and value != "":
        yield name, value
