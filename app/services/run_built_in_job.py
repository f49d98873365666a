"""Does the work of one job of a built-in type, so that simple things need no worker of one's own.

Types: `redress:http` calls a web service, `redress:notify` leaves a notice, `redress:set-status` sets a variable,
`redress:start-process`, `redress:publish-message`, `redress:log`. Inputs are the job's variables and headers.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from app.domain.actor import SYSTEM
from app.errors import ConflictError, InvalidInputError, NotFoundError, RedressError
from app.services.activate_jobs import ActivatedJob
from app.services.call_http import call_http
from app.services.claim_built_in_job import claim_built_in_job
from app.services.complete_job import complete_job
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.fail_job import Failure, fail_job
from app.services.post_outbox import MESSAGE, NOTICE, post_outbox
from app.services.throw_job_error import throw_job_error
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.jobs import CLOSED, find_job

log = logging.getLogger(__name__)
FIRST_BACK_OFF_SECONDS = 10.0


@dataclass(frozen=True)
class Done:
    """What a built-in worker did: variables to complete with, or a BPMN error to throw."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    error_code: str | None = None
    error_message: str = ""


def run_built_in_job(runtime: Runtime, job_key: int) -> bool:
    """Claim the job if it may be handed out, do it, and complete it; whether it was done.

    A failure takes one retry and waits longer each time; the last one is an incident. Run twice, it is done once.
    """
    job = runtime.perform(claim_built_in_job, job_key)
    if job is None:
        return False
    try:
        if job.row.type == "redress:http":
            done = _call(runtime, job)
            runtime.perform(_finish, job, done)
        else:
            runtime.perform(_do_and_finish, job)
    except (ConflictError, NotFoundError):
        return False  # cancelled, suspended or finished meanwhile: whoever did that was first
    except RedressError as error:
        runtime.perform(_fail, job, str(error))
        return False
    return True


def give_up_job(work: UnitOfWork, job_key: int, message: str) -> None:
    """Make an incident of a job whose worker broke; one that is over already is left alone."""
    job = find_job(work.connection, job_key)
    if job is not None and job.state not in CLOSED and job.retries > 0:
        fail_job(work, SYSTEM, job_key, Failure(message, 0))


def _call(runtime: Runtime, job: ActivatedJob) -> Done:
    answer = call_http(runtime.settings, job.row.headers, job.variables, idempotency_key=str(job.row.key))
    return Done(answer.variables, answer.error_code, answer.error_message)


def _do_and_finish(work: UnitOfWork, job: ActivatedJob) -> None:
    """Do a job whose effect is rows, in the transaction that completes it: both happen, or neither."""
    _finish(work, job, WORKERS[job.row.type](work, job))


def _finish(work: UnitOfWork, job: ActivatedJob, done: Done) -> None:
    key, token = job.row.key, job.lease_token
    if done.error_code is None:
        complete_job(work, SYSTEM, key, done.variables, lease_token=token)
    else:
        throw_job_error(work, SYSTEM, key, done.error_code, done.error_message, done.variables, lease_token=token)


def _fail(work: UnitOfWork, job: ActivatedJob, message: str) -> None:
    retries = job.row.retries - 1
    tried = int(job.row.headers.get("retries", 3)) - retries
    back_off = FIRST_BACK_OFF_SECONDS * 2 ** min(max(tried, 0), 10)
    fail_job(work, SYSTEM, job.row.key, Failure(message, retries, back_off), lease_token=job.lease_token)


def _notify(work: UnitOfWork, job: ActivatedJob) -> Done:
    payload = {"event": "notify", "headers": dict(job.row.headers), "variables": dict(job.variables)}
    post_outbox(work, NOTICE, payload, instance_key=job.row.instance_key)
    return Done()


def _set_status(work: UnitOfWork, job: ActivatedJob) -> Done:  # noqa: ARG001 - every worker is called alike
    return Done({"status": _wanted(job, "newStatus")})


def _start_process(work: UnitOfWork, job: ActivatedJob) -> Done:
    process_id = _wanted(job, "processId")
    variables = job.variables.get("processVariables", {})
    if not isinstance(variables, dict):
        raise InvalidInputError("Expected processVariables to be a context, but it is not")
    plan = StartPlan(process_id=process_id, business_id=job.variables.get("businessId"))
    created = create_process_instance(work, SYSTEM, plan, variables)
    return Done({"startedProcessInstanceKey": str(created.key)})


def _publish_message(work: UnitOfWork, job: ActivatedJob) -> Done:
    payload = {
        "name": _wanted(job, "messageName"),
        "correlation_key": str(job.variables.get("correlationKey", "")),
        "message_id": str(job.row.key),
        "time_to_live_seconds": float(job.variables.get("timeToLiveSeconds", 0)),
        "variables": job.variables.get("messageVariables", {}),
    }
    work.deliver(post_outbox(work, MESSAGE, payload, instance_key=job.row.instance_key))
    return Done()


def _log(work: UnitOfWork, job: ActivatedJob) -> Done:  # noqa: ARG001 - every worker is called alike
    log.info("process.log", extra={"instance": job.row.instance_key, "text": _wanted(job, "message")})
    return Done()


def _wanted(job: ActivatedJob, name: str) -> str:
    """An input by name: a variable, else a header."""
    value = job.variables.get(name, job.row.headers.get(name))
    if not isinstance(value, str) or not value:
        where = f"job {job.row.key} ({job.row.type}, element {job.row.element_id!r})"
        raise InvalidInputError(f"Expected {where} to have a text {name!r}, but it has {value!r}")
    return value


WORKERS: Mapping[str, Callable[[UnitOfWork, ActivatedJob], Done]] = {
    "redress:notify": _notify,
    "redress:set-status": _set_status,
    "redress:start-process": _start_process,
    "redress:publish-message": _publish_message,
    "redress:log": _log,
}
