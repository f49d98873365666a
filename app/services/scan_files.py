"""Lets the scanner look at files that wait for it, and sees to those in which it found something.

A file waits from its arrival where a scanner is configured; nobody reads it until it was found clean. While the scanner
does not answer, it goes on waiting. One in which a virus was found is never read again, and people are told once.
"""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import timedelta

from app.domain.access import scopes_of
from app.domain.actor import SYSTEM
from app.errors import NotFoundError, UnavailableError
from app.scanners.clamd import find_virus
from app.services.attach_file import ENTITY, add_attachment_event
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.open_file import open_unchecked_file
from app.services.raise_incident import raise_quarantine_incident
from app.services.record_audit import record_audit
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.attachments import list_attachments_of_blob
from app.storage.blobs import CLEAN, INFECTED, WAITING, claim_unscanned, find_blob, write_scan
from app.storage.files import DamagedFileError
from app.storage.people import list_places

LEASE = timedelta(minutes=10)
"""How long one scan may take before another worker tries."""
AGAIN = timedelta(minutes=1)
LONGEST_NAME = 200

log = logging.getLogger(__name__)


def claim_files_to_scan(work: UnitOfWork, limit: int) -> list[int]:
    """Lease files that wait for the scanner; returns their keys, none where there is no scanner."""
    if work.runtime.settings.clamd_url is None:
        return []
    return claim_unscanned(work.connection, work.now, work.now + LEASE, limit)


def scan_files(runtime: Runtime, keys: Sequence[int]) -> int:
    """Scan files that were leased; returns how many verdicts there are. Without one a file waits on."""
    verdicts = 0
    for key in keys:
        try:
            virus = _scan(runtime, key)
        except NotFoundError:
            continue  # deleted meanwhile
        except (UnavailableError, DamagedFileError) as error:
            log.warning("scan.failed", extra={"blob": key, "error": str(error)})
            runtime.perform(_wait, key, str(error))
            continue
        runtime.perform(_judge, key, virus)
        verdicts += 1
    return verdicts


def _scan(runtime: Runtime, key: int) -> str | None:
    settings = runtime.settings
    if settings.clamd_url is None:
        raise UnavailableError("Expected REDRESS_CLAMD_URL to name a virus scanner, but it is not set")
    with runtime.reading() as connection:
        blob = find_blob(connection, key)
        if blob is None:
            raise NotFoundError("Expected a stored file, but it was deleted")
        pieces = open_unchecked_file(runtime, connection, key, 0, blob.size) if blob.size else iter(())
    return find_virus(settings.clamd_url, pieces, timeout_seconds=settings.http_job_timeout_seconds)


def _wait(work: UnitOfWork, key: int, said: str) -> None:
    write_scan(work.connection, key, WAITING, said, work.now + AGAIN)


def _judge(work: UnitOfWork, key: int, virus: str | None) -> None:
    if virus is None:
        write_scan(work.connection, key, CLEAN, None, None)
        return
    if not write_scan(work.connection, key, INFECTED, virus[:LONGEST_NAME], None):
        return
    log.warning("file.infected", extra={"blob": key, "virus": virus})
    found = list_attachments_of_blob(work.connection, key)
    for row in found:
        details = {"attachment": str(row.key), "virus": virus[:LONGEST_NAME]}
        add_attachment_event(work, SYSTEM, row.complaint_key, "attachment-infected", details)
        record_audit(work, SYSTEM, "UPDATE", ENTITY, row.key, details={"quarantined": virus[:LONGEST_NAME]})
        message = f"Expected a file without viruses, but the scanner found {virus[:LONGEST_NAME]}: nobody is given it"
        raise_quarantine_incident(work, row, message)
    _tell_security(work, key, virus, found[0].complaint_key if found else None)


def _tell_security(work: UnitOfWork, key: int, virus: str, complaint_key: int | None) -> None:
    accounts = [row for row in list_places(work.connection) if row.active and "security" in scopes_of(row.roles)]
    told = [f"user:{row.username}" for row in accounts]
    parameters = {"virus": virus[:LONGEST_NAME], "file": str(key)}
    leave_notices(
        work, NoticeRequest(f"infected {key}", "file_infected", told, parameters, complaint_key=complaint_key)
    )
