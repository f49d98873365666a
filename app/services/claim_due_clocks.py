"""Leases clocks about which somebody must be told, so that of all dispatchers and workers one tells of each."""

from __future__ import annotations

from datetime import timedelta

from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import claim_due_clocks as claim_rows


def claim_due_clocks(work: UnitOfWork, limit: int) -> list[tuple[int, int]]:
    """Lease up to `limit` clocks for the settings' lease; returns (key, token) of each."""
    token = work.next_key()
    until = work.now + timedelta(seconds=work.runtime.settings.lease_seconds)
    return [(key, token) for key in claim_rows(work.connection, work.now, until, token, limit)]
