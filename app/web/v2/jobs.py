"""Work for machines, as workers see it: activate, complete, fail, throw, update."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from app.engine import AdHocActivation, AdHocResult, JobResult, TaskListenerResult
from app.errors import InvalidInputError
from app.services.activate_jobs import JobRequest
from app.services.await_jobs import OfferedJob, await_jobs
from app.services.complete_job import complete_job
from app.services.fail_job import Failure, fail_job
from app.services.throw_job_error import throw_job_error
from app.services.update_job import update_job
from app.storage.jobs import TOLD_HEADER
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.v2.operation import Call, operation
from app.web.v2.user_tasks import COLUMNS

LONGEST_POLL_SECONDS = 30.0
DEFAULT_POLL_SECONDS = 10.0
MOST_JOBS = 1000
DATES = ("dueDate", "followUpDate")

ACTIVATION = wire.shape(
    "JobActivationRequest",
    {
        "type": wire.text(required=True, shortest=1),
        "worker": wire.text(),
        "timeout": wire.whole(required=True, least=1, most=2**40),
        "maxJobsToActivate": wire.whole(required=True, least=1, most=2**31 - 1),
        "fetchVariable": wire.many(wire.text()),
        "requestTimeout": wire.whole(most=2**31 - 1),
        "tenantIds": wire.many(wire.one_of(TENANT_ID)),
        "tenantFilter": wire.one_of("ASSIGNED", "PROVIDED"),
        "withLease": wire.flag(null=True),
    },
)
TASK = wire.result(
    "UserTaskProperties",
    {
        "action": wire.text(),
        "assignee": wire.text(null=True),
        "candidateGroups": wire.many(wire.text()),
        "candidateUsers": wire.many(wire.text()),
        "changedAttributes": wire.many(wire.text()),
        "dueDate": wire.text(null=True),
        "followUpDate": wire.text(null=True),
        "formKey": wire.key(null=True),
        "priority": wire.whole(null=True),
        "userTaskKey": wire.key(null=True),
    },
)
ACTIVATED = wire.result(
    "ActivatedJobResult",
    {
        "type": wire.text(),
        "processDefinitionId": wire.text(),
        "processDefinitionVersion": wire.whole(),
        "elementId": wire.text(),
        "customHeaders": wire.a_map(),
        "worker": wire.text(),
        "retries": wire.whole(),
        "deadline": wire.whole(),
        "variables": wire.a_map(),
        "tenantId": wire.text(),
        "physicalTenantId": wire.text(),
        "jobKey": wire.key(),
        "processInstanceKey": wire.key(),
        "processDefinitionKey": wire.key(),
        "elementInstanceKey": wire.key(),
        "kind": wire.text(),
        "listenerEventType": wire.text(),
        "userTask": wire.nested(TASK, null=True),
        "tags": wire.many(wire.text()),
        "rootProcessInstanceKey": wire.key(null=True),
        "businessId": wire.text(null=True),
        "priority": wire.whole(),
        "jobLeaseToken": wire.text(null=True),
    },
)
ACTIVATIONS = wire.result("JobActivationResult", {"jobs": wire.many(ACTIVATED)})


@operation(
    "activate_jobs", "POST", "/jobs/activation", scope="jobs", body=ACTIVATION, body_needed=True, result=ACTIVATIONS
)
def activate(call: Call) -> dict[str, Any]:
    """Lease jobs of a type; where there are none, wait for some (`requestTimeout` ms; below 0 not at all)."""
    body = call.body
    asked = body.get("requestTimeout", 0) / 1000
    seconds = min(asked or DEFAULT_POLL_SECONDS, LONGEST_POLL_SECONDS)
    request = JobRequest(
        type=body["type"],
        worker=body.get("worker", ""),
        lease_seconds=body["timeout"] / 1000,
        limit=min(body["maxJobsToActivate"], MOST_JOBS),
        names=body.get("fetchVariable"),
    )
    leased = bool(body.get("withLease"))
    return {"jobs": [_show(one, leased) for one in await_jobs(call.runtime, call.actor, request, seconds)]}


def _show(offered: OfferedJob, leased: bool) -> dict[str, Any]:
    row, job = offered.job.row, offered.job
    return {
        "type": row.type,
        "processDefinitionId": offered.process_id,
        "processDefinitionVersion": offered.process_version,
        "elementId": row.element_id,
        "customHeaders": {name: value for name, value in row.headers.items() if name != TOLD_HEADER},
        "worker": job.worker,
        "retries": row.retries,
        "deadline": int(job.deadline_at.timestamp() * 1000),
        "variables": job.variables,
        "tenantId": TENANT_ID,
        "physicalTenantId": "default",
        "jobKey": str(row.key),
        "processInstanceKey": str(row.instance_key),
        "processDefinitionKey": str(row.definition_key),
        "elementInstanceKey": str(row.element_key),
        "kind": row.kind,
        "listenerEventType": row.listener_event,
        "userTask": _show_task(offered),
        "tags": offered.tags,
        "rootProcessInstanceKey": str(row.root_key),
        "businessId": offered.business_id,
        "priority": row.priority,
        "jobLeaseToken": job.lease_token if leased else None,
    }


def _show_task(offered: OfferedJob) -> dict[str, Any] | None:
    task = offered.task
    if task is None:
        return None
    told = offered.job.told or {"action": "", "changedAttributes": [], "attributes": {}}
    return {
        "assignee": task.assignee,
        "candidateGroups": task.candidate_groups or [],
        "candidateUsers": task.candidate_users or [],
        "dueDate": None if task.due_at is None else wire.show_instant(task.due_at),
        "followUpDate": None if task.follow_up_at is None else wire.show_instant(task.follow_up_at),
        "formKey": None if task.form_key is None else str(task.form_key),
        "priority": task.priority,
        "userTaskKey": str(task.key),
        "action": told["action"],
        "changedAttributes": told["changedAttributes"],
        **{name: _moment(value) if name in DATES else value for name, value in told["attributes"].items()},
    }


def _moment(text: str | None) -> str | None:
    return None if text is None else wire.show_instant(datetime.fromisoformat(text))


CORRECTIONS = wire.changes(
    "JobResultCorrections",
    {
        "assignee": wire.text(),
        "dueDate": wire.instant_or_empty(),
        "followUpDate": wire.instant_or_empty(),
        "candidateUsers": wire.many(wire.text()),
        "candidateGroups": wire.many(wire.text()),
        "priority": wire.whole(least=0, most=100),
    },
)
AD_HOC_ELEMENT = wire.shape(
    "JobResultActivateElement", {"elementId": wire.text(required=True), "variables": wire.a_map(null=True)}
)
RESULT = wire.shape(
    "JobResult",
    {
        "type": wire.one_of("userTask", "adHocSubProcess"),
        "denied": wire.flag(null=True),
        "deniedReason": wire.text(null=True),
        "corrections": wire.nested(CORRECTIONS, null=True),
        "activateElements": wire.many(AD_HOC_ELEMENT),
        "isCompletionConditionFulfilled": wire.flag(null=True),
        "isCancelRemainingInstances": wire.flag(null=True),
    },
)
LEASE = {"jobLeaseToken": wire.text(null=True)}
COMPLETION = wire.shape(
    "JobCompletionRequest",
    {
        "variables": wire.a_map(null=True),
        "result": wire.nested(RESULT, null=True),
        "businessId": wire.text(null=True, shortest=1, longest=255),
        **LEASE,
    },
)


@operation("complete_job", "POST", "/jobs/{job_key}/completion", scope="jobs", body=COMPLETION, status=204)
def complete(call: Call) -> None:
    """Complete a job with the given variables, and a listener's or ad-hoc sub-process's result."""
    body = call.body
    call.perform(
        complete_job,
        call.actor,
        call.path["job_key"],
        body.get("variables") or {},
        result=_read_result(body.get("result")),
        lease_token=body.get("jobLeaseToken"),
        business_id=body.get("businessId"),
    )


def _read_result(given: dict[str, Any] | None) -> JobResult | None:
    if given is None:
        return None
    if given.get("type") == "adHocSubProcess":
        elements = [
            AdHocActivation(one["elementId"], one.get("variables") or {}) for one in given.get("activateElements", [])
        ]
        fulfilled = bool(given.get("isCompletionConditionFulfilled"))
        return AdHocResult(elements, fulfilled, bool(given.get("isCancelRemainingInstances")))
    columns = {**COLUMNS, "assignee": "assignee"}
    corrections = {columns[name]: value for name, value in (given.get("corrections") or {}).items()}
    return TaskListenerResult(bool(given.get("denied")), given.get("deniedReason"), corrections or None)


FAILURE = wire.shape(
    "JobFailRequest",
    {
        "retries": wire.whole(most=2**31 - 1),
        "errorMessage": wire.text(null=True),
        "retryBackOff": wire.whole(least=0, most=2**40),
        "variables": wire.a_map(null=True),
        **LEASE,
    },
)


@operation("fail_job", "POST", "/jobs/{job_key}/failure", scope="jobs", body=FAILURE, status=204)
def fail(call: Call) -> None:
    """Give a job back that could not be done; without retries left it becomes an incident."""
    body = call.body
    failure = Failure(
        message=body.get("errorMessage") or "",
        retries=body.get("retries", 0),
        back_off_seconds=body.get("retryBackOff", 0) / 1000,
        variables=body.get("variables") or {},
    )
    call.perform(fail_job, call.actor, call.path["job_key"], failure, lease_token=body.get("jobLeaseToken"))


ERROR = wire.shape(
    "JobErrorRequest",
    {
        "errorCode": wire.text(required=True, shortest=1),
        "errorMessage": wire.text(null=True),
        "variables": wire.a_map(null=True),
        **LEASE,
    },
)


@operation("throw_job_error", "POST", "/jobs/{job_key}/error", scope="jobs", body=ERROR, body_needed=True, status=204)
def throw(call: Call) -> None:
    """Throw a BPMN error at the job's element."""
    body = call.body
    call.perform(
        throw_job_error,
        call.actor,
        call.path["job_key"],
        body["errorCode"],
        body.get("errorMessage") or "",
        body.get("variables") or {},
        lease_token=body.get("jobLeaseToken"),
    )


CHANGESET = wire.changes(
    "JobChangeset",
    {
        "retries": wire.whole(most=2**31 - 1),
        "timeout": wire.whole(least=0, most=2**40),
        "priority": wire.whole(least=-(2**31), most=2**31 - 1),
    },
)
UPDATE = wire.shape(
    "JobUpdateRequest",
    {"changeset": wire.nested(CHANGESET, required=True), "operationReference": wire.whole(least=1), **LEASE},
)


@operation("update_job", "PATCH", "/jobs/{job_key}", scope="jobs", body=UPDATE, body_needed=True, status=204)
def update(call: Call) -> None:
    """Change a job's retries, lease (`timeout`, ms from now) or priority."""
    changes = call.body["changeset"]
    if not changes:
        raise InvalidInputError("Expected retries, timeout or priority in the changeset, but got none of them")
    timeout = changes.get("timeout")
    call.perform(
        update_job,
        call.actor,
        call.path["job_key"],
        retries=changes.get("retries"),
        lease_seconds=None if timeout is None else timeout / 1000,
        priority=changes.get("priority"),
    )
