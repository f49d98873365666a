"""Native user tasks: opening, and the transitions that task listeners may hold up, correct or deny.

Owns a task's transitions, not its attributes (those are rows). Note `task`: the user task's key. Note `transition`:
what is under way: {event, index, action, changes, corrections, key?, job?, variables?, local?, assignee?,
drawn_assignee?}.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

from app.engine import evaluate, jobs
from app.engine.commands import TaskListenerResult
from app.engine.errors import InvalidCommandError, WrongStateError
from app.engine.failure import StepFailure
from app.engine.kinds import ErrorType, JobKind, Kind, Why
from app.engine.model import Element
from app.engine.outcome import HeldTransition, UserTaskChanged, UserTaskOpened
from app.engine.timers import TimerError, read_instant
from app.engine.token import Phase, Token
from app.engine.values import decode, encode
from app.engine.variables import set_texts
from app.engine.work import Binding, FormReference, Listener, UserTaskWork

_STATES = {
    "creating": "CREATING",
    "assigning": "ASSIGNING",
    "updating": "UPDATING",
    "completing": "COMPLETING",
    "canceling": "CANCELING",
}
_ATTRIBUTES = {
    "assignee": "assignee",
    "candidate_groups": "candidateGroups",
    "candidate_users": "candidateUsers",
    "due_at": "dueDate",
    "follow_up_at": "followUpDate",
    "priority": "priority",
}
_DEFAULT_PRIORITY = 50


class TaskPlan(NamedTuple):
    """A user task's attributes, evaluated."""

    assignee: str | None
    candidate_groups: tuple[str, ...]
    candidate_users: tuple[str, ...]
    due_at: datetime | None
    follow_up_at: datetime | None
    priority: int
    form_id: str | None
    external_reference: str | None


def plan_user_task(token: Token, element: Element) -> TaskPlan:
    """Evaluate the attributes of a user task; may raise StepFailure."""
    work = element.user_task
    assert work is not None
    form = work.form or FormReference()
    priority = work.priority
    form_id = evaluate.optional_string(token, form.form_id)
    if form_id is not None and not token.workflow.ports.has_form(form_id, form.binding, form.version_tag):
        raise StepFailure(ErrorType.FORM_NOT_FOUND, f"Expected the form {form_id!r} to be deployed, but it is not")
    return TaskPlan(
        evaluate.optional_string(token, work.assignee),
        evaluate.strings(token, work.candidate_groups),
        evaluate.strings(token, work.candidate_users),
        evaluate.instant(token, work.due_date),
        evaluate.instant(token, work.follow_up_date),
        _DEFAULT_PRIORITY if priority is None else evaluate.integer(token, priority, low=0, high=100),
        form_id,
        evaluate.optional_string(token, form.external_reference, longest=evaluate.LONGEST_REFERENCE),
    )


def legacy_headers(token: Token, work: UserTaskWork) -> Mapping[str, str]:
    """The job headers by which the older, job-based user tasks tell what they are."""
    found = dict(work.headers)
    for name, formula in (
        ("assignee", work.assignee),
        ("dueDate", work.due_date),
        ("followUpDate", work.follow_up_date),
    ):
        value = evaluate.optional_string(token, formula)
        if value is not None:
            found[f"io.camunda.zeebe:{name}"] = value
    for name, formula in (("candidateGroups", work.candidate_groups), ("candidateUsers", work.candidate_users)):
        values = evaluate.strings(token, formula)
        if values:
            found[f"io.camunda.zeebe:{name}"] = "[" + ",".join(f'"{value}"' for value in values) + "]"
    form = work.form
    reference = form and (form.form_key or evaluate.optional_string(token, form.form_id))
    if reference:
        found["io.camunda.zeebe:formKey"] = reference
    return MappingProxyType(found)


