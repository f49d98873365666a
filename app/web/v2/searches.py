"""Every operation that searches one kind of record or reads one by its key: a line each, one mechanism for all."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from marshmallow import Schema
from sqlalchemy import ColumnElement, Connection

from app.services.search_records import get_record, search_records
from app.storage import search_decisions, search_processes, search_variables, search_work
from app.storage import search_records as search_others
from app.storage.search import Resource
from app.storage.search_processes import on_element, under_instance
from app.web import wire
from app.web.v2.operation import Call, Operation, add
from app.web.v2.records import page_schema, query_schema, read_page, read_sort, record_schema, show_page, show_record

Show = Callable[[Call, Connection, Mapping[str, Any]], dict[str, Any]]
"""What a kind of record shows besides its own columns."""


class Searched:
    """One kind of record as the API shows it."""

    def __init__(
        self,
        resource: Resource,
        record: str,
        page: str,
        *,
        more: wire.Names | None = None,
        show: Show | None = None,
        query: type[Schema] | None = None,
    ) -> None:
        self.resource = resource
        self.record = record_schema(resource, record, more)
        self.page = page_schema(page, self.record)
        self.body = query_schema(resource)
        self.query = query
        self.show = show

    def show_one(self, call: Call, connection: Connection, record: Mapping[str, Any]) -> dict[str, Any]:
        """Return a record as JSON values."""
        shown = show_record(self.resource, record)
        if self.show is not None:
            shown.update(self.show(call, connection, record))
        return shown

    def search(
        self, call: Call, also: Sequence[ColumnElement[bool]] = (), *, of_task: int | None = None
    ) -> dict[str, Any]:
        """Answer a search; `of_task`: of what belongs to a user task, for whoever may see that."""
        body = call.body
        with call.runtime.reading() as connection:
            if of_task is not None:
                get_record(connection, call.actor, search_work.USER_TASKS, of_task)
            page = search_records(
                connection,
                call.actor,
                self.resource,
                body.get("filter", {}),
                read_sort(body),
                read_page(body),
                also,
                seen=of_task is not None,
            )
            return show_page(page, [self.show_one(call, connection, record) for record in page.items])

    def get(self, call: Call, key: object) -> dict[str, Any]:
        """Answer a request for one record."""
        with call.runtime.reading() as connection:
            return self.show_one(call, connection, get_record(connection, call.actor, self.resource, key))


TRUNCATE = wire.shape("TruncateValues", {"truncateValues": wire.query_flag()})


def _value(call: Call, _connection: Connection, record: Mapping[str, Any]) -> dict[str, Any]:
    if call.query.get("truncateValues", True):
        return {"value": record["value"][: search_variables.VALUE_SHOWN]}
    return {"isTruncated": False}


PROCESS_DEFINITIONS = Searched(
    search_processes.PROCESS_DEFINITIONS, "ProcessDefinitionResult", "ProcessDefinitionSearchQueryResult"
)
PROCESS_INSTANCES = Searched(
    search_processes.PROCESS_INSTANCES, "ProcessInstanceResult", "ProcessInstanceSearchQueryResult"
)
ELEMENT_INSTANCES = Searched(
    search_processes.ELEMENT_INSTANCES, "ElementInstanceResult", "ElementInstanceSearchQueryResult"
)
INCIDENTS = Searched(search_processes.INCIDENTS, "IncidentResult", "IncidentSearchQueryResult")
RESOURCES = Searched(search_processes.RESOURCES, "ResourceResult", "ResourceSearchQueryResult")
USER_TASKS = Searched(search_work.USER_TASKS, "UserTaskResult", "UserTaskSearchQueryResult")
JOBS = Searched(search_work.JOBS, "JobSearchResult", "JobSearchQueryResult")
VARIABLES = Searched(
    search_variables.VARIABLES, "VariableSearchResult", "VariableSearchQueryResult", show=_value, query=TRUNCATE
)
CLUSTER_VARIABLES = Searched(
    search_variables.CLUSTER_VARIABLES,
    "ClusterVariableSearchResult",
    "ClusterVariableSearchQueryResult",
    show=_value,
    query=TRUNCATE,
)
DECISION_DEFINITIONS = Searched(
    search_decisions.DECISION_DEFINITIONS, "DecisionDefinitionResult", "DecisionDefinitionSearchQueryResult"
)
DECISION_REQUIREMENTS = Searched(
    search_decisions.DECISION_REQUIREMENTS, "DecisionRequirementsResult", "DecisionRequirementsSearchQueryResult"
)
DECISION_INSTANCES = Searched(
    search_decisions.DECISION_INSTANCES, "DecisionInstanceResult", "DecisionInstanceSearchQueryResult"
)
MESSAGE_SUBSCRIPTIONS = Searched(
    search_others.MESSAGE_SUBSCRIPTIONS, "MessageSubscriptionResult", "MessageSubscriptionSearchQueryResult"
)
CORRELATIONS = Searched(
    search_others.CORRELATIONS, "CorrelatedMessageSubscriptionResult", "CorrelatedMessageSubscriptionSearchQueryResult"
)
BATCH_OPERATIONS = Searched(search_others.BATCH_OPERATIONS, "BatchOperationResponse", "BatchOperationSearchQueryResult")
BATCH_ITEMS = Searched(search_others.BATCH_ITEMS, "BatchOperationItemResponse", "BatchOperationItemSearchQueryResult")
AUDIT_LOGS = Searched(search_others.AUDIT_LOGS, "AuditLogResult", "AuditLogSearchQueryResult")


def add_search(
    name: str, path: str, kind: Searched, among: Callable[[Call], Sequence[ColumnElement[bool]]] | None = None
) -> None:
    """Register a search of `kind`; `among` narrows it by the path."""

    def search(call: Call) -> dict[str, Any]:
        return kind.search(call, () if among is None else among(call))

    search.__doc__ = f"Search records of the kind {kind.resource.name}."
    add(Operation(name, "POST", path, search, scope=None, body=kind.body, query=kind.query, result=kind.page))


def add_get(name: str, path: str, kind: Searched) -> None:
    """Register the reading of one record by the key in the path."""
    key = path.rpartition("{")[2].rstrip("}")

    def get(call: Call) -> dict[str, Any]:
        return kind.get(call, call.path[key])

    get.__doc__ = f"Read a {kind.resource.name} by its key."
    add(Operation(name, "GET", path, get, scope=None, result=kind.record))


def _under_instance(call: Call) -> list[ColumnElement[bool]]:
    key = call.path["process_instance_key"]
    PROCESS_INSTANCES.get(call, key)  # raises where there is none
    return [under_instance(key)]


def _on_element(call: Call) -> list[ColumnElement[bool]]:
    key = call.path["element_instance_key"]
    ELEMENT_INSTANCES.get(call, key)
    return [on_element(key)]


add_search("search_process_definitions", "/process-definitions/search", PROCESS_DEFINITIONS)
add_search("search_process_instances", "/process-instances/search", PROCESS_INSTANCES)
add_search("search_element_instances", "/element-instances/search", ELEMENT_INSTANCES)
add_search("search_incidents", "/incidents/search", INCIDENTS)
add_search(
    "search_process_instance_incidents",
    "/process-instances/{process_instance_key}/incidents/search",
    INCIDENTS,
    _under_instance,
)
add_search(
    "search_element_instance_incidents",
    "/element-instances/{element_instance_key}/incidents/search",
    INCIDENTS,
    _on_element,
)
add_search("search_resources", "/resources/search", RESOURCES)
add_search("search_user_tasks", "/user-tasks/search", USER_TASKS)
add_search("search_jobs", "/jobs/search", JOBS)
add_search("search_variables", "/variables/search", VARIABLES)
add_search("search_cluster_variables", "/cluster-variables/search", CLUSTER_VARIABLES)
add_search("search_decision_definitions", "/decision-definitions/search", DECISION_DEFINITIONS)
add_search("search_decision_requirements", "/decision-requirements/search", DECISION_REQUIREMENTS)
add_search("search_decision_instances", "/decision-instances/search", DECISION_INSTANCES)
add_search("search_message_subscriptions", "/message-subscriptions/search", MESSAGE_SUBSCRIPTIONS)
add_search("search_correlated_message_subscriptions", "/correlated-message-subscriptions/search", CORRELATIONS)
add_search("search_audit_logs", "/audit-logs/search", AUDIT_LOGS)
add_search("search_batch_operations", "/batch-operations/search", BATCH_OPERATIONS)
add_search("search_batch_operation_items", "/batch-operation-items/search", BATCH_ITEMS)

add_get("get_process_definition", "/process-definitions/{process_definition_key}", PROCESS_DEFINITIONS)
add_get("get_process_instance", "/process-instances/{process_instance_key}", PROCESS_INSTANCES)
add_get("get_element_instance", "/element-instances/{element_instance_key}", ELEMENT_INSTANCES)
add_get("get_incident", "/incidents/{incident_key}", INCIDENTS)
add_get("get_user_task", "/user-tasks/{user_task_key}", USER_TASKS)
add_get("get_decision_definition", "/decision-definitions/{decision_definition_key}", DECISION_DEFINITIONS)
add_get("get_decision_requirements", "/decision-requirements/{decision_requirements_key}", DECISION_REQUIREMENTS)
add_get("get_batch_operation", "/batch-operations/{batch_operation_key}", BATCH_OPERATIONS)
add_get("get_audit_log", "/audit-logs/{audit_log_key}", AUDIT_LOGS)
add_get("get_resource", "/resources/{resource_key}", RESOURCES)
