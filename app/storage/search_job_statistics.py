"""Counts of jobs in a stretch of time: how many were created, completed and failed, by type, worker, error and time.

A job counts as failed once if a worker ever gave it back or threw an error, at the time of its last change. Counted
from the rows themselves, so that nothing is paid while jobs run; what was deleted is not counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    FromClause,
    Numeric,
    Select,
    Subquery,
    case,
    cast,
    extract,
    func,
    literal,
    literal_column,
    or_,
    select,
    union_all,
)

from app.storage.jobs import JobRow
from app.storage.search import Field, Resource
from app.storage.search_conditions import Kind, condition_on

STATUSES = ("created", "completed", "failed")

_NONE: ColumnElement[str] = literal_column("''")  # no parameter, so that it may be grouped by
job = JobRow.__table__.c
has_failed = or_(job.error_message.is_not(None), job.error_code.is_not(None))


def happened(since: datetime, until: datetime, also: Sequence[ColumnElement[bool]]) -> Subquery:
    """Return what happened to jobs that meet `also`: type, worker, status and instant, `until` excluded."""
    parts = [
        select(job.type, job.worker, literal(status).label("status"), at.label("at")).where(
            at >= since, at < until, condition, *also
        )
        for status, at, condition in (
            ("created", job.created_at, job.created_at.is_not(None)),
            ("completed", job.ended_at, job.state == "COMPLETED"),
            ("failed", job.updated_at, has_failed),
        )
    ]
    return union_all(*parts).subquery("happened")


def _metrics(found: Subquery) -> list[ColumnElement[Any]]:
    columns: list[ColumnElement[Any]] = []
    for status in STATUSES:
        mine = found.c.status == status
        columns += [
            func.count(case((mine, 1))).label(status),
            func.max(case((mine, found.c.at))).label(f"{status}_at"),
        ]
    return columns


def count_all(found: Subquery) -> Select[Any]:
    """Return the query of the metrics of everything in `found`."""
    return select(*_metrics(found))


def by_type(found: Subquery) -> Resource:
    """Return the job types with their metrics and how many workers had them."""
    workers = func.count(func.nullif(found.c.worker, "").distinct()).label("workers")
    counts = select(found.c.type, *_metrics(found), workers).group_by(found.c.type).subquery()
    more = {"workers": Field(counts.c.workers, Kind.WHOLE)}
    return _resource("JobTypeStatistics", counts, "jobType", Field(counts.c.type, Kind.TEXT), more)


def by_worker(found: Subquery) -> Resource:
    """Return the workers that had jobs last, with the metrics of those jobs."""
    known = select(found.c.worker, *_metrics(found)).where(found.c.worker != "")
    counts = known.group_by(found.c.worker).subquery()
    return _resource("JobWorkerStatistics", counts, "worker", Field(counts.c.worker, Kind.TEXT))


def by_time(found: Subquery, seconds: int) -> Resource:
    """Return stretches of so many seconds in which something happened, as seconds since 1970, with their metrics."""
    at = cast(extract("epoch", found.c.at), Numeric)
    placed = select(found, cast(at - at % seconds, BigInteger).label("begin")).subquery()
    counts = select(placed.c.begin, *_metrics(placed)).group_by(placed.c.begin).subquery()
    return _resource("JobTimeSeriesStatistics", counts, "_begin", Field(counts.c.begin, Kind.WHOLE))


def by_error(since: datetime, until: datetime, also: Sequence[ColumnElement[bool]]) -> Resource:
    """Return the errors that workers told of, each with how many workers did."""
    code, message = (func.coalesce(told, _NONE) for told in (job.error_code, job.error_message))
    workers = func.count(func.nullif(job.worker, "").distinct()).label("workers")
    query = select(code.label("code"), message.label("message"), workers)
    query = query.where(has_failed, job.updated_at >= since, job.updated_at < until, *also)
    counts = query.group_by(code, message).subquery()
    fields = {
        "errorCode": Field(counts.c.code, Kind.TEXT),
        "errorMessage": Field(counts.c.message, Kind.TEXT),
        "workers": Field(counts.c.workers, Kind.WHOLE),
        "_id": Field(counts.c.code + "\n" + counts.c.message, Kind.TEXT, shown=False),
    }
    return Resource(name="JobErrorStatistics", source=counts, key="_id", fields=fields)


def read_metrics(connection: Connection, query: Select[Any]) -> dict[str, Any]:
    """Return the one row of `count_all`'s query as a record."""
    return dict(connection.execute(query).one()._mapping)


def of_type(asked: dict[str, Any]) -> list[ColumnElement[bool]]:
    """Return the conditions that a filter on the type puts on a job."""
    return condition_on(job.type, asked)


def _resource(name: str, counts: FromClause, key: str, by: Field, more: dict[str, Field] | None = None) -> Resource:
    fields: dict[str, Field] = {key: by}
    for status in STATUSES:
        fields[status] = Field(counts.c[status], Kind.WHOLE)
        fields[f"{status}_at"] = Field(counts.c[f"{status}_at"], Kind.INSTANT, null=True)
    return Resource(name=name, source=counts, key=key, fields={**fields, **(more or {})})
