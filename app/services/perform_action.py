"""Does what a rule's row asks for, by the use cases that people use. One function an action of the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import Row

from app.domain.actor import SYSTEM
from app.domain.complaint import ComplaintStatus
from app.errors import InvalidInputError
from app.services.assign_user_task import assign_user_task
from app.services.check_recusal import RecusalReasonError, RecusedError
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.find_leader import find_leader
from app.services.leave_notices import NoticeRequest, leave_notices, leave_webhook
from app.services.propose_major import propose_major
from app.services.record_event import record_status_event
from app.services.unit_of_work import UnitOfWork
from app.services.update_user_task import update_user_task
from app.storage.automation import list_open_tasks_of, set_complaint_flag
from app.storage.complaints import add_event, change_status, find_complaint_by_key
from app.storage.customer_tags import RULE, put_tag
from app.storage.customers import list_holders
from app.storage.user_tasks import find_user_task

FOLLOW_UP = "follow_up"
DEFAULT_SUPERIOR = "consumer_protection"
SUPERIORS = {"intake": "branch_supervisors"}
"""Who stands above a group where the complaint's routing does not say."""


@dataclass(frozen=True)
class Firing:
    """One rule that fires: its cause (the same for the same rule and subject), the complaint, the facts it saw.

    `rule` names it for people: table and rule.
    """

    cause: str
    complaint_key: int | None
    facts: Mapping[str, Any]
    rule: str


