"""Changing running instances: migration, modification, and the business id they have not got yet."""

from __future__ import annotations

from typing import Any

from marshmallow.fields import Field

from app.engine import Activate, Move, Terminate, VariableInstruction
from app.errors import InvalidInputError
from app.services.assign_business_id import assign_business_id
from app.services.migrate_process_instance import migrate_process_instance
from app.services.modify_process_instance import Modification, modify_process_instance
from app.web import wire
from app.web.v2.operation import Call, operation
from app.web.v2.process_instances import REFERENCE

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
