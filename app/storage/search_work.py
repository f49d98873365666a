"""What may be searched of user tasks and jobs."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Text,
    and_,
    false,
    func,
    not_,
    or_,
    type_coerce,
)

from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import TOLD_HEADER, JobRow
from app.storage.search import Field, Operators, Resource
from app.storage.search_conditions import Kind, Matches
from app.storage.search_processes import TENANT, label_filter, labels_of, variable_filter
from app.storage.task_involvement import has_candidate
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow
from app.storage.variables import VariableRow

definition = ProcessDefinitionRow.__table__.c
instance = ProcessInstanceRow.__table__.c
task = UserTaskRow.__table__.c
job = JobRow.__table__.c
variable = VariableRow.__table__.c

TASK_STATES = (
    "CREATING", "CREATED", "ASSIGNING", "UPDATING", "COMPLETING", "COMPLETED", "CANCELING", "CANCELED", "FAILED",
)  # fmt: skip


def map_of(value: Any) -> dict[str, Any]:
    """Return the stored map, empty for none, without what is kept for task listeners."""
    return {name: each for name, each in (value or {}).items() if name != TOLD_HEADER}


def candidate_filter(prefix: str, listed: ColumnElement[Any], operators: Operators) -> ColumnElement[bool]:
    """Return the condition on a task's candidates: `prefix` is `g:` or `u:`, `listed` the task's own list of them.

    Open tasks are found through the inbox's index; ended ones have no rows there, and their list is looked into.
    """
    found = []
    for operator, value in operators.items():
        if operator == "$exists":
            some = func.coalesce(type_coerce(listed, Text), "[]") != "[]"
            found.append(some if value else not_(some))
        elif operator == "$like":
            found.append(has_candidate(Matches(TaskCandidateRow.__table__.c.who, prefix + value)))
        else:
            names = value if isinstance(value, list) else [value]
            named = or_(
                has_candidate(TaskCandidateRow.__table__.c.who.in_([prefix + name for name in names])),
                and_(task.ended_at.is_not(None), or_(false(), *[label_filter(listed, name) for name in names])),
            )
            found.append(not_(named) if operator in {"$neq", "$notIn"} else named)
    return and_(*found)


def _candidates(prefix: str, listed: ColumnElement[Any]) -> Field:
    return Field(
        listed, Kind.TEXT, shown=False, sorted=False, ask=lambda asked: candidate_filter(prefix, listed, asked)
    )


USER_TASKS = Resource(
    name="UserTask",
    source=UserTaskRow.__table__.join(ProcessInstanceRow.__table__, instance.key == task.instance_key).join(
        ProcessDefinitionRow.__table__, definition.key == task.definition_key
    ),
    key="userTaskKey",
    alternatives=True,
    named={
        "processInstanceVariables": lambda name, operators: variable_filter(task.instance_key, name, operators),
        "localVariables": lambda name, operators: variable_filter(task.element_key, name, operators),
    },
    labels={"tags": lambda label: label_filter(instance.tags, label)},
    fields={
        "name": Field(task.name, Kind.TEXT, null=True),
        "state": Field(task.state, Kind.CHOICE, choices=TASK_STATES),
        "assignee": Field(task.assignee, Kind.TEXT, null=True),
        "elementId": Field(task.element_id, Kind.TEXT),
        "candidateGroups": Field(task.candidate_groups, Kind.LABELS, filtered=False, sorted=False, read=labels_of),
        "candidateUsers": Field(task.candidate_users, Kind.LABELS, filtered=False, sorted=False, read=labels_of),
        "processDefinitionId": Field(definition.process_id, Kind.TEXT),
        "creationDate": Field(task.created_at, Kind.INSTANT),
        "completionDate": Field(task.ended_at, Kind.INSTANT, null=True),
        "followUpDate": Field(task.follow_up_at, Kind.INSTANT, null=True),
        "dueDate": Field(task.due_at, Kind.INSTANT, null=True),
        "tenantId": Field(TENANT, Kind.TEXT),
        "externalFormReference": Field(task.external_form, Kind.TEXT, null=True, filtered=False, sorted=False),
        "processDefinitionVersion": Field(definition.version, Kind.WHOLE, filtered=False, sorted=False),
        "customHeaders": Field(task.headers, Kind.MAP, filtered=False, sorted=False, read=map_of),
        "userTaskKey": Field(task.key, Kind.KEY),
        "elementInstanceKey": Field(task.element_key, Kind.KEY),
        "processName": Field(definition.name, Kind.TEXT, null=True, filtered=False, sorted=False),
        "processDefinitionKey": Field(task.definition_key, Kind.KEY),
        "processInstanceKey": Field(task.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(task.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "businessId": Field(instance.business_id, Kind.TEXT, null=True),
        "formKey": Field(task.form_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "tags": Field(instance.tags, Kind.LABELS, filtered=False, sorted=False, read=labels_of),
        "priority": Field(task.priority, Kind.WHOLE),
        "candidateGroup": _candidates("g:", task.candidate_groups),
        "candidateUser": _candidates("u:", task.candidate_users),
    },
)

JOB_STATES = (
    "CREATED", "COMPLETED", "FAILED", "RETRIES_UPDATED", "TIMED_OUT", "CANCELED", "ERROR_THROWN", "MIGRATED",
    "TIMEOUT_UPDATED", "PRIORITY_UPDATED",
)  # fmt: skip
JOB_KINDS = ("BPMN_ELEMENT", "EXECUTION_LISTENER", "TASK_LISTENER", "AD_HOC_SUB_PROCESS")
LISTENER_EVENTS = (
    "UNSPECIFIED", "START", "END", "CREATING", "ASSIGNING", "UPDATING", "COMPLETING", "CANCELING", "CANCEL",
    "BEFORE_ALL",
)  # fmt: skip

JOBS = Resource(
    name="Job",
    source=JobRow.__table__.join(ProcessInstanceRow.__table__, instance.key == job.instance_key),
    key="jobKey",
    fields={
        "customHeaders": Field(job.headers, Kind.MAP, filtered=False, sorted=False, read=map_of),
        "deadline": Field(job.deadline_at, Kind.INSTANT, null=True),
        "deniedReason": Field(job.denied_reason, Kind.TEXT, null=True),
        "elementId": Field(job.element_id, Kind.TEXT, null=True),
        "elementInstanceKey": Field(job.element_key, Kind.KEY),
        "endTime": Field(job.ended_at, Kind.INSTANT, null=True),
        "errorCode": Field(job.error_code, Kind.TEXT, null=True),
        "errorMessage": Field(job.error_message, Kind.TEXT, null=True),
        "hasFailedWithRetriesLeft": Field(and_(job.state == "FAILED", job.retries > 0), Kind.FLAG, read=bool),
        "isDenied": Field(job.is_denied, Kind.FLAG, null=True),
        "jobKey": Field(job.key, Kind.KEY),
        "kind": Field(job.kind, Kind.CHOICE, choices=JOB_KINDS),
        "listenerEventType": Field(job.listener_event, Kind.CHOICE, choices=LISTENER_EVENTS),
        "processDefinitionId": Field(instance.process_id, Kind.TEXT, null=True),
        "processDefinitionKey": Field(job.definition_key, Kind.KEY, null=True),
        "processInstanceKey": Field(job.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(job.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "businessId": Field(instance.business_id, Kind.TEXT, null=True, filtered=False, sorted=False),
        "retries": Field(job.retries, Kind.WHOLE),
        "state": Field(job.state, Kind.CHOICE, choices=JOB_STATES),
        "tenantId": Field(TENANT, Kind.TEXT),
        "type": Field(job.type, Kind.TEXT),
        "worker": Field(job.worker, Kind.TEXT),
        "creationTime": Field(job.created_at, Kind.INSTANT, null=True),
        "lastUpdateTime": Field(job.updated_at, Kind.INSTANT, null=True),
        "priority": Field(job.priority, Kind.WHOLE),
    },
)