def perform_action(work: UnitOfWork, name: str, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Perform an action of the catalogue with checked parameters; returns what it did, for the record."""
    outcome = PERFORMERS[name](work, firing, parameters)
    work.writes.flush()  # the next rule may change the same task
    return outcome


def _tasks(work: UnitOfWork, firing: Firing) -> list[Row[Any]]:
    """The open tasks a rule is about: the overdue one, else all of the complaint's procedure."""
    task_key = firing.facts.get("taskKey")
    if task_key is not None:
        task = find_user_task(work.connection, int(task_key))
        return [task] if task is not None and task.ended_at is None else []
    complaint = _complaint(work, firing)
    if complaint is None or complaint.instance_key is None:
        return []
    return list(list_open_tasks_of(work.connection, complaint.instance_key))


def _complaint(work: UnitOfWork, firing: Firing) -> Row[Any] | None:
    return None if firing.complaint_key is None else find_complaint_by_key(work.connection, firing.complaint_key)


def _assign(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Give tasks to a person or group; whom an interest bars from a task does not get it, and the record says so."""
    assigned, barred = [], {}
    for task in _tasks(work, firing):
        if "user" in parameters:
            try:
                assign_user_task(work, SYSTEM, task.key, parameters["user"])
            except (RecusedError, RecusalReasonError) as error:
                barred[str(task.key)] = str(error)
                continue
        else:
            group = parameters["group"]
            groups = [*task.candidate_groups, group] if parameters.get("add") else [group]
            update_user_task(work, SYSTEM, task.key, {"candidate_groups": list(dict.fromkeys(groups))})
        work.writes.flush()
        assigned.append(str(task.key))
    return {"tasks": assigned, **({"barred": barred} if barred else {})}


def _set_priority(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    tasks = _tasks(work, firing)
    for task in tasks:
        update_user_task(work, SYSTEM, task.key, {"priority": int(parameters["priority"])})
        work.writes.flush()
    return {"tasks": [str(task.key) for task in tasks]}


def _set_flag(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    set_complaint_flag(work.connection, _needed(firing), parameters["flag"], work.now)
    return {}


def _notify(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    told = [one for name in _texts(parameters["recipients"]) for one in _told(work, firing, name)]
    request = NoticeRequest(
        cause=firing.cause,
        template=parameters["template"],
        recipients=told,
        parameters=firing.facts,
        channels=_texts(parameters.get("channels")),
        complaint_key=firing.complaint_key,
    )
    leave_notices(work, request)
    return {"recipients": told}


def _told(work: UnitOfWork, firing: Firing, name: str) -> list[str]:
    """The recipients that `owner`, `superior` or a name stand for."""
    if name == "owner":
        owners: list[str] = []
        for task in _tasks(work, firing):
            owners += [f"user:{task.assignee}"] if task.assignee else task.candidate_groups
        return owners
    if name == "superior":
        return _superiors(work, firing)
    return [name]


def _superiors(work: UnitOfWork, firing: Firing) -> list[str]:
    """Who leads those who have the tasks; for a task that nobody has, or whose holder nobody leads, the group above."""
    told, groups = set[str](), set[str]()
    for task in _tasks(work, firing):
        leader = None if task.assignee is None else find_leader(work.connection, task.assignee)
        if leader is None:
            groups.update(task.candidate_groups)
        else:
            told.add(f"user:{leader}")
    told |= {SUPERIORS[group] for group in groups if group in SUPERIORS}
    return sorted(told) or [str(firing.facts.get("superior") or DEFAULT_SUPERIOR)]


def _create_task(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    complaint = _complaint(work, firing)
    variables = {
        "title": parameters["title"],
        "group": parameters["group"],
        "limit": f"PT{int(parameters.get('dueHours', 24))}H",
        "priority": int(parameters.get("priority", 50)),
        "complaintNumber": complaint.number if complaint is not None else None,
    }
    plan = StartPlan(process_id=FOLLOW_UP, business_id=complaint.number if complaint is not None else None)
    return {"instance": str(create_process_instance(work, SYSTEM, plan, variables).key)}


def _start_process(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    complaint = _complaint(work, firing)
    number = complaint.number if complaint is not None else None
    variables = {"complaintNumber": number, **parameters.get("variables", {})}
    plan = StartPlan(process_id=parameters["processId"], business_id=number)
    return {"instance": str(create_process_instance(work, SYSTEM, plan, variables).key)}


def _tag_customer(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    """Tag the complaint's customer, or whoever has the identities that the event was reported with."""
    identities = firing.facts.get("identities")
    complaint = _complaint(work, firing)
    if identities is not None:
        customers = sorted({row.key for row in list_holders(work.connection, identities)})
    else:
        customers = [complaint.customer_key] if complaint is not None and complaint.customer_key is not None else []
    until = work.now + timedelta(days=int(parameters["days"])) if "days" in parameters else None
    tag = {"tag": parameters["tag"], "value": "", "kind": RULE, "since": work.now, "until": until}
    for customer in customers:
        put_tag(work.connection, customer, {**tag, "source": f"rule:{firing.rule}"[:120]})
    return {"customers": [str(key) for key in customers]}


def _propose_major(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    return {"group": str(propose_major(work, _needed(firing)))}


def _archive(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ARG001
    """Archive a closed complaint; one whose procedure still runs is archived by that."""
    complaint = find_complaint_by_key(work.connection, _needed(firing))
    if complaint is None or complaint.status != ComplaintStatus.CLOSED or firing.facts.get("procedureRuns"):
        return {"archived": False}
    change_status(work.connection, complaint.key, ComplaintStatus.ARCHIVED, complaint.ended_at or work.now)
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": SYSTEM.username}
    details = {"from": complaint.status, "to": str(ComplaintStatus.ARCHIVED)}
    add_event(work.connection, {**line, "kind": "status", "details": details})
    record_status_event(work, complaint.key, line["key"], complaint.status, ComplaintStatus.ARCHIVED)
    return {"archived": True}


def _webhook(work: UnitOfWork, firing: Firing, parameters: Mapping[str, Any]) -> dict[str, Any]:
    names = ("number", "complaintType", "productLine", "severity", "status", "sameKindIn30Days", "complaintsIn30Days")
    payload = {name: firing.facts.get(name) for name in names if firing.facts.get(name) is not None}
    key = leave_webhook(work, firing.cause, parameters["system"], payload, complaint_key=firing.complaint_key)
    return {"notice": str(key) if key is not None else None}


def _needed(firing: Firing) -> int:
    if firing.complaint_key is None:
        raise InvalidInputError("Expected the rule to be about a complaint, but the event is about none")
    return firing.complaint_key


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return value.replace(",", " ").split()
    return [str(one) for one in value] if isinstance(value, list) else []


Perform = Callable[[UnitOfWork, Firing, Mapping[str, Any]], dict[str, Any]]
PERFORMERS: Mapping[str, Perform] = {
    "assign": _assign,
    "set_priority": _set_priority,
    "set_flag": _set_flag,
    "notify": _notify,
    "create_task": _create_task,
    "start_process": _start_process,
    "tag_customer": _tag_customer,
    "propose_major": _propose_major,
    "archive": _archive,
    "webhook": _webhook,
}
