"""What may be searched of user tasks, jobs, variables and of whatever an element waits for."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    CTE,
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Select,
    Text,
    and_,
    bindparam,
    exists,
    false,
    func,
    literal,
    literal_column,
    not_,
    null,
    or_,
    select,
    type_coerce,
    union_all,
)
from sqlalchemy.orm import aliased

from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import TOLD_HEADER, JobRow
from app.storage.search import Field, Given, Operators, Resource
from app.storage.search_conditions import Kind, Matches
from app.storage.search_processes import ELEMENT_TYPES, TENANT, label_filter, labels_of, variable_filter
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.task_turns import TaskTurnRow
from app.storage.task_watchers import TaskWatcherRow
from app.storage.timers import TimerRow
from app.storage.types import UTCDateTime
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
            found.append(_candidate(Matches(TaskCandidateRow.__table__.c.who, prefix + value)))
        else:
            names = value if isinstance(value, list) else [value]
            named = or_(
                _candidate(TaskCandidateRow.__table__.c.who.in_([prefix + name for name in names])),
                and_(task.ended_at.is_not(None), or_(false(), *[label_filter(listed, name) for name in names])),
            )
            found.append(not_(named) if operator in {"$neq", "$notIn"} else named)
    return and_(*found)


def _candidate(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(TaskCandidateRow.__table__.c.task_key == task.key, condition)


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
        "deniedReason": Field(null(), Kind.TEXT, null=True, sorted=False),
        "elementId": Field(job.element_id, Kind.TEXT, null=True),
        "elementInstanceKey": Field(job.element_key, Kind.KEY),
        "endTime": Field(job.ended_at, Kind.INSTANT, null=True),
        "errorCode": Field(job.error_code, Kind.TEXT, null=True),
        "errorMessage": Field(job.error_message, Kind.TEXT, null=True),
        "hasFailedWithRetriesLeft": Field(and_(job.state == "FAILED", job.retries > 0), Kind.FLAG, read=bool),
        "isDenied": Field(null(), Kind.FLAG, null=True, sorted=False),
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

VALUE_SHOWN = 8192
"""A variable's JSON text is cut to this many characters in a search unless the whole is asked for."""

VARIABLES = Resource(
    name="Variable",
    source=VariableRow.__table__.join(ProcessInstanceRow.__table__, instance.key == variable.instance_key),
    key="variableKey",
    fields={
        "name": Field(variable.name, Kind.TEXT),
        "value": Field(variable.value, Kind.TEXT),
        "isTruncated": Field(func.length(variable.value) > VALUE_SHOWN, Kind.FLAG, sorted=False, read=bool),
        "tenantId": Field(TENANT, Kind.TEXT),
        "variableKey": Field(variable.key, Kind.KEY),
        "scopeKey": Field(variable.scope_key, Kind.KEY),
        "processInstanceKey": Field(variable.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
    },
)

_namesake = aliased(VariableRow)
_of_namesake = aliased(ProcessInstanceRow)

VARIABLE_NAMES = Resource(
    name="VariableName",
    source=VariableRow.__table__.join(ProcessInstanceRow.__table__, instance.key == variable.instance_key),
    key="name",
    fields={"name": Field(variable.name, Kind.TEXT)},
)


def named_in(definition_key: int) -> ColumnElement[bool]:
    """Return the condition that a variable is the first of its name among the instances of a process definition."""
    first = (
        select(func.min(_namesake.key))
        .join(_of_namesake, _of_namesake.key == _namesake.instance_key)
        .where(_namesake.name == variable.name, _of_namesake.definition_key == definition_key)
    )
    return and_(instance.definition_key == definition_key, variable.key == first.scalar_subquery())


def _waiting(kind: str, row: Any, **details: ColumnElement[Any]) -> Select[Any]:
    """Return one branch of the wait states: whose it is, then the details that this kind of waiting has."""
    cells = {
        "key": row.key,
        "name": null(),
        "second": null(),
        "third": null(),
        "at": type_coerce(null(), UTCDateTime),
        "number": null(),
        **details,
    }
    columns = [cell.label(name) for name, cell in cells.items()]
    of = [
        row.instance_key.label("instance_key"),
        row.element_key.label("element_key"),
        row.element_id.label("element_id"),
    ]
    return select(literal_column(f"'{kind}'").label("kind"), *of, *columns)


_TASK = UserTaskRow
_MESSAGE = MessageSubscriptionRow
waiting = union_all(
    _waiting("JOB", JobRow, name=job.type, second=job.kind, third=job.listener_event, number=job.retries).where(
        job.ended_at.is_(None)
    ),
    _waiting("USER_TASK", _TASK, at=task.due_at).where(task.ended_at.is_(None)),
    _waiting("TIMER", TimerRow, at=TimerRow.__table__.c.due_at).where(TimerRow.instance_key.is_not(None)),
    _waiting("MESSAGE", _MESSAGE, name=_MESSAGE.__table__.c.name, second=_MESSAGE.__table__.c.correlation_key).where(
        _MESSAGE.state == "CREATED", _MESSAGE.instance_key.is_not(None)
    ),
    _waiting("SIGNAL", SignalSubscriptionRow, name=SignalSubscriptionRow.__table__.c.name).where(
        SignalSubscriptionRow.instance_key.is_not(None)
    ),
    _waiting("CONDITION", ConditionSubscriptionRow, name=ConditionSubscriptionRow.__table__.c.condition).where(
        ConditionSubscriptionRow.instance_key.is_not(None)
    ),
).subquery("waiting")
_element = ElementInstanceRow.__table__.c

WAIT_STATES = Resource(
    name="ElementInstanceWaitState",
    source=waiting.join(ProcessInstanceRow.__table__, instance.key == waiting.c.instance_key).join(
        ElementInstanceRow.__table__, _element.key == waiting.c.element_key
    ),
    key="_key",
    fields={
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True),
        "processInstanceKey": Field(waiting.c.instance_key, Kind.KEY),
        "elementInstanceKey": Field(waiting.c.element_key, Kind.KEY),
        "elementId": Field(waiting.c.element_id, Kind.TEXT),
        "elementType": Field(_element.type, Kind.CHOICE, sorted=False, choices=ELEMENT_TYPES),
        "tenantId": Field(TENANT, Kind.TEXT, filtered=False, sorted=False),
        "bpmnProcessId": Field(instance.process_id, Kind.TEXT, filtered=False, sorted=False),
        "waitStateType": Field(
            waiting.c.kind,
            Kind.CHOICE,
            sorted=False,
            choices=("JOB", "USER_TASK", "TIMER", "MESSAGE", "SIGNAL", "CONDITION"),
        ),
        "_key": Field(waiting.c.key, Kind.KEY, filtered=False, sorted=False),
        "_name": Field(waiting.c.name, Kind.TEXT, filtered=False, sorted=False),
        "_second": Field(waiting.c.second, Kind.TEXT, filtered=False, sorted=False),
        "_third": Field(waiting.c.third, Kind.TEXT, filtered=False, sorted=False),
        "_at": Field(waiting.c["at"], Kind.INSTANT, filtered=False, sorted=False),
        "_number": Field(waiting.c.number, Kind.WHOLE, filtered=False, sorted=False),
    },
)


