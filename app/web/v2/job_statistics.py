"""Counts of jobs in a stretch of time: in all, by type, worker, error and time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from app.engine.timers import TimerError
from app.engine.timers.reading import read_length
from app.errors import InvalidInputError
from app.services.count_jobs import (
    JobsAsked,
    count_job_errors,
    count_jobs,
    count_jobs_by_time,
    count_jobs_by_type,
    count_jobs_by_worker,
)
from app.storage.search import Field, Page
from app.storage.search_conditions import Kind
from app.storage.search_job_statistics import STATUSES, job
from app.web import wire
from app.web.v2.operation import Call, operation
from app.web.v2.records import PAGE_RESULT, ConditionField, read_page, show_page

SENSIBLE_SECONDS = (60, 300, 900, 3600, 6 * 3600, 86400)
MOST_STRETCHES = 100
"""Without a resolution, the finest sensible one that cuts the time asked for into no more than this."""

METRIC = wire.result("StatusMetric", {"count": wire.whole(), "lastUpdatedAt": wire.instant(null=True)})
METRICS: wire.Names = {status: wire.nested(METRIC) for status in STATUSES}
GLOBAL = wire.result("GlobalJobStatisticsQueryResult", {**METRICS, "isIncomplete": wire.flag()})
STRETCH: wire.Names = {"from": wire.instant(required=True), "to": wire.instant(required=True)}
PAGE = wire.shape("CursorForwardPagination", {"after": wire.text(), "limit": wire.whole(least=0, most=10_000)})


def _condition() -> ConditionField:
    return ConditionField(Field(job.type, Kind.TEXT))


def _add(name: str, noun: str, called: str, wanted: wire.Names, shown: wire.Names, told: str, answer: Any) -> None:
    asked = wire.shape(f"{called}Filter", {**STRETCH, **wanted})
    body = wire.shape(f"{called}Query", {"filter": wire.nested(asked, required=True), "page": wire.nested(PAGE)})
    item = wire.result(f"{called}Item", shown)
    page = {"items": wire.many(item), "page": wire.nested(PAGE_RESULT)}
    result = wire.result(f"{called}QueryResult", page)

    def count(call: Call) -> dict[str, Any]:
        found: Page = answer(call, call.body["filter"])
        return show_page(found, [_show(one) for one in found.items])

    count.__doc__ = told
    operation(name, "POST", f"/jobs/statistics/{noun}", body=body, body_needed=True, result=result)(count)


def _show(record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a record with its metrics as objects, and the beginning of a stretch of time as an instant."""
    plain = {name: value for name, value in record.items() if name.removesuffix("_at") not in STATUSES}
    begin = plain.pop("_begin", None)
    if begin is not None:
        plain["time"] = wire.show_instant(datetime.fromtimestamp(begin, UTC))
    metrics = {
        status: {"count": record[status], "lastUpdatedAt": _instant(record[f"{status}_at"])}
        for status in STATUSES
        if status in record
    }
    return {**plain, **metrics}


def _instant(at: datetime | None) -> str | None:
    return None if at is None else wire.show_instant(at)


def _asked(given: Mapping[str, Any]) -> JobsAsked:
    of_type = given.get("jobType", {})
    return JobsAsked(given["from"], given["to"], {"$eq": of_type} if isinstance(of_type, str) else of_type)


@operation(
    "get_global_job_statistics",
    "GET",
    "/jobs/statistics/global",
    query=wire.shape("GlobalJobStatisticsQuery", {**STRETCH, "jobType": wire.text()}),
    result=GLOBAL,
)
def count_globally(call: Call) -> dict[str, Any]:
    """Count the jobs created, completed and failed from `from` until before `to`."""
    with call.runtime.reading() as connection:
        return {**_show(count_jobs(connection, call.actor, _asked(call.query))), "isIncomplete": False}


def _by_type(call: Call, given: Mapping[str, Any]) -> Page:
    with call.runtime.reading() as connection:
        return count_jobs_by_type(connection, call.actor, _asked(given), read_page(call.body))


def _by_worker(call: Call, given: Mapping[str, Any]) -> Page:
    with call.runtime.reading() as connection:
        return count_jobs_by_worker(connection, call.actor, _asked(given), read_page(call.body))


def _by_error(call: Call, given: Mapping[str, Any]) -> Page:
    wanted = {name: given[name] for name in ("errorCode", "errorMessage") if name in given}
    with call.runtime.reading() as connection:
        return count_job_errors(connection, call.actor, _asked(given), wanted, read_page(call.body))


def _by_time(call: Call, given: Mapping[str, Any]) -> Page:
    asked = _asked(given)
    seconds = _resolution(given.get("resolution"), (asked.until - asked.since).total_seconds())
    with call.runtime.reading() as connection:
        return count_jobs_by_time(connection, call.actor, asked, seconds, read_page(call.body))


def _resolution(text: str | None, seconds: float) -> int:
    if text is None:
        return next((one for one in SENSIBLE_SECONDS if seconds <= one * MOST_STRETCHES), SENSIBLE_SECONDS[-1])
    try:
        length = read_length(text)
    except TimerError as problem:
        raise InvalidInputError(str(problem), {"resolution": ["No duration"]}) from problem
    if length.months:
        raise InvalidInputError(
            f"Expected a resolution of days, hours and minutes, but got {text!r}",
            {"resolution": ["Of no fixed length"]},
        )
    return length.days * 86400 + int(length.exact.total_seconds())


ONE_TYPE: wire.Names = {"jobType": wire.text(required=True, shortest=1)}

_add(
    "get_job_type_statistics",
    "by-types",
    "JobTypeStatistics",
    {"jobType": _condition()},
    {"jobType": wire.text(), **METRICS, "workers": wire.whole()},
    "Count jobs by their type.",
    _by_type,
)
_add(
    "get_job_worker_statistics",
    "by-workers",
    "JobWorkerStatistics",
    ONE_TYPE,
    {"worker": wire.text(), **METRICS},
    "Count jobs of one type by the worker that had them last.",
    _by_worker,
)
_add(
    "get_job_error_statistics",
    "errors",
    "JobErrorStatistics",
    {**ONE_TYPE, "errorCode": _condition(), "errorMessage": _condition()},
    {"errorCode": wire.text(), "errorMessage": wire.text(), "workers": wire.whole()},
    "Count the workers that told of an error, by the error.",
    _by_error,
)
_add(
    "get_job_time_series_statistics",
    "time-series",
    "JobTimeSeriesStatistics",
    {**ONE_TYPE, "resolution": wire.text()},
    {"time": wire.instant(), **METRICS},
    "Count jobs of one type by stretches of time, those in which nothing happened left out.",
    _by_time,
)
