"""Blobs: the bytes of a file, sealed, in the file store; here is what is known of each, and its own key.

A row stands before its bytes do: INCOMING while they are written, KEPT once something refers to it, GONE when nothing
does any more. So whatever lies in the store has a row by which a sweep finds it. Knows no complaint and no document.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Connection, Index, Row, String, Text, delete, insert, select, text, update
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.base import Base
from app.storage.types import UTCDateTime

INCOMING, KEPT, GONE = "INCOMING", "KEPT", "GONE"
WAITING, CLEAN, INFECTED = "WAITING", "CLEAN", "INFECTED"
"""What is known of a file's viruses: it waits to be scanned, none were found, some were."""
UNSCANNED = "scan_state = 'WAITING'"


class BlobRow(Base):
    """One sealed file. `file_key` is the file's own key, itself sealed under the ring's key `key_name`.

    `size` is in bytes before sealing, `sha256` in hex of the same; `damaged_at` is when its bytes were found changed
    or lost. `scan_state` is what the scanner for viruses has to say, None where nobody scanned when it came;
    `scan_said` what it said last; `next_scan_at` when a waiting one is to be tried.
    """

    __tablename__ = "blob"
    __table_args__ = (
        Index(None, "state", "created_at"),
        Index(None, "key_name"),
        Index(None, "next_scan_at", sqlite_where=text(UNSCANNED), postgresql_where=text(UNSCANNED)),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    state: Mapped[str] = mapped_column(String(8))
    path: Mapped[str] = mapped_column(String(80))
    file_key: Mapped[str] = mapped_column(Text)
    key_name: Mapped[str] = mapped_column(String(80))
    size: Mapped[int] = mapped_column(BigInteger)
    sha256: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    damaged_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    scan_state: Mapped[str | None] = mapped_column(String(8))
    scan_said: Mapped[str | None] = mapped_column(Text)
    next_scan_at: Mapped[datetime | None] = mapped_column(UTCDateTime)


def add_blob(connection: Connection, row: Mapping[str, Any]) -> None:
    """Announce a file that is about to be written."""
    connection.execute(insert(BlobRow).values(**row, state=INCOMING, size=0, sha256="", damaged_at=None))


def keep_blob(connection: Connection, key: int, size: int, sha256: str) -> bool:
    """Mark a written file as referred to; whether it still was there to be kept."""
    kept = update(BlobRow).where(BlobRow.key == key, BlobRow.state == INCOMING)
    return connection.execute(kept.values(state=KEPT, size=size, sha256=sha256)).rowcount == 1


def let_blobs_go(connection: Connection, keys: Sequence[int]) -> None:
    """Mark files to which nothing refers any more; their own keys go at once, so that no copy of the bytes opens."""
    connection.execute(update(BlobRow).where(BlobRow.key.in_(keys)).values(state=GONE, file_key=""))


def let_abandoned_go(connection: Connection, before: datetime) -> int:
    """Mark files whose writing began before `before` and to which nothing came to refer; returns how many."""
    abandoned = update(BlobRow).where(BlobRow.state == INCOMING, BlobRow.created_at < before)
    return connection.execute(abandoned.values(state=GONE, file_key="")).rowcount


def list_gone(connection: Connection, most: int) -> Sequence[Row[int, str]]:
    """Return files whose bytes may be deleted: rows of key and path."""
    return connection.execute(select(BlobRow.key, BlobRow.path).where(BlobRow.state == GONE).limit(most)).all()


def delete_blobs(connection: Connection, keys: Sequence[int]) -> None:
    """Forget files whose bytes are deleted."""
    connection.execute(delete(BlobRow).where(BlobRow.key.in_(keys)))


def find_blob(connection: Connection, key: int) -> Row[Any] | None:
    """Return a kept file's row, or None."""
    query = select(BlobRow.__table__).where(BlobRow.key == key, BlobRow.state == KEPT)
    return connection.execute(query).one_or_none()


def claim_unscanned(connection: Connection, now: datetime, until: datetime, limit: int) -> list[int]:
    """Lease kept files that wait for the scanner and are due at `now`, until `until`; returns their keys."""
    waiting = (BlobRow.scan_state == WAITING, BlobRow.next_scan_at <= now, BlobRow.state == KEPT)
    due = select(BlobRow.key).where(*waiting).order_by(BlobRow.next_scan_at).limit(limit)
    keys = list(connection.execute(due.with_for_update(skip_locked=True)).scalars())
    if keys:
        connection.execute(update(BlobRow).where(BlobRow.key.in_(keys)).values(next_scan_at=until))
    return keys


def write_scan(connection: Connection, key: int, state: str, said: str | None, next_at: datetime | None) -> bool:
    """Write what became of scanning a file that waited for it; whether it still did."""
    waits = update(BlobRow).where(BlobRow.key == key, BlobRow.scan_state == WAITING, BlobRow.state == KEPT)
    values = {"scan_state": state, "scan_said": said, "next_scan_at": next_at}
    return connection.execute(waits.values(**values)).rowcount == 1


def set_damaged(connection: Connection, key: int, at: datetime | None) -> bool:
    """Write since when a file is known to be damaged, None for not any more; whether that is new."""
    known = BlobRow.damaged_at.is_(None) if at is not None else BlobRow.damaged_at.is_not(None)
    return connection.execute(update(BlobRow).where(BlobRow.key == key, known).values(damaged_at=at)).rowcount == 1


def list_sealed_under(connection: Connection, key_names: Sequence[str], most: int) -> Sequence[Row[Any]]:
    """Return files whose own key is sealed under one of these keys of the ring."""
    sealed = (BlobRow.key_name.in_(key_names), BlobRow.state != GONE)
    return connection.execute(select(BlobRow.__table__).where(*sealed).limit(most)).all()


def write_file_keys(connection: Connection, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write files' own keys, sealed anew: `key`, `file_key` and `key_name` of each."""
    connection.execute(update(BlobRow), list(rows))
