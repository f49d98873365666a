"""Batch operations: one command for everything a filter finds, worked off by workers."""

from __future__ import annotations

from typing import Any

from app.errors import InvalidInputError
from app.services.change_batch_operation import change_batch_operation
from app.services.create_batch_operation import create_batch_operation
from app.services.search_records import get_record
from app.services.select_batch_items import create_decision_batch, create_instance_batch, create_job_batch
from app.storage.search_decisions import DECISION_INSTANCES
from app.storage.search_processes import PROCESS_INSTANCES
from app.storage.search_work import JOBS
from app.web import wire
from app.web.v2.instance_changes import MAPPING, read_mapping
from app.web.v2.jobs import CHANGESET
from app.web.v2.operation import Call, Operation, add, operation
from app.web.v2.process_instances import REFERENCE
from app.web.v2.records import filter_schema

CREATED = wire.result(
    "BatchOperationCreatedResult", {"batchOperationKey": wire.key(), "batchOperationType": wire.text()}
)
INSTANCE_FILTER = filter_schema(PROCESS_INSTANCES)
ONLY_FILTER = wire.shape(
    "ProcessInstanceBatchRequest", {"filter": wire.nested(INSTANCE_FILTER, required=True), **REFERENCE}
)


def _created(key: int, type_: str) -> dict[str, Any]:
    return {"batchOperationKey": str(key), "batchOperationType": type_}


def _add_batch(name: str, path: str, type_: str, told: str) -> None:
    def start(call: Call) -> dict[str, Any]:
        key = call.perform(create_instance_batch, call.actor, type_, call.body.get("filter", {}), {})
        return _created(key, type_)

    start.__doc__ = told
    made = Operation(
        name,
        "POST",
        path,
        start,
        scope="operate",
        body=ONLY_FILTER,
        body_needed=True,
        result=CREATED,
        creates=True,
    )
    add(made)


_add_batch(
    "cancel_process_instances_batch_operation",
    "/process-instances/cancellation",
    "CANCEL_PROCESS_INSTANCE",
    "Cancel every running instance that matches.",
)
_add_batch(
    "delete_process_instances_batch_operation",
    "/process-instances/deletion",
    "DELETE_PROCESS_INSTANCE",
    "Delete every ended instance that matches.",
)
_add_batch(
    "resolve_incidents_batch_operation",
    "/process-instances/incident-resolution",
    "RESOLVE_INCIDENT",
    "Resolve the incidents of every instance that matches.",
)
_add_batch(
    "suspend_process_instances_batch_operation",
    "/process-instances/suspension",
    "SUSPEND_PROCESS_INSTANCE",
    "Suspend every running instance that matches.",
)
_add_batch(
    "resume_process_instances_batch_operation",
    "/process-instances/resumption",
    "RESUME_PROCESS_INSTANCE",
    "Resume every suspended instance that matches.",
)

DECISION_FILTER = wire.shape(
    "DecisionInstanceDeletionBatchOperationRequest",
    {"filter": wire.nested(filter_schema(DECISION_INSTANCES), required=True), **REFERENCE},
)


@operation(
    "delete_decision_instances_batch_operation",
    "POST",
    "/decision-instances/deletion",
    scope="admin",
    body=DECISION_FILTER,
    body_needed=True,
    result=CREATED,
    creates=True,
)
def delete_decisions(call: Call) -> dict[str, Any]:
    """Delete the evaluations of every decision that matches."""
    return _created(call.perform(create_decision_batch, call.actor, call.body["filter"]), "DELETE_DECISION_INSTANCE")


PLAN = wire.shape(
    "ProcessInstanceMigrationBatchOperationPlan",
    {"targetProcessDefinitionKey": wire.key(required=True), "mappingInstructions": wire.many(MAPPING, required=True)},
)
MIGRATION = wire.shape(
    "ProcessInstanceMigrationBatchOperationRequest",
    {
        "filter": wire.nested(INSTANCE_FILTER, required=True),
        "migrationPlan": wire.nested(PLAN, required=True),
        **REFERENCE,
    },
)


