"""Operations of the engine API that are known and not served: each answers 501 with a problem that names it."""

from __future__ import annotations

from app.web.v2.operation import Operation, add

UNSERVED = (
    ("get_global_job_statistics", "GET", "/jobs/statistics/global"),
    ("get_job_error_statistics", "POST", "/jobs/statistics/errors"),
    ("get_job_time_series_statistics", "POST", "/jobs/statistics/time-series"),
    ("get_job_type_statistics", "POST", "/jobs/statistics/by-types"),
    ("get_job_worker_statistics", "POST", "/jobs/statistics/by-workers"),
)

for _name, _method, _path in UNSERVED:
    add(Operation(_name, _method, _path))
