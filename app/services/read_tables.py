"""Reads decision tables, their versions, and the proposals to change them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.table_releases import PROPOSED
from app.errors import NotFoundError
from app.services.review_table import files_of, review_table
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import BEGINNING, list_tables
from app.storage.table_releases import find_table_release, list_table_releases

IN_FORCE, SCHEDULED, PAST, TAKEN_BACK = "in-force", "scheduled", "past", "taken-back"


@dataclass(frozen=True)
class TableVersion:
    """One version of a table's file; `effective_at` None where it holds from the beginning, or was taken back."""

    key: int
    version: int
    standing: str
    effective_at: datetime | None
    deployed_at: datetime
    deployed_by: str


@dataclass(frozen=True)
class Table:
    """A decision table's file with its versions, the newest first, and its proposals, the newest first."""

    id: str
    name: str
    file: str
    decisions: tuple[str, ...]
    versions: tuple[TableVersion, ...]
    releases: tuple[Row[Any], ...]

    @property
    def in_force(self) -> TableVersion | None:
        """The version that decides now."""
        return next((one for one in self.versions if one.standing == IN_FORCE), None)

    @property
    def scheduled(self) -> TableVersion | None:
        """The version that takes effect next."""
        return min(
            (one for one in self.versions if one.standing == SCHEDULED),
            key=lambda one: (one.effective_at or BEGINNING, one.version),
            default=None,
        )

    @property
    def proposed(self) -> int:
        """How many proposals wait for a decision."""
        return sum(one.state == PROPOSED for one in self.releases)


@dataclass(frozen=True)
class ReleaseView:
    """A proposal, and its review: as it is now while it is open, as it was when it was decided on afterwards."""

    row: Row[Any]
    review: dict[str, Any]


def read_tables(work: UnitOfWork, actor: Actor) -> list[Table]:
    """Return every decision table that is deployed or proposed, by id; raises ForbiddenError."""
    require_scope(actor, "tables")
    versions: dict[str, list[Row[Any]]] = {}
    for row in list_tables(work.connection):
        versions.setdefault(row.drg_id, []).append(row)
    releases: dict[str, list[Row[Any]]] = {}
    for release in list_table_releases(work.connection):
        releases.setdefault(release.table_id, []).append(release)
    return [
        _table(table_id, versions.get(table_id, []), releases.get(table_id, []), work.now)
        for table_id in sorted(versions.keys() | releases.keys())
    ]


def read_table(work: UnitOfWork, actor: Actor, table_id: str) -> Table:
    """Return one decision table; raises ForbiddenError and NotFoundError."""
    found = next((table for table in read_tables(work, actor) if table.id == table_id), None)
    if found is None:
        raise NotFoundError(f"Expected a decision table {table_id!r}, but there is none")
    return found


def list_releases(work: UnitOfWork, actor: Actor, state: str | None = None) -> Sequence[Row[Any]]:
    """Return the proposals in a state (None: in any), the newest first; raises ForbiddenError."""
    require_scope(actor, "tables")
    return list_table_releases(work.connection, state=state)


def read_release(work: UnitOfWork, actor: Actor, key: int) -> ReleaseView:
    """Return a proposal with its review; raises ForbiddenError and NotFoundError."""
    require_scope(actor, "tables")
    row = get_release(work, key)
    if row.review is not None:
        return ReleaseView(row, row.review)
    return ReleaseView(row, review_table(work, files_of(row), max(row.effective_at or work.now, work.now)))


def get_release(work: UnitOfWork, key: int, *, lock: bool = False) -> Row[Any]:
    """Return a stored proposal, locked if wanted; raises NotFoundError."""
    row = find_table_release(work.connection, key, lock=lock)
    if row is None:
        raise NotFoundError(f"Expected a proposed table with the key {key}, but there is none")
    return row


def _table(table_id: str, rows: Sequence[Row[Any]], releases: Sequence[Row[Any]], now: datetime) -> Table:
    graphs = {row.key: row for row in reversed(rows)}  # of each graph its first decision's row
    holding = [row for row in graphs.values() if row.effective_at is not None and row.effective_at <= now]
    current = max(holding, key=lambda row: (row.effective_at, row.version), default=None)
    shown = sorted((_version(row, current, now) for row in graphs.values()), key=lambda one: -one.version)
    newest = max(graphs.values(), key=lambda row: row.version, default=None) or releases[0]
    decisions = tuple(dict.fromkeys(row.decision_id for row in rows if row.key == newest.key))
    return Table(table_id, newest.name, newest.file, decisions, tuple(shown), tuple(releases))


def _version(row: Row[Any], current: Row[Any] | None, now: datetime) -> TableVersion:
    at = row.effective_at
    if at is None:
        standing = TAKEN_BACK
    elif current is not None and row.key == current.key:
        standing = IN_FORCE
    else:
        standing = SCHEDULED if at > now else PAST
    return TableVersion(
        row.key, row.version, standing, None if at == BEGINNING else at, row.deployed_at, row.deployed_by
    )
