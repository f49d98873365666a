"""Keeps the file store in order: what nothing refers to goes, what was kept long enough goes, old keys are replaced."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from app.domain.actor import SYSTEM
from app.services.attach_file import ENTITY, add_attachment_event
from app.services.receive_file import key_place
from app.services.record_audit import record_audit
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.attachments import bury_attachments, list_outlived
from app.storage.blobs import (
    delete_blobs,
    let_abandoned_go,
    let_blobs_go,
    list_gone,
    list_sealed_under,
    write_file_keys,
)
from app.storage.documents import take_expired_documents

ABANDONED = timedelta(hours=24)
"""How long a file may take to arrive and to be kept; longer, and whoever sent it is gone."""
BATCH = 200
RETENTION = "retention"
"""The reason that stands on what the retention period deletes."""


def sweep_files(runtime: Runtime) -> int:
    """Do all of it once, a batch of each; returns how many files' bytes were deleted. May run in many nodes at once."""
    runtime.perform(end_retention)
    runtime.perform(_forget_expired)
    gone = runtime.perform(_find_gone)
    for _, path in gone:
        runtime.files.delete(path)
    if gone:
        runtime.perform(_forget, [key for key, _ in gone])
    runtime.perform(replace_file_keys)
    return len(gone)


def end_retention(work: UnitOfWork) -> int:
    """Delete attachments of complaints that ended longer ago than files are kept; returns how many."""
    days = work.runtime.settings.file_retention_days
    rows = [] if days is None else list_outlived(work.connection, work.now - timedelta(days=days), BATCH)
    if not rows:
        return 0
    bury_attachments(work.connection, [row.key for row in rows], work.now, SYSTEM.username, RETENTION)
    let_blobs_go(work.connection, [row.blob_key for row in rows])
    for row in rows:
        details = {"attachment": str(row.key), "reason": RETENTION}
        add_attachment_event(work, SYSTEM, row.complaint_key, "attachment-deleted", details)
        record_audit(work, SYSTEM, "DELETE", ENTITY, row.key)
    return len(rows)


def replace_file_keys(work: UnitOfWork) -> int:
    """Seal files' own keys anew that are sealed under a key which is not the ring's first any more.

    The files themselves stay as they are; once this returns 0, an old key may leave the ring as far as files go.
    """
    sealer = work.runtime.sealer
    rows = list_sealed_under(work.connection, sealer.former, BATCH)
    if rows:
        again = [
            {
                "key": row.key,
                "file_key": sealer.seal(sealer.open(row.file_key, key_place(row.key)), key_place(row.key)),
                "key_name": sealer.current,
            }
            for row in rows
        ]
        write_file_keys(work.connection, again)
    return len(rows)


def _forget_expired(work: UnitOfWork) -> None:
    if expired := take_expired_documents(work.connection, work.now, BATCH):
        let_blobs_go(work.connection, expired)


def _find_gone(work: UnitOfWork) -> Sequence[tuple[int, str]]:
    let_abandoned_go(work.connection, work.now - ABANDONED)
    return [(row.key, row.path) for row in list_gone(work.connection, BATCH)]


def _forget(work: UnitOfWork, keys: Sequence[int]) -> None:
    delete_blobs(work.connection, keys)
