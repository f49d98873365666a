"""Finds the customer somebody speaks of by blind indexes, or makes one; learns new identities; proposes, never merges.

Owns the rows; who is meant is the domain's rule. Whoever calls holds the year's number row, so that two filings of the
same new person at once make one customer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from app.domain.customer import ONE_A_PERSON, PROVING, Holder, Match, Told, choose
from app.services.unit_of_work import UnitOfWork
from app.storage.customer_merges import OPEN, add_proposal, find_proposal
from app.storage.customers import (
    CustomerIdentityRow,
    CustomerRow,
    HolderRow,
    change_customer,
    list_holders,
    list_roots_holding,
)
from app.storage.types import write_json
from app.storage.writes import insert_rows

ADD_CUSTOMER = insert_rows(CustomerRow)
ADD_IDENTITY = insert_rows(CustomerIdentityRow)
NAME = "name"
KEPT = ("language", "preferred_channel", "tier")


def match_customer(work: UnitOfWork, told: Told, source: str, *, known_stays: bool = False) -> int | None:
    """Return the key of the customer that is meant, made if need be; None where nothing was said of a person.

    `source` says who told: `complaint:<number>`, `import:<file>`, `system:<name>`. What is said of language, channel
    and tier replaces what is known; with `known_stays`, for what was said earlier, it only fills that up. A made
    customer's rows are among the collected writes. With nobody in conflict it asks the database once.
    """
    if told.is_nobody:
        return None
    sealer = work.runtime.sealer
    indexes = {sealer.blind_index(kind, value): kind for kind, value in told.identities.items()}
    name_index = sealer.blind_index(NAME, told.name) if told.name else None
    rows = list_holders(work.connection, list(indexes)) if indexes else []
    match = _choose(work, rows, indexes, name_index)
    if match.chosen is None:
        key = _make(work, told, name_index, source)
        held: set[str] = {row.blind_index for row in rows if row.kind in PROVING}
    else:
        key, root = match.chosen.key, match.chosen.root_key
        _refresh(work, next(row for row in rows if row.key == key), told, name_index, known_stays=known_stays)
        # What proves another person stays with that one.
        held = {row.blind_index for row in rows if row.root_key == root or row.kind in PROVING}
    _learn(work, key, [(index, kind) for index, kind in indexes.items() if index not in held], told, source)
    for other, reason in match.proposed:
        _propose(work, key, other, reason, source)
    return key


def _choose(work: UnitOfWork, rows: Sequence[HolderRow], indexes: Mapping[str, str], name_index: str | None) -> Match:
    holders = [
        Holder(row.key, row.root_key, row.kind, None in (row.name_index, name_index) or row.name_index == name_index)
        for row in rows
    ]
    contradicting: set[int] = set()
    if ONE_A_PERSON in indexes.values():
        others = {one.root_key for one in holders} - {one.root_key for one in holders if one.kind == ONE_A_PERSON}
        contradicting = list_roots_holding(work.connection, others, ONE_A_PERSON) if others else set()
    return choose(holders, contradicting)


def _make(work: UnitOfWork, told: Told, name_index: str | None, source: str) -> int:
    key = work.next_key()
    values = {
        "key": key,
        "root_key": key,
        "merged_into": None,
        "name_index": name_index,
        "sealed": _sealed_name(work, key, told.name),
        "source": source,
        "created_at": work.now,
        **{name: getattr(told, name) for name in KEPT},
    }
    work.writes.add(ADD_CUSTOMER, [values[name] for name in ADD_CUSTOMER.columns])
    return key


def _refresh(work: UnitOfWork, row: HolderRow, told: Told, name_index: str | None, *, known_stays: bool) -> None:
    """Keep what was said last; a name only where there was none."""
    said = {name: getattr(told, name) for name in KEPT if not (known_stays and getattr(row, name))}
    changed: dict[str, Any] = {name: value for name, value in said.items() if value and value != getattr(row, name)}
    if row.name_index is None and name_index is not None:
        changed |= {"name_index": name_index, "sealed": _sealed_name(work, row.key, told.name)}
    if changed:
        change_customer(work.connection, row.key, changed)


def _sealed_name(work: UnitOfWork, key: int, name: str | None) -> str | None:
    if not name:
        return None
    return work.runtime.sealer.seal(write_json({"customerName": name}), f"customer.sealed:{key}")


def _learn(work: UnitOfWork, key: int, new: Sequence[tuple[str, str]], told: Told, source: str) -> None:
    rows = []
    for index, kind in new:
        sealed = work.runtime.sealer.seal(told.identities[kind], f"customer_identity.sealed:{key}:{index}")
        rows.append((index, key, kind, sealed, source, work.now))
    work.writes.add(ADD_IDENTITY, *rows)


def _propose(work: UnitOfWork, key: int, other: int, reason: str, source: str) -> None:
    if find_proposal(work.connection, key, other) is not None:
        return
    first, second = sorted((key, other))
    row = {"one_key": first, "other_key": second, "reason": reason, "source": source, "state": OPEN, "at": work.now}
    add_proposal(work.connection, {**row, "decided_by": None, "decided_at": None})