def open_user_task(token: Token, plan: TaskPlan) -> None:
    """Record the task; with creating (or, when it is assigned, assigning) listeners it is not yet there for people."""
    run, element = token.workflow, token.task_spec.element
    creating = _has(token, "creating") or (plan.assignee is not None and _has(token, "assigning"))
    key = run.ports.keys.next()
    token.note("task", key)
    work = element.user_task
    assert work is not None
    form = work.form
    run.record.user_tasks.append(
        UserTaskOpened(
            key=key,
            element_key=token.key,
            element_id=element.id,
            name=element.name,
            state="CREATING" if creating else "CREATED",
            assignee=None if creating and _has(token, "assigning") else plan.assignee,
            candidate_groups=plan.candidate_groups,
            candidate_users=plan.candidate_users,
            due_at=plan.due_at,
            follow_up_at=plan.follow_up_at,
            priority=plan.priority,
            form_id=plan.form_id,
            form_binding=form.binding if form else Binding.LATEST,
            form_version_tag=form.version_tag if form else None,
            external_form_reference=plan.external_reference,
            form_key=form.form_key if form else None,
            headers=work.headers,
            at=run.now,
        )
    )
    if creating:
        drawn = {"drawn_assignee": True} if plan.assignee else {}
        heard = {"assignee": plan.assignee} if plan.assignee and _has(token, "assigning") else {}
        _begin(token, "creating", "create", {}, {**drawn, **heard})


def _listeners(token: Token, event: str) -> list[Listener]:
    return [listener for listener in token.task_spec.element.task_listeners if listener.event == event]


def _has(token: Token, event: str) -> bool:
    return bool(_listeners(token, event))


def _begin(
    token: Token, event: str, action: str, changes: Mapping[str, Any], extra: Mapping[str, Any]
) -> HeldTransition | None:
    run, task_key = token.workflow, token.notes["task"]
    transition = {"event": event, "index": 0, "action": action, "changes": dict(changes), "corrections": {}, **extra}
    token.note("transition", transition)
    heard_by = len(_listeners(token, event))
    if not heard_by:
        if event == "creating":
            run.awaken(token)
        else:
            _settle(token)
        return None
    transition["key"] = run.ports.keys.next()
    if event != "creating":
        run.record.user_task_changes.append(UserTaskChanged(task_key, _STATES[event], action, {}))
    run.awaken(token)
    return HeldTransition(transition["key"], task_key, event, heard_by)


def check_idle(token: Token) -> None:
    """Raise WrongStateError while a transition is under way."""
    transition = token.notes.get("transition")
    if transition is not None or token.phase != Phase.ACTIVE:
        state = _STATES[transition["event"]] if transition else "COMPLETED"
        raise WrongStateError(f"Expected the user task to be CREATED, but it is {state}")


def assign(token: Token, assignee: str | None, action: str) -> HeldTransition | None:
    """Assign or unassign."""
    check_idle(token)
    return _begin(token, "assigning", action, {"assignee": assignee}, {})


def update(token: Token, changes: Mapping[str, Any], action: str) -> HeldTransition | None:
    """Change attributes."""
    check_idle(token)
    return _begin(token, "updating", action, _plain(token, changes), {})


def hold_variables(token: Token, texts: Mapping[str, str], *, local: bool) -> HeldTransition | None:
    """Let updating listeners see variables that are being set at the task first; None where there are none."""
    if "task" not in token.notes or not _has(token, "updating"):
        return None
    check_idle(token)
    return _begin(token, "updating", "update", {}, {"variables": dict(texts), "local": local})


def complete(token: Token, variables: dict[str, str], action: str) -> HeldTransition | None:
    """Complete."""
    check_idle(token)
    return _begin(token, "completing", action, {}, {"variables": variables})


def cancel(token: Token) -> bool:
    """The task's token terminates; False while canceling listeners hold it up."""
    if "task" not in token.notes:
        return True
    transition = token.drop("transition")
    if transition is not None and "job" in transition:
        token.workflow.close(Kind.JOB, transition["job"], Why.CANCELLED)
    _begin(token, "canceling", "cancel", {}, {})
    return "transition" not in token.notes


