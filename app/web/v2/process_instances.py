"""Starting and stopping process instances, one at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.domain.actor import Actor
from app.engine import Activate
from app.errors import InvalidInputError, TooLateError
from app.services.await_instance import await_instance
from app.services.cancel_process_instance import cancel_process_instance
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.delete_process_instance import delete_process_instance
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.services.unit_of_work import UnitOfWork
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.v2.operation import Call, operation

LONGEST_WAIT_SECONDS = 60.0
DEFAULT_WAIT_SECONDS = 10.0

REFERENCE: wire.Names = {"operationReference": wire.whole(least=1)}
START = wire.shape("ProcessInstanceCreationStartInstruction", {"elementId": wire.text(required=True)})
STOP = wire.shape(
    "ProcessInstanceCreationRuntimeInstruction",
    {"type": wire.one_of("TERMINATE_PROCESS_INSTANCE"), "afterElementId": wire.text(required=True)},
)
CREATION = wire.shape(
    "ProcessInstanceCreationInstruction",
    {
        "processDefinitionId": wire.text(shortest=1),
        "processDefinitionKey": wire.key(),
        "processDefinitionVersion": wire.whole(least=-1, most=2**31 - 1),
        "processDefinitionVersionTag": wire.text(shortest=1),
        "variables": wire.a_map(),
        "tenantId": wire.one_of(TENANT_ID),
        "startInstructions": wire.many(START),
        "runtimeInstructions": wire.many(STOP),
        "awaitCompletion": wire.flag(),
        "fetchVariables": wire.many(wire.text()),
        "requestTimeout": wire.whole(most=2**31 - 1),
        "tags": wire.many(wire.label()),
        "businessId": wire.text(shortest=1, longest=255),
        **REFERENCE,
    },
)
CREATED = wire.result(
    "CreateProcessInstanceResult",
    {
        "processDefinitionId": wire.text(),
        "processDefinitionVersion": wire.whole(),
        "tenantId": wire.text(),
        "variables": wire.a_map(),
        "processDefinitionKey": wire.key(),
        "processInstanceKey": wire.key(),
        "tags": wire.many(wire.text()),
        "businessId": wire.text(null=True),
    },
)


def _await_completion(call: Call, answer: dict[str, Any]) -> dict[str, Any]:
    if not call.body.get("awaitCompletion"):
        return answer
    asked, key = call.body.get("requestTimeout", 0) / 1000, answer["processInstanceKey"]
    seconds = min(asked, LONGEST_WAIT_SECONDS) if asked > 0 else DEFAULT_WAIT_SECONDS
    variables = await_instance(call.runtime, int(key), seconds)
    if variables is None:
        raise TooLateError(f"Expected process instance {key} to end within {seconds:g} s, but it is still running")
    wanted = call.body.get("fetchVariables")
    return {**answer, "variables": {name: each for name, each in variables.items() if not wanted or name in wanted}}


@operation(
    "create_process_instance",
    "POST",
    "/process-instances",
    scope="start",
    body=CREATION,
    body_needed=True,
    result=CREATED,
    creates=True,
    finish=_await_completion,
)
def create_instance(call: Call) -> dict[str, Any]:
    """Start a process; with `awaitCompletion` answer when it has ended, with its variables."""
    plan = _plan(call.body)
    created = call.perform(create_process_instance, call.actor, plan, call.body.get("variables", {}))
    return {
        "processDefinitionId": created.process.definition.process_id,
        "processDefinitionVersion": created.process.version,
        "tenantId": TENANT_ID,
        "variables": {},
        "processDefinitionKey": str(created.process.key),
        "processInstanceKey": str(created.key),
        "tags": list(plan.tags),
        "businessId": plan.business_id,
    }


def _plan(body: dict[str, Any]) -> StartPlan:
    named = [name for name in ("processDefinitionId", "processDefinitionKey") if name in body]
    if len(named) != 1:
        raise InvalidInputError("Expected either processDefinitionId or processDefinitionKey, but got both or neither")
    version = body.get("processDefinitionVersion", -1)
    return StartPlan(
        process_id=body.get("processDefinitionId"),
        version=None if version == -1 else version,
        version_tag=body.get("processDefinitionVersionTag"),
        definition_key=body.get("processDefinitionKey"),
        start_instructions=[Activate(one["elementId"]) for one in body.get("startInstructions", ())],
        terminate_after=[one["afterElementId"] for one in body.get("runtimeInstructions", ())],
        business_id=body.get("businessId"),
        tags=list(dict.fromkeys(body.get("tags", ()))),
    )


ONLY_REFERENCE = wire.shape("OperationReference", REFERENCE)


def _add_command(name: str, noun: str, use_case: Callable[[UnitOfWork, Actor, int], None], told: str) -> None:
    def command(call: Call) -> None:
        call.perform(use_case, call.actor, call.path["process_instance_key"])

    command.__doc__ = told
    path = f"/process-instances/{{process_instance_key}}/{noun}"
    operation(name, "POST", path, scope="operate", body=ONLY_REFERENCE, status=204)(command)


_add_command(
    "cancel_process_instance",
    "cancellation",
    cancel_process_instance,
    "Terminate a process instance.",
)
_add_command(
    "delete_process_instance",
    "deletion",
    delete_process_instance,
    "Delete an ended process instance with its history.",
)
_add_command(
    "suspend_process_instance",
    "suspension",
    suspend_process_instance,
    "Let a process instance stand still until it is resumed.",
)
_add_command(
    "resume_process_instance",
    "resumption",
    resume_process_instance,
    "Let a suspended process instance go on; what fell due meanwhile is due now.",
)
