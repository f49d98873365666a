"""References to documents within answers and variables, in the form Camunda's clients and forms give them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any


def named_documents(value: Any) -> Iterator[str]:
    """Yield the id of every document that a value names, at whatever depth."""
    if isinstance(value, Mapping):
        if isinstance(value.get("documentId"), str):
            yield value["documentId"]
        for one in value.values():
            yield from named_documents(one)
    elif isinstance(value, list):
        for one in value:
            yield from named_documents(one)


def without_names(value: Any, document_ids: Collection[str]) -> Any:
    """Return a value whose references to these documents hold no file name: people name files after people."""
    if isinstance(value, list):
        return [without_names(one, document_ids) for one in value]
    if not isinstance(value, Mapping):
        return value
    told = {name: without_names(one, document_ids) for name, one in value.items()}
    if value.get("documentId") in document_ids and isinstance(told.get("metadata"), dict):
        told["metadata"].pop("fileName", None)
    return told