def advance(token: Token) -> None:
    """Open the job of the transition's next listener, or finish the transition."""
    transition = token.notes.get("transition")
    if transition is None or "job" in transition:
        return
    remaining = _listeners(token, transition["event"])
    if transition["index"] >= len(remaining):
        _settle(token)
        return
    listener = remaining[transition["index"]]
    plan = jobs.plan_job(token, listener.type, listener.retries, listener.headers)
    transition["job"] = jobs.open_job(
        token, plan, kind=JobKind.TASK_LISTENER, listener_event=listener.event.upper(), told=_tell(transition)
    )


def _tell(transition: Mapping[str, Any]) -> str:
    changed = {**transition["changes"], **transition["corrections"]}
    attributes = {_ATTRIBUTES[name]: value for name, value in changed.items()}
    variables = {name: decode(text) for name, text in transition.get("variables", {}).items()}
    names = [*attributes, *(["variables"] if transition["event"] == "updating" and variables else [])]
    told = {"action": transition["action"], "changedAttributes": names, "attributes": attributes}
    told["transition"] = transition.get("key")
    return encode({**told, "variables": variables})


def listener_completed(token: Token, result: TaskListenerResult | None) -> None:
    """A listener's job is done: it may have corrected the task, or denied the transition."""
    run, transition = token.workflow, token.notes["transition"]
    result = result or TaskListenerResult()
    if result.denied and transition["event"] in ("creating", "canceling"):
        raise InvalidCommandError(f"Expected {transition['event']} to go on, but it cannot be denied")
    corrections = _plain(token, result.corrections or {})
    if "assignee" in corrections and "drawn_assignee" in transition:
        raise InvalidCommandError("Expected no other assignee while the task is created, but the model names one")
    run.close(Kind.JOB, transition.pop("job"), Why.COMPLETED)
    run.resolve_incident(token)
    if result.denied:
        token.drop("transition")
        run.record.user_task_changes.append(
            UserTaskChanged(token.notes["task"], "CREATED", transition["action"], {}, denied=True, reason=result.reason)
        )
        return
    transition["corrections"].update(corrections)
    transition["index"] += 1
    run.awaken(token)


def _settle(token: Token) -> None:
    run, transition = token.workflow, token.drop("transition")
    key, event, action = token.notes["task"], transition["event"], transition["action"]
    changes = _typed(token, {**transition["changes"], **transition["corrections"]})
    state = {"completing": "COMPLETED", "canceling": "CANCELED"}.get(event, "CREATED")
    run.record.user_task_changes.append(UserTaskChanged(key, state, action, changes))
    if event == "completing":
        token.drop("task")
        run.close(Kind.USER_TASK, key, Why.COMPLETED)
        run.finish(token, transition["variables"])
    elif event == "canceling":
        token.drop("task")
        run.close(Kind.USER_TASK, key, Why.CANCELLED)
        if transition["index"]:
            run.go_on_terminating(token)
    elif event == "updating":
        set_texts(token, transition.get("variables", {}), local=transition.get("local", False))
    elif event == "creating" and "assignee" in transition:
        _begin(token, "assigning", "assign", {"assignee": transition["assignee"]}, {})


def _plain(token: Token, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Changes as JSON values: instants as ISO text, an empty text clears."""
    found: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in _ATTRIBUTES:
            raise InvalidCommandError(f"Expected an attribute of a user task, but {name!r} is none")
        if name in ("due_at", "follow_up_at") and value:
            value = _instant_text(token, value)
        elif name == "priority" and not (isinstance(value, int) and 0 <= value <= 100):
            raise InvalidCommandError(f"Expected a priority from 0 to 100, but it is {value!r}")
        elif name.startswith("candidate"):
            value = list(value or ())
        found[name] = value or None if name in ("assignee", "due_at", "follow_up_at") else value
    return found


def _instant_text(token: Token, value: Any) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    try:
        return read_instant(str(value), token.workflow.ports.zone).isoformat()
    except TimerError as problem:
        raise InvalidCommandError(str(problem)) from problem


def _typed(token: Token, changes: Mapping[str, Any]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in changes.items():
        if name in ("due_at", "follow_up_at") and value is not None:
            found[name] = read_instant(value, token.workflow.ports.zone)
        else:
            found[name] = tuple(value) if isinstance(value, list) else value
    return found
