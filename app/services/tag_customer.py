"""Puts the tags that another system tells on customers: its last word on each stands."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from app.services.unit_of_work import UnitOfWork
from app.storage.customer_tags import CustomerTagRow, drop_tag, list_tags
from app.storage.writes import insert_rows

Tag = tuple[str, str, str]
PUT_TAG = insert_rows(
    CustomerTagRow, unique=("customer_key", "tag", "value"), overwrite=("kind", "since", "until", "source")
)


def replace_tags(work: UnitOfWork, tags: Mapping[int, Iterable[Tag]], source: str) -> None:
    """Put tags (kind, tag, value) on customers, by key, instead of the values they had; the same stay as they are.

    What is new is among the collected writes.
    """
    there: dict[int, set[Tag]] = defaultdict(set)
    for row in list_tags(work.connection, list(tags), work.now):
        there[row.customer_key].add((row.kind, row.tag, row.value))
    rows = []
    for key, told in tags.items():
        wanted = set(told)
        names = {(kind, tag) for kind, tag, _ in wanted}
        for kind, tag, value in sorted(there[key] - wanted):
            if (kind, tag) in names:
                drop_tag(work.connection, key, tag, value)
        rows += [(key, tag, value, kind, work.now, None, source) for kind, tag, value in sorted(wanted - there[key])]
    work.writes.add(PUT_TAG, *rows)
