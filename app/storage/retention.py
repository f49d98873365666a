"""Deletes records whose time is over: notices, events of rules and their firings, lines of the audit log.

What belongs to a complaint stays as long as the complaint is open, and then for the time given; the rest goes by age.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, true

from app.storage.audit import AuditRow
from app.storage.automation import WAITING as UNASKED
from app.storage.automation import AutomationEventRow, AutomationFiringRow
from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.instances import ProcessInstanceRow
from app.storage.notices import WAITING as UNSENT
from app.storage.notices import NoticeRow


def delete_old_records(connection: Connection, before: datetime, limit: int) -> int:
    """Delete up to `limit` records of each kind that are older than `before`; returns how many went.

    Notices that are still to be sent and events whose rules are still to be asked stay.
    """
    notice, firing, event, line = NoticeRow, AutomationFiringRow, AutomationEventRow, AuditRow
    instance = ProcessInstanceRow
    of_its_tree = and_(instance.key == line.instance_key, ComplaintRow.instance_key == instance.root_key)
    kinds: tuple[tuple[type[Base], ColumnElement[bool], ColumnElement[bool]], ...] = (
        (notice, notice.state != UNSENT, ComplaintRow.key == notice.complaint_key),
        (firing, true(), ComplaintRow.key == firing.complaint_key),
        (event, event.state != UNASKED, ComplaintRow.key == event.complaint_key),
        (line, true(), of_its_tree),
    )
    return sum(
        _delete(connection, table, (may_go, ~_is_kept(belongs, before)), before, limit)
        for table, may_go, belongs in kinds
    )


def _is_kept(belongs: ColumnElement[bool], before: datetime) -> ColumnElement[bool]:
    """Whether the record's complaint is open, or ended too short a time ago."""
    open_or_recent = or_(ComplaintRow.ended_at.is_(None), ComplaintRow.ended_at >= before)
    return exists(select(ComplaintRow.key).where(belongs, open_or_recent))


def _delete(
    connection: Connection, table: type[Base], conditions: Sequence[ColumnElement[bool]], before: datetime, limit: int
) -> int:
    columns = table.__table__.c
    made_at: ColumnElement[datetime] = columns["created_at" if "created_at" in columns else "at"]
    oldest = connection.execute(select(made_at).order_by(columns.key).limit(1)).scalar_one_or_none()
    if oldest is None or oldest >= before:  # keys go by age: so the whole table need not be looked through
        return 0
    old = select(columns.key).where(made_at < before, *conditions).order_by(columns.key).limit(limit)
    keys = connection.execute(old).scalars().all()
    return connection.execute(delete(table).where(columns.key.in_(keys))).rowcount if keys else 0
