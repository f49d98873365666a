"""What may be searched of deployed processes, their instances and their elements."""

from __future__ import annotations

from typing import Any

from sqlalchemy import (
    CTE,
    ColumnElement,
    FromClause,
    Select,
    Text,
    and_,
    exists,
    func,
    literal_column,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from app.storage.batch_operations import BatchItemRow
from app.storage.deployments import DeploymentRow, ProcessDefinitionRow, ResourceRow
from app.storage.element_names import ElementNameRow
from app.storage.incidents import IncidentRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.search import Field, Operators, Resource
from app.storage.search_conditions import Kind, Through, condition_on
from app.storage.variables import VariableRow

ELEMENT_TYPES = (
    "UNSPECIFIED", "PROCESS", "SUB_PROCESS", "EVENT_SUB_PROCESS", "AD_HOC_SUB_PROCESS",
    "AD_HOC_SUB_PROCESS_INNER_INSTANCE", "START_EVENT", "INTERMEDIATE_CATCH_EVENT", "INTERMEDIATE_THROW_EVENT",
    "BOUNDARY_EVENT", "END_EVENT", "SERVICE_TASK", "RECEIVE_TASK", "USER_TASK", "MANUAL_TASK", "TASK",
    "EXCLUSIVE_GATEWAY", "INCLUSIVE_GATEWAY", "PARALLEL_GATEWAY", "COMPLEX_GATEWAY", "EVENT_BASED_GATEWAY",
    "SEQUENCE_FLOW", "MULTI_INSTANCE_BODY", "CALL_ACTIVITY", "BUSINESS_RULE_TASK", "SCRIPT_TASK", "SEND_TASK",
    "TRANSACTION", "UNKNOWN",
)  # fmt: skip
INSTANCE_STATES = ("ACTIVE", "COMPLETED", "TERMINATED", "SUSPENDED")
ELEMENT_STATES = ("ACTIVE", "COMPLETED", "TERMINATED")

TENANT_ID = "<default>"
TENANT: ColumnElement[str] = literal_column(f"'{TENANT_ID}'")
"""The API speaks of tenants; there is one."""

definition = ProcessDefinitionRow.__table__.c
instance = ProcessInstanceRow.__table__.c
element = ElementInstanceRow.__table__.c
incident = IncidentRow.__table__.c
element_name = ElementNameRow.__table__.c


def labels_of(value: Any) -> list[str]:
    """Return the stored list of labels, empty for none."""
    return value or []


def variable_filter(scope: ColumnElement[int], name: str, operators: Operators) -> ColumnElement[bool]:
    """Return the condition that `scope` holds a variable `name` whose JSON text meets `operators`."""
    variable = aliased(VariableRow)
    held = and_(variable.scope_key == scope, variable.name == name)
    if operators.get("$exists") is False:
        return ~exists().where(held)
    return exists().where(held, *condition_on(variable.value.expression, operators))


def label_filter(labels: ColumnElement[Any], label: str) -> ColumnElement[bool]:
    """Return the condition that the JSON list of text in `labels` holds `label` (which needs no escape in JSON)."""
    written = func.coalesce(type_coerce(labels, Text), "")  # as text: JSONText would write the pattern as JSON
    return written.contains(f'"{label}"', autoescape=True)


def _caller_of(among: FromClause) -> Select[Any]:
    """The instances that called one of `among`."""
    called = aliased(ProcessInstanceRow)
    query = select(called.parent_key.label("key")).join_from(called, among, called.key == among.c.key)
    return query.where(called.parent_key.is_not(None))


def _callers() -> CTE:
    """Every instance that called one with an open incident, however deep: found from the incidents, which are few."""
    broken = select(incident.instance_key.label("key")).where(incident.state == "ACTIVE").subquery()
    found = _caller_of(broken).cte("calling_troubled", recursive=True)
    return found.union(_caller_of(found))


_called = aliased(ProcessInstanceRow)
_troubled = select(_callers().c.key)
HAS_INCIDENT = or_(
    instance.incidents > 0,
    and_(exists(select(1).where(_called.parent_key == instance.key)), instance.key.in_(_troubled)),
)
"""Whether an instance, or one it called, however deep, has an open incident; for those that call nothing, one probe."""


_newest = aliased(ProcessDefinitionRow)
_is_latest = definition.version == (
    select(func.max(_newest.version))
    .where(_newest.process_id == definition.process_id, _newest.deleted_at.is_(None))
    .scalar_subquery()
)

PROCESS_DEFINITIONS = Resource(
    name="ProcessDefinition",
    source=ProcessDefinitionRow.__table__.join(
        ResourceRow.__table__, ResourceRow.__table__.c.key == definition.resource_key
    ),
    key="processDefinitionKey",
    fields={
        "name": Field(definition.name, Kind.TEXT, null=True),
        "resourceName": Field(ResourceRow.__table__.c.name, Kind.TEXT),
        "version": Field(definition.version, Kind.WHOLE),
        "versionTag": Field(definition.version_tag, Kind.TEXT, null=True),
        "processDefinitionId": Field(definition.process_id, Kind.TEXT),
        "tenantId": Field(TENANT, Kind.TEXT),
        "processDefinitionKey": Field(definition.key, Kind.KEY),
        "hasStartForm": Field(definition.start_form.is_not(None), Kind.FLAG, sorted=False, read=bool),
        "state": Field(
            literal_column("'ACTIVE'"), Kind.CHOICE, sorted=False, choices=("ACTIVE", "DELETED", "DRAINING")
        ),
        "isLatestVersion": Field(_is_latest, Kind.FLAG, shown=False, sorted=False),
    },
)
PROCESS_DEFINITION_IS_THERE = definition.deleted_at.is_(None)
"""Deleted versions are kept for what refers to them, and not found."""

_of_element = Through("element", ElementInstanceRow.__table__, element.instance_key == instance.key)
_of_incident = Through(
    "incident", IncidentRow.__table__, and_(incident.instance_key == instance.key, incident.state == "ACTIVE")
)
_of_batch = Through("batch", BatchItemRow.__table__, BatchItemRow.__table__.c.instance_key == instance.key)
_batch_key = Field(BatchItemRow.__table__.c.batch_key, Kind.KEY, shown=False, sorted=False, through=_of_batch)

PROCESS_INSTANCES = Resource(
    name="ProcessInstance",
    source=ProcessInstanceRow.__table__.join(ProcessDefinitionRow.__table__, definition.key == instance.definition_key),
    key="processInstanceKey",
    alternatives=True,
    named={"variables": lambda name, operators: variable_filter(instance.key, name, operators)},
    labels={"tags": lambda label: label_filter(instance.tags, label)},
    fields={
        "processDefinitionId": Field(instance.process_id, Kind.TEXT),
        "processDefinitionName": Field(definition.name, Kind.TEXT, null=True),
        "processDefinitionVersion": Field(definition.version, Kind.WHOLE),
        "processDefinitionVersionTag": Field(definition.version_tag, Kind.TEXT, null=True),
        "startDate": Field(instance.started_at, Kind.INSTANT),
        "endDate": Field(instance.ended_at, Kind.INSTANT, null=True),
        "state": Field(instance.status, Kind.CHOICE, choices=INSTANCE_STATES),
        "suspendedDate": Field(instance.suspended_at, Kind.INSTANT, null=True),
        "hasIncident": Field(HAS_INCIDENT, Kind.FLAG, read=bool),
        "tenantId": Field(TENANT, Kind.TEXT),
        "processInstanceKey": Field(instance.key, Kind.KEY),
        "processDefinitionKey": Field(instance.definition_key, Kind.KEY),
        "parentProcessInstanceKey": Field(instance.parent_key, Kind.KEY, null=True),
        "parentElementInstanceKey": Field(instance.parent_element_key, Kind.KEY, null=True),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "tags": Field(instance.tags, Kind.LABELS, filtered=False, sorted=False, read=labels_of),
        "businessId": Field(instance.business_id, Kind.TEXT, null=True),
        "errorMessage": Field(incident.message, Kind.TEXT, shown=False, sorted=False, through=_of_incident),
        "hasRetriesLeft": Field(
            exists(select(1).where(JobRow.instance_key == instance.key, JobRow.state == "FAILED", JobRow.retries > 0)),
            Kind.FLAG,
            shown=False,
            sorted=False,
        ),
        "batchOperationKey": _batch_key,
        "batchOperationId": _batch_key,
        "elementId": Field(element.element_id, Kind.TEXT, shown=False, sorted=False, through=_of_element),
        "elementInstanceState": Field(
            element.state, Kind.CHOICE, shown=False, sorted=False, through=_of_element, choices=ELEMENT_STATES
        ),
        "hasElementInstanceIncident": Field(
            exists(select(1).where(incident.element_key == element.key, incident.state == "ACTIVE")),
            Kind.FLAG,
            shown=False,
            sorted=False,
            through=_of_element,
        ),
    },
)

_active_incident = (
    select(func.min(incident.key))
    .where(incident.element_key == element.key, incident.state == "ACTIVE")
    .scalar_subquery()
)

_calls_troubled = and_(
    element.type == "CALL_ACTIVITY",
    exists(
        select(1).where(
            _called.parent_key == element.instance_key,
            _called.parent_element_key == element.key,
            or_(_called.incidents > 0, _called.key.in_(_troubled)),
        )
    ),
)

ELEMENT_INSTANCES = Resource(
    name="ElementInstance",
    source=ElementInstanceRow.__table__.join(
        ProcessInstanceRow.__table__, instance.key == element.instance_key
    ).outerjoin(
        ElementNameRow.__table__,
        and_(element_name.definition_key == element.definition_key, element_name.element_id == element.element_id),
    ),
    key="elementInstanceKey",
    alternatives=True,
    fields={
        "processDefinitionId": Field(instance.process_id, Kind.TEXT, null=True),
        "startDate": Field(element.started_at, Kind.INSTANT),
        "endDate": Field(element.ended_at, Kind.INSTANT, null=True),
        "elementId": Field(element.element_id, Kind.TEXT),
        "elementName": Field(func.coalesce(element_name.name, element.element_id), Kind.TEXT),
        "type": Field(element.type, Kind.CHOICE, choices=ELEMENT_TYPES),
        "state": Field(element.state, Kind.CHOICE, choices=ELEMENT_STATES),
        "hasIncident": Field(or_(_active_incident.is_not(None), _calls_troubled), Kind.FLAG, sorted=False, read=bool),
        "tenantId": Field(TENANT, Kind.TEXT),
        "elementInstanceKey": Field(element.key, Kind.KEY),
        "processInstanceKey": Field(element.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "processDefinitionKey": Field(element.definition_key, Kind.KEY),
        "incidentKey": Field(_active_incident, Kind.KEY, null=True),
        "elementInstanceScopeKey": Field(element.scope_key, Kind.KEY, shown=False, sorted=False),
    },
)

INCIDENT_STATES = ("ACTIVE", "MIGRATED", "PENDING", "RESOLVED", "UNKNOWN")
ERROR_TYPES = (
    "UNSPECIFIED", "UNKNOWN", "IO_MAPPING_ERROR", "JOB_NO_RETRIES", "EXECUTION_LISTENER_NO_RETRIES",
    "TASK_LISTENER_NO_RETRIES", "AD_HOC_SUB_PROCESS_NO_RETRIES", "CONDITION_ERROR", "EXTRACT_VALUE_ERROR",
    "CALLED_ELEMENT_ERROR", "UNHANDLED_ERROR_EVENT", "MESSAGE_SIZE_EXCEEDED", "CALLED_DECISION_ERROR",
    "DECISION_EVALUATION_ERROR", "FORM_NOT_FOUND", "RESOURCE_NOT_FOUND", "SECRET_RESOLUTION_ERROR",
)  # fmt: skip

INCIDENTS = Resource(
    name="Incident",
    source=IncidentRow.__table__.join(ProcessDefinitionRow.__table__, definition.key == incident.definition_key),
    key="incidentKey",
    fields={
        "processDefinitionId": Field(definition.process_id, Kind.TEXT),
        "errorType": Field(incident.error_type, Kind.CHOICE, choices=ERROR_TYPES),
        "errorMessage": Field(incident.message, Kind.TEXT, sorted=False),
        "elementId": Field(incident.element_id, Kind.TEXT),
        "creationTime": Field(incident.created_at, Kind.INSTANT),
        "state": Field(incident.state, Kind.CHOICE, choices=INCIDENT_STATES),
        "tenantId": Field(TENANT, Kind.TEXT),
        "incidentKey": Field(incident.key, Kind.KEY),
        "processDefinitionKey": Field(incident.definition_key, Kind.KEY),
        "processInstanceKey": Field(incident.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(incident.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "elementInstanceKey": Field(func.coalesce(incident.element_key, incident.instance_key), Kind.KEY),
        "jobKey": Field(incident.job_key, Kind.KEY, null=True),
    },
)


def under_instance(key: int) -> ColumnElement[bool]:
    """Return the condition that an incident belongs to the process instance `key` or to one it called, however deep."""
    tree = select(ProcessInstanceRow.key).where(ProcessInstanceRow.key == key).cte("called", recursive=True)
    tree = tree.union_all(select(ProcessInstanceRow.key).join(tree, ProcessInstanceRow.parent_key == tree.c.key))
    return incident.instance_key.in_(select(tree.c.key))


def on_element(key: int) -> ColumnElement[bool]:
    """Return the condition that an incident stands on the element instance `key` or inside it."""
    tree = select(ElementInstanceRow.key).where(ElementInstanceRow.key == key).cte("inside", recursive=True)
    tree = tree.union_all(select(ElementInstanceRow.key).join(tree, ElementInstanceRow.scope_key == tree.c.key))
    return incident.element_key.in_(select(tree.c.key))


RESOURCES = Resource(
    name="Resource",
    source=ResourceRow.__table__.join(DeploymentRow.__table__, DeploymentRow.key == ResourceRow.deployment_key),
    key="resourceKey",
    fields={
        "resourceName": Field(ResourceRow.__table__.c.name, Kind.TEXT),
        "version": Field(ResourceRow.__table__.c.version, Kind.WHOLE),
        "versionTag": Field(ResourceRow.__table__.c.version_tag, Kind.TEXT, null=True),
        "resourceId": Field(ResourceRow.__table__.c.resource_id, Kind.TEXT),
        "tenantId": Field(TENANT, Kind.TEXT),
        "resourceKey": Field(ResourceRow.__table__.c.key, Kind.KEY),
        "deploymentKey": Field(ResourceRow.__table__.c.deployment_key, Kind.KEY, shown=False),
    },
)