def _is_involved() -> ColumnElement[bool]:
    me: BindParameter[str] = bindparam("me")
    people: BindParameter[Sequence[str]] = bindparam("people", expanding=True)
    offered: BindParameter[Sequence[str]] = bindparam("offered", expanding=True)
    watched = select(TaskWatcherRow.task_key).where(TaskWatcherRow.username == me)
    turn = TaskTurnRow.__table__.c
    turns = select(turn.task_key).where(or_(turn.person == me, turn.asked_by == me))
    return or_(
        task.assignee.in_(people),
        task.ended_by == me,
        and_(task.on_behalf_of == me, task.ended_at.is_(None)),
        _candidate(TaskCandidateRow.__table__.c.who.in_(offered)),
        task.key.in_(watched),
        task.key.in_(turns),
    )


IS_INVOLVED = _is_involved()
"""The condition that a user task is a person's to see; whose, `involved` gives.

Those are tasks assigned or offered to the person, or to the absent it stands in for, those it ended or watches, those
at which it has a turn or gave one, and those that somebody has in its place.
"""


def involved(username: str, groups: Iterable[str], absent: Iterable[str] = ()) -> Given:
    """Return the parameters of IS_INVOLVED for `username` in these groups, standing in for the `absent`."""
    people = [username, *absent]
    return {
        "me": username,
        "people": people,
        "offered": [*[f"u:{one}" for one in people], *[f"g:{one}" for one in groups]],
    }


def has_task_in(connection: Connection, instance_key: int, username: str, groups: Iterable[str]) -> bool:
    """Tell whether a user task of an instance's call tree is `username`'s to see."""
    root = select(instance.root_key).where(instance.key == instance_key).scalar_subquery()
    tree = select(instance.key).where(instance.root_key == root)
    query = select(task.key).where(task.instance_key.in_(tree), IS_INVOLVED)
    return connection.execute(query.limit(1), involved(username, groups)).first() is not None


def visible_from(element_key: int) -> ColumnElement[bool]:
    """Return the condition that a variable is held by the element instance `element_key` or by a scope around it."""
    return variable.scope_key.in_(select(_chain(element_key).c.key))


def nearest_from(element_key: int) -> ColumnElement[bool]:
    """Return the condition that a variable is what its name means at `element_key`: no nearer scope has that name."""
    chain = _chain(element_key)
    nearer, own = chain.alias("nearer"), chain.alias("own")
    hiding = aliased(VariableRow)
    outer = VariableRow.__table__
    depth = select(own.c.depth).where(own.c.key == variable.scope_key).correlate(outer).scalar_subquery()
    hidden = (
        select(1)
        .select_from(hiding)
        .join(nearer, nearer.c.key == hiding.scope_key)
        .where(hiding.name == variable.name, nearer.c.depth < depth)
        .correlate(outer)
    )
    return and_(variable.scope_key.in_(select(chain.c.key)), ~exists(hidden))


def _chain(element_key: int) -> CTE:
    inner = select(literal(element_key, BigInteger).label("key"), literal(0).label("depth")).cte(
        "chain", recursive=True
    )
    around = select(_element.scope_key, inner.c.depth + 1).join(inner, _element.key == inner.c.key)
    return inner.union_all(around.where(_element.scope_key != _element.key))
