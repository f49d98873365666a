"""Does jobs of the built-in types."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence

from app.errors import UnavailableError
from app.services.run_built_in_job import give_up_job, run_built_in_job
from app.services.unit_of_work import Runtime
from tasks.process import process_runtime

log = logging.getLogger(__name__)


def run_jobs(keys: Iterable[Sequence[int]]) -> int:
    """Do the jobs with these keys; returns how many were done."""
    return do_jobs(process_runtime(), [key for (key,) in keys])


def do_jobs(runtime: Runtime, keys: Iterable[int]) -> int:
    """Do each job; one that breaks becomes an incident and keeps no other back."""
    done = 0
    for key in keys:
        try:
            done += run_built_in_job(runtime, key)
        except UnavailableError:
            log.warning("jobs.unavailable", extra={"job": key})  # the lease ends, and the next sweep finds it
        except Exception as error:  # the job runner: whatever it was, a person must see it
            log.exception("jobs.broken", extra={"job": key})
            runtime.perform(give_up_job, key, f"{type(error).__name__}: {error}")
    return done
