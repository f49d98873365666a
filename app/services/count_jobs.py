"""Count what happened to jobs in a stretch of time, for who may read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError
from app.storage import search_job_statistics as counts
from app.storage.complaint_recusals import not_of_hidden
from app.storage.search import Filter, Page, PageWish, search

FEWEST_SECONDS = 60


@dataclass(frozen=True)
class JobsAsked:
    """Of which jobs: a stretch of time, `until` excluded, and the type's operators (none: of every type)."""

    since: datetime
    until: datetime
    type: Mapping[str, Any] = field(default_factory=dict)


def count_jobs(connection: Connection, actor: Actor, asked: JobsAsked) -> dict[str, Any]:
    """Return how many jobs were created, completed and failed, each with its latest instant (`…_at`).

    Raises ForbiddenError, InvalidInputError for a stretch that ends before it begins.
    """
    found = counts.happened(asked.since, asked.until, _among(actor, asked))
    return counts.read_metrics(connection, counts.count_all(found))


def count_jobs_by_type(connection: Connection, actor: Actor, asked: JobsAsked, page: PageWish) -> Page:
    """Return a page of job types with their counts. Raises as `count_jobs`."""
    found = counts.happened(asked.since, asked.until, _among(actor, asked))
    return search(connection, counts.by_type(found), {}, page=page)


def count_jobs_by_worker(connection: Connection, actor: Actor, asked: JobsAsked, page: PageWish) -> Page:
    """Return a page of workers with the counts of the jobs they had last. Raises as `count_jobs`."""
    found = counts.happened(asked.since, asked.until, _among(actor, asked))
    return search(connection, counts.by_worker(found), {}, page=page)


def count_jobs_by_time(connection: Connection, actor: Actor, asked: JobsAsked, seconds: int, page: PageWish) -> Page:
    """Return a page of stretches of `seconds` each in which something happened. Raises as `count_jobs`."""
    if seconds < FEWEST_SECONDS:
        raise InvalidInputError(f"Expected a resolution of at least {FEWEST_SECONDS} s, but it is {seconds} s")
    found = counts.happened(asked.since, asked.until, _among(actor, asked))
    return search(connection, counts.by_time(found, seconds), {}, page=page)


def count_job_errors(connection: Connection, actor: Actor, asked: JobsAsked, wanted: Filter, page: PageWish) -> Page:
    """Return a page of errors (code, message) with how many workers told of each. Raises as `count_jobs`."""
    return search(connection, counts.by_error(asked.since, asked.until, _among(actor, asked)), wanted, page=page)


def _among(actor: Actor, asked: JobsAsked) -> list[ColumnElement[bool]]:
    require_scope(actor, "read")
    if asked.until <= asked.since:
        raise InvalidInputError("Expected 'to' to be after 'from', but it is not", {"to": ["Before from"]})
    conditions = counts.of_type(dict(asked.type))
    if actor.recused:
        conditions.append(not_of_hidden(actor.username, counts.job.instance_key))
    return conditions
