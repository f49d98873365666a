"""Puts the tags that another system tells on a customer: its last word on each stands."""

from __future__ import annotations

from collections.abc import Iterable

from app.services.unit_of_work import UnitOfWork
from app.storage.customer_tags import drop_tag, list_tags, put_tag


def replace_tags(work: UnitOfWork, customer_key: int, tags: Iterable[tuple[str, str, str]], source: str) -> None:
    """Put tags (kind, tag, value) on a customer instead of the values they had; what is the same stays as it is."""
    wanted = set(tags)
    names = {(kind, tag) for kind, tag, _ in wanted}
    there = {
        (row.kind, row.tag, row.value)
        for row in list_tags(work.connection, [customer_key], work.now)
        if (row.kind, row.tag) in names
    }
    for _, tag, value in sorted(there - wanted):
        drop_tag(work.connection, customer_key, tag, value)
    for kind, tag, value in sorted(wanted - there):
        row = {"tag": tag, "value": value, "kind": kind, "since": work.now, "until": None, "source": source}
        put_tag(work.connection, customer_key, row)
