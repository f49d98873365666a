"""Starting, stopping and changing process instances, one at a time."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Field

from app.engine import Activate, Move, Terminate, VariableInstruction
from app.errors import InvalidInputError
from app.services.assign_business_id import assign_business_id
from app.services.await_instance import await_instance
from app.services.cancel_process_instance import cancel_process_instance
from app.services.create_process_instance import CreatedInstance, StartPlan, create_process_instance
from app.services.delete_process_instance import delete_process_instance
from app.services.migrate_process_instance import migrate_process_instance
from app.services.modify_process_instance import Modification, modify_process_instance
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.storage.search_processes import TENANT_ID
from app.web import wire
from app.web.errors import TooLateError
from app.web.v2.operation import Call, operation

LONGEST_WAIT_SECONDS = 60.0
DEFAULT_WAIT_SECONDS = 10.0

REFERENCE: wire.Names = {"operationReference": wire.whole(least=1)}
START = wire.shape("ProcessInstanceCreationStartInstruction", {"elementId": wire.text(required=True)})
STOP = wire.shape(
    "ProcessInstanceCreationRuntimeInstruction",
    {"type": wire.one_of("TERMINATE_PROCESS_INSTANCE", required=True), "afterElementId": wire.text(required=True)},
)
CREATION = wire.shape(
    "ProcessInstanceCreationInstruction",
    {
        "processDefinitionId": wire.text(shortest=1),
        "processDefinitionKey": wire.key(),
        "processDefinitionVersion": wire.whole(least=-1, most=2**31 - 1),
        "processDefinitionVersionTag": wire.text(shortest=1),
        "variables": wire.a_map(),
        "tenantId": wire.text(),
        "startInstructions": wire.many(START),
        "runtimeInstructions": wire.many(STOP),
        "awaitCompletion": wire.flag(),
        "fetchVariables": wire.many(wire.text()),
        "requestTimeout": wire.whole(most=2**31 - 1),
        "tags": wire.many(wire.text(shortest=1, longest=100)),
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


@operation(
    "create_process_instance",
    "POST",
    "/process-instances",
    scope="start",
    body=CREATION,
    body_needed=True,
    result=CREATED,
    creates=True,
)
def create_instance(call: Call) -> dict[str, Any]:
    """Start a process; with `awaitCompletion` answer when it has ended, with its variables."""
    body = call.body
    plan = _plan(body)
    if body.get("awaitCompletion") and call.work is not None:
        raise InvalidInputError("Expected either awaitCompletion or an Idempotency-Key, but got both")
    created = call.perform(create_process_instance, call.actor, plan, body.get("variables", {}))
    variables: dict[str, Any] = {}
    if body.get("awaitCompletion"):
        variables = _await(call, created, body)
    return {
        "processDefinitionId": created.process.definition.process_id,
        "processDefinitionVersion": created.process.version,
        "tenantId": TENANT_ID,
        "variables": variables,
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


def _await(call: Call, created: CreatedInstance, body: dict[str, Any]) -> dict[str, Any]:
    asked = body.get("requestTimeout", 0) / 1000
    seconds = min(asked, LONGEST_WAIT_SECONDS) if asked > 0 else DEFAULT_WAIT_SECONDS
    variables = await_instance(call.runtime, created.key, seconds)
    if variables is None:
        raise TooLateError(
            f"Expected process instance {created.key} to end within {seconds:g} s, but it is still running"
        )
    wanted = body.get("fetchVariables")
    return {name: value for name, value in variables.items() if not wanted or name in wanted}


ONLY_REFERENCE = wire.shape("OperationReference", REFERENCE)


@operation(
    "cancel_process_instance",
    "POST",
    "/process-instances/{process_instance_key}/cancellation",
    scope="operate",
    body=ONLY_REFERENCE,
    status=204,
)
def cancel_instance(call: Call) -> None:
    """Terminate a process instance."""
    call.perform(cancel_process_instance, call.actor, call.path["process_instance_key"])


@operation(
    "delete_process_instance",
    "POST",
    "/process-instances/{process_instance_key}/deletion",
    scope="operate",
    body=ONLY_REFERENCE,
    status=204,
)
def delete_instance(call: Call) -> None:
    """Delete an ended process instance with its history."""
    call.perform(delete_process_instance, call.actor, call.path["process_instance_key"])


@operation(
    "suspend_process_instance",
    "POST",
    "/process-instances/{process_instance_key}/suspension",
    scope="operate",
    body=ONLY_REFERENCE,
    status=204,
)
def suspend_instance(call: Call) -> None:
    """Let a process instance stand still until it is resumed."""
    call.perform(suspend_process_instance, call.actor, call.path["process_instance_key"])


@operation(
    "resume_process_instance",
    "POST",
    "/process-instances/{process_instance_key}/resumption",
    scope="operate",
    body=ONLY_REFERENCE,
    status=204,
)
def resume_instance(call: Call) -> None:
    """Let a suspended process instance go on; what fell due meanwhile is due now."""
    call.perform(resume_process_instance, call.actor, call.path["process_instance_key"])


MAPPING = wire.shape(
    "MigrateProcessInstanceMappingInstruction",
    {"sourceElementId": wire.text(required=True), "targetElementId": wire.text(required=True)},
)
MIGRATION_PLAN: dict[str, Field[Any]] = {
    "targetProcessDefinitionKey": wire.key(required=True),
    "mappingInstructions": wire.many(MAPPING, required=True),
}
MIGRATION = wire.shape("ProcessInstanceMigrationInstruction", {**MIGRATION_PLAN, **REFERENCE})


@operation(
    "migrate_process_instance",
    "POST",
    "/process-instances/{process_instance_key}/migration",
    scope="operate",
    body=MIGRATION,
    body_needed=True,
    status=204,
)
def migrate_instance(call: Call) -> None:
    """Go on under another version or process; every active element needs a mapping."""
    key, target = call.path["process_instance_key"], call.body["targetProcessDefinitionKey"]
    call.perform(migrate_process_instance, call.actor, key, target, read_mapping(call.body))


def read_mapping(plan: dict[str, Any]) -> dict[str, str]:
    """Return old → new element ids; raises InvalidInputError for an element that is mapped twice."""
    mapping: dict[str, str] = {}
    for one in plan["mappingInstructions"]:
        if one["sourceElementId"] in mapping:
            raise InvalidInputError(f"Expected one mapping for '{one['sourceElementId']}', but got two")
        mapping[one["sourceElementId"]] = one["targetElementId"]
    return mapping


VARIABLES = wire.shape(
    "ModifyProcessInstanceVariableInstruction", {"variables": wire.a_map(required=True), "scopeId": wire.text()}
)
ACTIVATE = wire.shape(
    "ProcessInstanceModificationActivateInstruction",
    {
        "elementId": wire.text(required=True),
        "variableInstructions": wire.many(VARIABLES),
        "ancestorElementInstanceKey": wire.text(),
    },
)
SOURCE = wire.shape(
    "SourceElementInstruction",
    {
        "sourceType": wire.one_of("byId", "byKey", required=True),
        "sourceElementId": wire.text(),
        "sourceElementInstanceKey": wire.key(),
    },
)
ANCESTOR = wire.shape(
    "AncestorScopeInstruction",
    {
        "ancestorScopeType": wire.one_of("direct", "inferred", "sourceParent", required=True),
        "ancestorElementInstanceKey": wire.text(),
    },
)
MOVE = wire.shape(
    "ProcessInstanceModificationMoveInstruction",
    {
        "sourceElementInstruction": wire.nested(SOURCE, required=True),
        "targetElementId": wire.text(required=True),
        "ancestorScopeInstruction": wire.nested(ANCESTOR),
        "variableInstructions": wire.many(VARIABLES),
    },
)
TERMINATE = wire.shape(
    "ProcessInstanceModificationTerminateInstruction", {"elementId": wire.text(), "elementInstanceKey": wire.key()}
)
MODIFICATION = wire.shape(
    "ProcessInstanceModificationInstruction",
    {
        "activateInstructions": wire.many(ACTIVATE),
        "moveInstructions": wire.many(MOVE),
        "terminateInstructions": wire.many(TERMINATE),
        **REFERENCE,
    },
)


@operation(
    "modify_process_instance",
    "POST",
    "/process-instances/{process_instance_key}/modification",
    scope="operate",
    body=MODIFICATION,
    body_needed=True,
    status=204,
)
def modify_instance(call: Call) -> None:
    """Activate, move and terminate elements of a running instance, all or nothing."""
    body = call.body
    modification = Modification(
        activate=[_activate(one) for one in body.get("activateInstructions", ())],
        move=[_move(one) for one in body.get("moveInstructions", ())],
        terminate=[_terminate(one) for one in body.get("terminateInstructions", ())],
    )
    call.perform(modify_process_instance, call.actor, call.path["process_instance_key"], modification)


def _variables(one: dict[str, Any]) -> list[VariableInstruction]:
    given = one.get("variableInstructions", ())
    return [VariableInstruction(each["variables"], each.get("scopeId") or None) for each in given]


def _activate(one: dict[str, Any]) -> Activate:
    return Activate(one["elementId"], _ancestor_key(one), _variables(one))


def _ancestor_key(one: dict[str, Any]) -> int | None:
    text = one.get("ancestorElementInstanceKey", "-1")
    if text == "-1":  # Camunda's word for "find it yourself"
        return None
    key = wire.read_key(text)
    if key is None:
        raise InvalidInputError(f"Expected ancestorElementInstanceKey to be a key or -1, but got {text!r}")
    return key


def _move(one: dict[str, Any]) -> Move:
    source, scope = one["sourceElementInstruction"], one.get("ancestorScopeInstruction", {})
    by_id = source["sourceType"] == "byId"
    needed = "sourceElementId" if by_id else "sourceElementInstanceKey"
    if needed not in source:
        raise InvalidInputError(f"Expected {needed} for the source type {source['sourceType']}, but it is missing")
    return Move(
        one["targetElementId"],
        source_id=source["sourceElementId"] if by_id else None,
        source_key=None if by_id else source["sourceElementInstanceKey"],
        ancestor=scope.get("ancestorScopeType", "direct"),
        ancestor_key=_ancestor_key(scope),
        variables=_variables(one),
    )


def _terminate(one: dict[str, Any]) -> Terminate:
    if ("elementId" in one) == ("elementInstanceKey" in one):
        raise InvalidInputError("Expected either elementId or elementInstanceKey to terminate, but got both or neither")
    return Terminate(one.get("elementInstanceKey"), one.get("elementId"))


BUSINESS_ID = wire.shape(
    "ProcessInstanceBusinessIdAssignmentInstruction", {"businessId": wire.text(required=True, shortest=1, longest=255)}
)


@operation(
    "assign_process_instance_business_id",
    "POST",
    "/process-instances/{process_instance_key}/business-id-assignment",
    scope="operate",
    body=BUSINESS_ID,
    body_needed=True,
    status=204,
)
def assign_id(call: Call) -> None:
    """Give a process instance the business id it has not got yet."""
    call.perform(assign_business_id, call.actor, call.path["process_instance_key"], call.body["businessId"])
