"""Work for machines, in Camunda's sense: rows that workers poll, lease, complete or fail."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    ForeignKey,
    Index,
    Integer,
    Row,
    String,
    Text,
    and_,
    exists,
    select,
    text,
    update,
)
from sqlalchemy.orm import Mapped, mapped_column

from app.storage.audit import AuditRow
from app.storage.base import Base
from app.storage.types import JSONText, UTCDateTime

AVAILABLE = "available_at IS NOT NULL"
TOLD_HEADER = "io.camunda.zeebe:userTask"
"""The header that keeps what a task listener is told of its task (`JobOpened.told`)."""


class JobRow(Base):
    """One job. `available_at`: when it may next be handed out, or NULL when it may not (no retries, suspended, ended);
    a lease or a back-off simply moves it. `deadline_at` and `lease_token` belong to the worker that holds it.
    `is_denied`, `denied_reason`: whether a completed task listener refused what it was asked about, and why.
    """

    __tablename__ = "job"
    __table_args__ = (
        Index(None, "instance_key"),
        Index(
            "ix_job_available",
            "type",
            "available_at",
            "key",
            postgresql_where=text(AVAILABLE),
            sqlite_where=text(AVAILABLE),
        ),
    )

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    instance_key: Mapped[int] = mapped_column(ForeignKey("process_instance.key"))
    root_key: Mapped[int] = mapped_column(BigInteger)
    definition_key: Mapped[int] = mapped_column(BigInteger)
    element_key: Mapped[int] = mapped_column(BigInteger)
    element_id: Mapped[str] = mapped_column(Text)
    user_task_key: Mapped[int | None] = mapped_column(BigInteger)
    type: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(24))
    listener_event: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    retries: Mapped[int]
    priority: Mapped[int] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]] = mapped_column(JSONText)
    worker: Mapped[str] = mapped_column(Text)
    available_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    deadline_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    lease_token: Mapped[str | None] = mapped_column(String(32))
    error_code: Mapped[str | None] = mapped_column(Text)
    error_message: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UTCDateTime)
    updated_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ended_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    is_denied: Mapped[bool | None]
    denied_reason: Mapped[str | None] = mapped_column(Text)


CLOSED = frozenset({"COMPLETED", "CANCELED", "ERROR_THROWN"})


def claim_jobs(
    connection: Connection, condition: ColumnElement[bool], now: datetime, limit: int, lease: dict[str, Any]
) -> list[Row[Any]]:
    """Lease up to `limit` jobs that may be handed out at `now`, the most urgent first; returns their rows as leased."""
    table = JobRow.__table__
    available = (
        select(table)
        .where(condition, table.c.available_at <= now)
        .order_by(table.c.priority.desc(), table.c.available_at, table.c.key)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = list(connection.execute(available).all())
    if rows:
        leased = update(JobRow).where(JobRow.key.in_([row.key for row in rows]))
        connection.execute(leased.values(**lease, updated_at=now))
    return rows


def find_job(connection: Connection, key: int) -> Row[Any] | None:
    """Return a job's row."""
    return connection.execute(select(JobRow.__table__).where(JobRow.key == key)).one_or_none()


def find_denial(connection: Connection, instance_key: int, task_key: int) -> str | None:
    """Return why the last task listener of a user task denied what was asked (perhaps empty).

    None when it let it, and once something else was done with the task, by whomever.
    """
    job, audit = JobRow.__table__.c, AuditRow.__table__.c
    done_since = exists().where(
        audit.instance_key == instance_key, audit.entity_key == task_key, audit.at > job.ended_at
    )
    told = select(and_(job.is_denied, ~done_since).label("stands"), job.denied_reason).where(
        job.instance_key == instance_key, job.user_task_key == task_key, job.kind == "TASK_LISTENER"
    )
    last = connection.execute(told.order_by(job.key.desc()).limit(1)).one_or_none()
    return (last.denied_reason or "") if last is not None and last.stands else None


def write_job(connection: Connection, key: int, **values: Any) -> None:
    """Change columns of a job."""
    connection.execute(update(JobRow).where(JobRow.key == key).values(**values))


def pause_jobs(connection: Connection, instance_key: int) -> None:
    """Keep an instance's jobs from being handed out."""
    connection.execute(update(JobRow).where(JobRow.instance_key == instance_key).values(available_at=None))


def resume_jobs(connection: Connection, instance_key: int, now: datetime) -> None:
    """Let an instance's open jobs with retries left be handed out again."""
    waiting = (JobRow.instance_key == instance_key, JobRow.ended_at.is_(None), JobRow.retries > 0)
    connection.execute(update(JobRow).where(*waiting).values(available_at=now))


def lock_job(connection: Connection, key: int) -> None:
    """Keep others from changing a job until the transaction ends."""
    connection.execute(select(JobRow.key).where(JobRow.key == key).with_for_update())


def list_available_jobs(connection: Connection, type_: str, now: datetime, limit: int) -> list[int]:
    """Return the keys of jobs of a type that may be handed out, longest waiting first."""
    available = (JobRow.type == type_, JobRow.available_at <= now)
    query = select(JobRow.key).where(*available).order_by(JobRow.available_at, JobRow.key).limit(limit)
    return list(connection.execute(query).scalars())
