"""Finds what no nudge has reached, and clears away what is over: each sweep's chores besides the timers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from app.services.claim_built_in_job import find_built_in_jobs
from app.services.export_list import KEPT
from app.services.unit_of_work import UnitOfWork
from app.storage.audit import list_due_outbox
from app.storage.automation import list_due_events
from app.storage.batch_operations import list_active_batches
from app.storage.clock_setting import find_pinned_at
from app.storage.list_exports import delete_exports, list_due_exports
from app.storage.messages import delete_expired_messages, list_unsettled_messages
from app.storage.notices import list_due_notices
from app.storage.portal_codes import delete_codes
from app.storage.portal_sessions import delete_portal_sessions
from app.storage.retention import delete_old_records
from app.storage.task_drafts import delete_ended_drafts

KEPT_CODES = timedelta(days=1)
"""How long the portal's codes are kept: they are counted by the hour."""

MOST_OLD_RECORDS = 1000
"""How many records of a kind go in one transaction, once a minute: some 1.4 million a day."""

GRACE_SECONDS = 2.0
"""How long whoever committed a row may take to see to it himself before a sweep does."""
KEPT_DRAFTS = timedelta(days=30)
"""How long the draft of a task that has ended is kept: so long a completion may still be taken back."""


@dataclass(frozen=True)
class Overdue:
    """Keys of rows that still wait to be seen to."""

    jobs: list[int]
    outbox: list[int]
    messages: list[int]
    batches: list[int]
    notices: list[int]
    events: list[int]
    exports: list[int]


def find_overdue(work: UnitOfWork, limit: int) -> Overdue:
    """Return up to `limit` of each kind of row that a nudge or a publisher may have left behind."""
    connection, before = work.connection, _end_of_grace(work)
    return Overdue(
        jobs=find_built_in_jobs(work, before, limit),
        outbox=list_due_outbox(connection, before, limit),
        messages=list_unsettled_messages(connection, before, limit),
        batches=list_active_batches(connection, limit),
        notices=list_due_notices(connection, before, limit),
        events=list_due_events(connection, before, limit),
        exports=list_due_exports(connection, before, limit),
    )


def _end_of_grace(work: UnitOfWork) -> datetime:
    """Return until when a row must be due to count as left behind: under a clock that stands still no grace ends."""
    stands_still = work.runtime.settings.clock_may_move and find_pinned_at(work.connection) is not None
    return work.now if stands_still else work.now - timedelta(seconds=GRACE_SECONDS)


def delete_expired(work: UnitOfWork) -> int:
    """Delete what is over: old records, exports, codes, drafts, and messages; returns how many of these."""
    days = work.runtime.settings.record_retention_days
    if days is not None:
        delete_old_records(work.connection, work.now - timedelta(days=days), MOST_OLD_RECORDS)
    delete_exports(work.connection, work.now - KEPT)
    delete_portal_sessions(work.connection, work.now)
    delete_codes(work.connection, work.now - KEPT_CODES)
    delete_ended_drafts(work.connection, work.now - KEPT_DRAFTS)
    return delete_expired_messages(work.connection, work.now)
