"""Adds one line to the audit log: who did what to what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from app.domain.actor import Actor
from app.services.unit_of_work import UnitOfWork
from app.storage.audit import AuditRow
from app.storage.writes import insert_rows

RECORD = insert_rows(AuditRow)


def record_audit(
    work: UnitOfWork,
    actor: Actor,
    operation: str,
    entity: str,
    entity_key: int,
    *,
    instance_key: int | None = None,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Record an accepted command, under the Camunda API's names of operations and entities."""
    row = (work.next_key(), work.now, actor.username, operation, entity, entity_key, instance_key, details)
    work.writes.add(RECORD, row)
