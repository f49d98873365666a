"""Work for people: taking, changing and completing user tasks, and what they show."""

from __future__ import annotations

from typing import Any

from app.errors import InvalidInputError
from app.services.assign_user_task import assign_user_task
from app.services.attach_documents import read_named_documents
from app.services.check_answers import check_answers
from app.services.complete_user_task import complete_user_task
from app.services.read_deployed import read_form
from app.services.search_records import get_record
from app.services.update_user_task import update_user_task
from app.storage.search_records import of_user_task
from app.storage.search_variables import nearest_from, visible_from
from app.storage.search_work import USER_TASKS
from app.web import wire
from app.web.listeners import wait_for_listeners
from app.web.v2.deployments import FORM_RESULT, show_form
from app.web.v2.operation import Call, operation
from app.web.v2.searches import AUDIT_LOGS, VARIABLES

COMPLETION = wire.shape(
    "UserTaskCompletionRequest", {"variables": wire.a_map(null=True), "action": wire.text(null=True, longest=255)}
)
ASSIGNMENT = wire.shape(
    "UserTaskAssignmentRequest",
    {
        "assignee": wire.text(required=True, shortest=1, longest=255),
        "allowOverride": wire.flag(null=True),
        "action": wire.text(null=True, longest=255),
    },
)
CHANGES = wire.changes(
    "UserTaskChangeset",
    {
        "dueDate": wire.instant_or_empty(),
        "followUpDate": wire.instant_or_empty(),
        "candidateUsers": wire.many(wire.text(shortest=1, longest=255)),
        "candidateGroups": wire.many(wire.text(shortest=1, longest=255)),
        "priority": wire.whole(least=0, most=100),
    },
)
UPDATE = wire.shape(
    "UserTaskUpdateRequest", {"changeset": wire.nested(CHANGES, null=True), "action": wire.text(null=True, longest=255)}
)
COLUMNS = {
    "dueDate": "due_at",
    "followUpDate": "follow_up_at",
    "candidateUsers": "candidate_users",
    "candidateGroups": "candidate_groups",
    "priority": "priority",
}
"""The changeset's members, as the engine names them."""


@operation(
    "complete_user_task", "POST", "/user-tasks/{user_task_key}/completion", scope=None, body=COMPLETION, status=204
)
def complete_task(call: Call) -> None:
    """Complete a user task with the given variables; those its form asks for must fit it."""
    body = call.body
    key, variables, action = call.path["user_task_key"], body.get("variables") or {}, body.get("action") or "complete"
    documents = read_named_documents(call.runtime, variables)
    held = call.perform(
        complete_user_task, call.actor, key, variables, action=action, check=check_answers, documents=documents
    )
    wait_for_listeners(call.runtime, held)


@operation(
    "assign_user_task",
    "POST",
    "/user-tasks/{user_task_key}/assignment",
    scope=None,
    body=ASSIGNMENT,
    body_needed=True,
    status=204,
)
def assign_task(call: Call) -> None:
    """Assign a user task to somebody."""
    body = call.body
    override = body.get("allowOverride") is not False
    key, action = call.path["user_task_key"], body.get("action") or "assign"
    held = call.perform(assign_user_task, call.actor, key, body["assignee"], allow_override=override, action=action)
    wait_for_listeners(call.runtime, held)


@operation("unassign_user_task", "DELETE", "/user-tasks/{user_task_key}/assignee", scope=None, status=204)
def unassign_task(call: Call) -> None:
    """Take a user task's assignee away."""
    wait_for_listeners(call.runtime, call.perform(assign_user_task, call.actor, call.path["user_task_key"], None))


@operation("update_user_task", "PATCH", "/user-tasks/{user_task_key}", scope=None, body=UPDATE, status=204)
def update_task(call: Call) -> None:
    """Change who may take a user task, until when, and how urgent it is: empty clears, null changes nothing."""
    changes = {COLUMNS[name]: value for name, value in (call.body.get("changeset") or {}).items()}
    if not changes and not call.body.get("action"):
        raise InvalidInputError(f"Expected an action, or in the changeset one of {', '.join(COLUMNS)}, but got neither")
    key, action = call.path["user_task_key"], call.body.get("action") or "update"
    wait_for_listeners(call.runtime, call.perform(update_user_task, call.actor, key, changes, action=action))


@operation(
    "get_user_task_form",
    "GET",
    "/user-tasks/{user_task_key}/form",
    scope=None,
    result=FORM_RESULT,
    may_be_empty=True,
)
def get_task_form(call: Call) -> dict[str, Any] | None:
    """Read the form of a user task; 204 where it has none of ours."""
    with call.runtime.reading() as connection:
        task = get_record(connection, call.actor, USER_TASKS, call.path["user_task_key"])
        return None if task["formKey"] is None else show_form(read_form(connection, task["formKey"]))


@operation(
    "search_user_task_variables",
    "POST",
    "/user-tasks/{user_task_key}/variables/search",
    scope=None,
    body=VARIABLES.body,
    query=VARIABLES.query,
    result=VARIABLES.page,
)
def search_task_variables(call: Call) -> dict[str, Any]:
    """Search the variables that a user task's scope and the scopes around it hold."""
    return VARIABLES.search(call, [visible_from(_element_key(call))], of_task=call.path["user_task_key"])


@operation(
    "search_user_task_effective_variables",
    "POST",
    "/user-tasks/{user_task_key}/effective-variables/search",
    scope=None,
    body=VARIABLES.body,
    query=VARIABLES.query,
    result=VARIABLES.page,
)
def search_task_effective_variables(call: Call) -> dict[str, Any]:
    """Search the variables as a user task sees them: of each name the nearest one."""
    return VARIABLES.search(call, [nearest_from(_element_key(call))], of_task=call.path["user_task_key"])


def _element_key(call: Call) -> int:
    with call.runtime.reading() as connection:
        task = get_record(connection, call.actor, USER_TASKS, call.path["user_task_key"])
    key = task["elementInstanceKey"]
    assert isinstance(key, int)
    return key


@operation(
    "search_user_task_audit_logs",
    "POST",
    "/user-tasks/{user_task_key}/audit-logs/search",
    scope=None,
    body=AUDIT_LOGS.body,
    result=AUDIT_LOGS.page,
)
def search_task_audit_logs(call: Call) -> dict[str, Any]:
    """Search what was done with a user task, and by whom."""
    key = call.path["user_task_key"]
    return AUDIT_LOGS.search(call, [of_user_task(key)], of_task=key)