@operation(
    "migrate_process_instances_batch_operation",
    "POST",
    "/process-instances/migration",
    scope="operate",
    body=MIGRATION,
    body_needed=True,
    result=CREATED,
    creates=True,
)
def migrate_instances(call: Call) -> dict[str, Any]:
    """Migrate every running instance that matches."""
    plan = call.body["migrationPlan"]
    stored = {"target_key": str(plan["targetProcessDefinitionKey"]), "mapping": read_mapping(plan)}
    type_ = "MIGRATE_PROCESS_INSTANCE"
    return _created(call.perform(create_instance_batch, call.actor, type_, call.body["filter"], stored), type_)


MOVE = wire.shape(
    "ProcessInstanceModificationMoveBatchOperationInstruction",
    {"sourceElementId": wire.text(required=True), "targetElementId": wire.text(required=True)},
)
MODIFICATION = wire.shape(
    "ProcessInstanceModificationBatchOperationRequest",
    {
        "filter": wire.nested(INSTANCE_FILTER, required=True),
        "moveInstructions": wire.many(MOVE, required=True),
        **REFERENCE,
    },
)


@operation(
    "modify_process_instances_batch_operation",
    "POST",
    "/process-instances/modification",
    scope="operate",
    body=MODIFICATION,
    body_needed=True,
    result=CREATED,
    creates=True,
)
def modify_instances(call: Call) -> dict[str, Any]:
    """Move tokens in every running instance that matches."""
    moves = [
        {"source_id": one["sourceElementId"], "target_id": one["targetElementId"]}
        for one in call.body["moveInstructions"]
    ]
    type_ = "MODIFY_PROCESS_INSTANCE"
    key = call.perform(create_instance_batch, call.actor, type_, call.body["filter"], {"moves": moves})
    return _created(key, type_)


JOB_UPDATE = wire.shape(
    "JobBatchUpdateRequest",
    {
        "filter": wire.nested(filter_schema(JOBS), required=True),
        "changeset": wire.nested(CHANGESET, required=True),
        **REFERENCE,
    },
)


@operation(
    "update_jobs_batch_operation",
    "POST",
    "/jobs/batch-update",
    scope="operate",
    body=JOB_UPDATE,
    body_needed=True,
    result=CREATED,
    creates=True,
)
def update_jobs(call: Call) -> dict[str, Any]:
    """Change retries or lease of every open job that matches."""
    changes = call.body["changeset"]
    if not changes:
        raise InvalidInputError("Expected retries, timeout or priority in the changeset, but got none of them")
    plan = {"retries": changes.get("retries"), "priority": changes.get("priority")}
    if "timeout" in changes:
        plan["lease_seconds"] = changes["timeout"] / 1000
    return _created(call.perform(create_job_batch, call.actor, call.body["filter"], plan), "UPDATE_JOB")


@operation(
    "resolve_process_instance_incidents",
    "POST",
    "/process-instances/{process_instance_key}/incident-resolution",
    scope="operate",
    result=CREATED,
)
def resolve_incidents(call: Call) -> dict[str, Any]:
    """Resolve every incident of one instance, as a batch of one."""
    key = call.path["process_instance_key"]
    with call.runtime.reading() as connection:
        get_record(connection, call.actor, PROCESS_INSTANCES, key)
    type_ = "RESOLVE_INCIDENT"
    return _created(call.perform(create_batch_operation, call.actor, type_, [(key, key)], {}), type_)


def _add_change(name: str, step: str, change: str, told: str) -> None:
    def apply(call: Call) -> None:
        call.perform(change_batch_operation, call.actor, call.path["batch_operation_key"], change)

    apply.__doc__ = told
    path = f"/batch-operations/{{batch_operation_key}}/{step}"
    add(Operation(name, "POST", path, apply, scope="operate", status=204))


_add_change("cancel_batch_operation", "cancellation", "CANCEL", "Stop a batch; what is done stays done.")
_add_change("suspend_batch_operation", "suspension", "SUSPEND", "Let a batch stand still.")
_add_change("resume_batch_operation", "resumption", "RESUME", "Let a suspended batch go on.")
