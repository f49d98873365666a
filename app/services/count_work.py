"""Count what waits, for the people who run the installation."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, func, select

from app.storage.audit import OutboxRow
from app.storage.incidents import IncidentRow
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.notices import DEAD, WAITING, NoticeRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow


def count_work(connection: Connection, now: datetime) -> dict[str, int]:
    """Return counts by name: what is open, what is due at `now` and not done, what failed."""
    asked = {
        "open_instances": select(func.count()).where(ProcessInstanceRow.ended_at.is_(None)),
        "open_user_tasks": select(func.count()).where(UserTaskRow.ended_at.is_(None)),
        "overdue_user_tasks": select(func.count()).where(UserTaskRow.ended_at.is_(None), UserTaskRow.sort_at < now),
        "waiting_jobs": select(func.count()).where(JobRow.available_at <= now),
        "due_timers": select(func.count()).where(TimerRow.next_try_at <= now),
        "due_outbox_entries": select(func.count()).where(OutboxRow.next_try_at <= now),
        "waiting_notices": select(func.count()).where(NoticeRow.state == WAITING),
        "dead_notices": select(func.count()).where(NoticeRow.state == DEAD),
        "active_incidents": select(func.count()).where(IncidentRow.state == "ACTIVE"),
    }
    return {name: int(connection.execute(query).scalar_one()) for name, query in asked.items()}
