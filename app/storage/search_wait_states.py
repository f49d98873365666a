"""What may be searched of whatever an element waits for."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Select, literal_column, null, select, type_coerce, union_all

from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.search import Field, Resource
from app.storage.search_conditions import Kind
from app.storage.search_processes import ELEMENT_TYPES, TENANT
from app.storage.subscriptions import ConditionSubscriptionRow, MessageSubscriptionRow, SignalSubscriptionRow
from app.storage.timers import TimerRow
from app.storage.types import UTCDateTime
from app.storage.user_tasks import UserTaskRow

instance = ProcessInstanceRow.__table__.c
element = ElementInstanceRow.__table__.c
task = UserTaskRow.__table__.c
job = JobRow.__table__.c


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

WAIT_STATES = Resource(
    name="ElementInstanceWaitState",
    source=waiting.join(ProcessInstanceRow.__table__, instance.key == waiting.c.instance_key).join(
        ElementInstanceRow.__table__, element.key == waiting.c.element_key
    ),
    key="_key",
    fields={
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True),
        "processInstanceKey": Field(waiting.c.instance_key, Kind.KEY),
        "elementInstanceKey": Field(waiting.c.element_key, Kind.KEY),
        "elementId": Field(waiting.c.element_id, Kind.TEXT),
        "elementType": Field(element.type, Kind.CHOICE, sorted=False, choices=ELEMENT_TYPES),
        "tenantId": Field(TENANT, Kind.TEXT, filtered=False, sorted=False),
        "bpmnProcessId": Field(instance.process_id, Kind.TEXT, filtered=False, sorted=False),
        "waitStateType": Field(
            waiting.c.kind,
            Kind.CHOICE,
            shown=False,
            sorted=False,
            choices=("JOB", "USER_TASK", "TIMER", "MESSAGE", "SIGNAL", "CONDITION"),
        ),
        "_kind": Field(waiting.c.kind, Kind.TEXT, filtered=False, sorted=False),
        "_key": Field(waiting.c.key, Kind.KEY, filtered=False, sorted=False),
        "_name": Field(waiting.c.name, Kind.TEXT, filtered=False, sorted=False),
        "_second": Field(waiting.c.second, Kind.TEXT, filtered=False, sorted=False),
        "_third": Field(waiting.c.third, Kind.TEXT, filtered=False, sorted=False),
        "_at": Field(waiting.c["at"], Kind.INSTANT, filtered=False, sorted=False),
        "_number": Field(waiting.c.number, Kind.WHOLE, filtered=False, sorted=False),
    },
)
