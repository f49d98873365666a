"""What may be searched of message subscriptions, correlations, batch operations and the audit log."""

from __future__ import annotations

from sqlalchemy import BigInteger, ColumnElement, String, and_, case, cast, literal, literal_column, null, select

from app.storage.audit import AuditRow
from app.storage.batch_operations import BatchItemRow, BatchOperationRow
from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.messages import CorrelationRow
from app.storage.search import Field, Resource
from app.storage.search_conditions import Kind
from app.storage.search_processes import TENANT
from app.storage.subscriptions import MessageSubscriptionRow

definition = ProcessDefinitionRow.__table__.c
instance = ProcessInstanceRow.__table__.c
subscription = MessageSubscriptionRow.__table__.c
correlation = CorrelationRow.__table__.c
batch = BatchOperationRow.__table__.c
item = BatchItemRow.__table__.c

_NO_TEXT = Field(literal_column("NULL", String), Kind.TEXT, null=True)
_NO_KEY = Field(literal_column("NULL", BigInteger), Kind.KEY, null=True)
"""What Camunda's records have and these never do; it may be asked for, as everything may."""

MESSAGE_SUBSCRIPTIONS = Resource(
    name="MessageSubscription",
    source=MessageSubscriptionRow.__table__.join(
        ProcessDefinitionRow.__table__, definition.key == subscription.definition_key
    ).outerjoin(ProcessInstanceRow.__table__, instance.key == subscription.instance_key),
    key="messageSubscriptionKey",
    fields={
        "businessId": Field(instance.business_id, Kind.TEXT, null=True),
        "messageSubscriptionKey": Field(subscription.key, Kind.KEY),
        "processDefinitionId": Field(subscription.process_id, Kind.TEXT),
        "processDefinitionKey": Field(subscription.definition_key, Kind.KEY, null=True, sorted=False),
        "processInstanceKey": Field(subscription.instance_key, Kind.KEY, null=True),
        "rootProcessInstanceKey": Field(subscription.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "elementId": Field(subscription.element_id, Kind.TEXT),
        "elementInstanceKey": Field(subscription.element_key, Kind.KEY, null=True),
        "messageSubscriptionState": Field(
            subscription.state, Kind.CHOICE, choices=("CORRELATED", "CREATED", "DELETED", "MIGRATED")
        ),
        "lastUpdatedDate": Field(subscription.updated_at, Kind.INSTANT),
        "messageName": Field(subscription.name, Kind.TEXT),
        "correlationKey": Field(subscription.correlation_key, Kind.TEXT, null=True),
        "messageSubscriptionType": Field(
            case((subscription.instance_key.is_(None), "START_EVENT"), else_="PROCESS_EVENT"),
            Kind.CHOICE,
            choices=("PROCESS_EVENT", "START_EVENT"),
        ),
        "toolProperties": Field(null(), Kind.MAP, filtered=False, sorted=False, read=lambda _: {}),
        "processDefinitionName": Field(definition.name, Kind.TEXT, null=True),
        "processDefinitionVersion": Field(definition.version, Kind.WHOLE, null=True),
        "toolName": _NO_TEXT,
        "inboundConnectorType": _NO_TEXT,
        "tenantId": Field(TENANT, Kind.TEXT),
    },
)

CORRELATIONS = Resource(
    name="CorrelatedMessageSubscription",
    source=CorrelationRow.__table__.join(ProcessInstanceRow.__table__, instance.key == correlation.instance_key),
    key="_key",
    fields={
        "businessId": Field(instance.business_id, Kind.TEXT, null=True),
        "correlationKey": Field(correlation.correlation_key, Kind.TEXT, null=True),
        "correlationTime": Field(correlation.correlated_at, Kind.INSTANT),
        "elementId": Field(correlation.element_id, Kind.TEXT),
        "elementInstanceKey": Field(correlation.element_key, Kind.KEY, null=True),
        "messageKey": Field(correlation.message_key, Kind.KEY),
        "messageName": Field(correlation.name, Kind.TEXT),
        "partitionId": Field(literal_column("1"), Kind.WHOLE),
        "processDefinitionId": Field(correlation.process_id, Kind.TEXT),
        "processDefinitionKey": Field(correlation.definition_key, Kind.KEY, null=True),
        "processInstanceKey": Field(correlation.instance_key, Kind.KEY),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "subscriptionKey": Field(correlation.subscription_key, Kind.KEY),
        "tenantId": Field(TENANT, Kind.TEXT),
        "_key": Field(correlation.key, Kind.KEY, shown=False, filtered=False, sorted=False),
    },
)

BATCH_TYPES = (
    "CANCEL_PROCESS_INSTANCE", "MIGRATE_PROCESS_INSTANCE", "MODIFY_PROCESS_INSTANCE", "RESOLVE_INCIDENT",
    "SUSPEND_PROCESS_INSTANCE", "RESUME_PROCESS_INSTANCE", "DELETE_PROCESS_INSTANCE", "DELETE_DECISION_INSTANCE",
    "DELETE_PROCESS_DEFINITION", "DELETE_DECISION_DEFINITION", "ADD_VARIABLE", "UPDATE_VARIABLE", "UPDATE_JOB",
)  # fmt: skip
BATCH_STATES = ("CREATED", "ACTIVE", "SUSPENDED", "COMPLETED", "PARTIALLY_COMPLETED", "CANCELED", "FAILED")
ACTOR_TYPES = ("ANONYMOUS", "CLIENT", "UNKNOWN", "USER")
_USER: ColumnElement[str] = literal_column("'USER'")

BATCH_OPERATIONS = Resource(
    name="BatchOperation",
    source=BatchOperationRow.__table__,
    key="batchOperationKey",
    fields={
        "batchOperationKey": Field(batch.key, Kind.KEY),
        "state": Field(batch.state, Kind.CHOICE, choices=BATCH_STATES),
        "batchOperationType": Field(batch.type, Kind.CHOICE, choices=BATCH_TYPES, filtered=False, sorted=False),
        "operationType": Field(batch.type, Kind.CHOICE, choices=BATCH_TYPES, shown=False),
        "startDate": Field(batch.started_at, Kind.INSTANT, filtered=False),
        "endDate": Field(batch.ended_at, Kind.INSTANT, null=True, filtered=False),
        "actorType": Field(_USER, Kind.CHOICE, choices=ACTOR_TYPES),
        "actorId": Field(batch.actor, Kind.TEXT),
        "operationsTotalCount": Field(batch.total, Kind.WHOLE, filtered=False, sorted=False),
        "operationsFailedCount": Field(batch.failed, Kind.WHOLE, filtered=False, sorted=False),
        "operationsCompletedCount": Field(batch.completed, Kind.WHOLE, filtered=False, sorted=False),
        "errors": Field(null(), Kind.RECORDS, filtered=False, sorted=False, read=lambda _: []),
    },
)

BATCH_ITEMS = Resource(
    name="BatchOperationItem",
    source=BatchItemRow.__table__.join(BatchOperationRow.__table__, batch.key == item.batch_key).outerjoin(
        ProcessInstanceRow.__table__, instance.key == item.instance_key
    ),
    key="_key",
    fields={
        "operationType": Field(batch.type, Kind.CHOICE, choices=BATCH_TYPES, sorted=False),
        "batchOperationKey": Field(item.batch_key, Kind.KEY),
        "itemKey": Field(item.item_key, Kind.KEY),
        "processInstanceKey": Field(item.instance_key, Kind.KEY, null=True),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "state": Field(item.state, Kind.CHOICE, choices=("ACTIVE", "COMPLETED", "SKIPPED", "CANCELED", "FAILED")),
        "processedDate": Field(item.processed_at, Kind.INSTANT, null=True, filtered=False),
        "errorMessage": Field(item.error, Kind.TEXT, null=True, filtered=False, sorted=False),
        "_key": Field(
            cast(item.batch_key, String) + "-" + cast(item.item_key, String),
            Kind.TEXT,
            shown=False,
            filtered=False,
            sorted=False,
        ),
    },
)

OPERATIONS = (
    "ASSIGN", "CANCEL", "COMPLETE", "CREATE", "DELETE", "EVALUATE", "MIGRATE", "MODIFY", "RESOLVE", "RESUME", "SUSPEND",
    "UNASSIGN", "UNKNOWN", "UPDATE",
)  # fmt: skip
ENTITIES = (
    "AUTHORIZATION", "BATCH", "CLIENT", "DECISION", "GROUP", "INCIDENT", "JOB", "MAPPING_RULE", "PROCESS_INSTANCE",
    "RESOURCE", "ROLE", "TENANT", "USER", "USER_TASK", "VARIABLE",
)  # fmt: skip

_known = (AuditRow.operation.in_(map(literal, OPERATIONS)), AuditRow.entity.in_(map(literal, ENTITIES)))
_audit_log = select(AuditRow.__table__).where(*_known).subquery("known_audit_log")
audit = _audit_log.c


def _key_of(entity: str) -> Field:
    return Field(case((audit.entity == entity, audit.entity_key)), Kind.KEY, null=True)


def _none_of(*choices: str) -> Field:
    return Field(literal_column("NULL", String), Kind.CHOICE, null=True, choices=choices)


_CATEGORY: ColumnElement[str] = case(
    (audit.entity == "USER_TASK", "USER_TASKS"),
    (audit.entity.in_(map(literal, ("USER", "CLIENT", "AUTHORIZATION"))), "ADMIN"),
    else_="DEPLOYED_RESOURCES",
)

_ABSENT_KEYS = (
    "elementInstanceKey", "decisionRequirementsKey", "decisionDefinitionKey", "decisionEvaluationKey", "formKey",
    "resourceKey", "relatedEntityKey",
)  # fmt: skip
_ABSENT_TEXTS = (
    "agentElementId", "decisionRequirementsId", "decisionDefinitionId", "entityDescription", "inboundChannelType",
    "inboundChannelToolName",
)  # fmt: skip

AUDIT_LOGS = Resource(
    name="AuditLog",
    source=_audit_log.outerjoin(ProcessInstanceRow.__table__, instance.key == audit.instance_key),
    key="auditLogKey",
    fields={
        "auditLogKey": Field(audit.key, Kind.KEY),
        "entityKey": Field(audit.entity_key, Kind.KEY),
        "entityType": Field(audit.entity, Kind.CHOICE, choices=ENTITIES),
        "operationType": Field(audit.operation, Kind.CHOICE, choices=OPERATIONS),
        "timestamp": Field(audit.at, Kind.INSTANT),
        "actorId": Field(audit.actor, Kind.TEXT, null=True),
        "actorType": Field(_USER, Kind.CHOICE, null=True, choices=ACTOR_TYPES),
        "tenantId": Field(TENANT, Kind.TEXT, null=True),
        "result": Field(literal_column("'SUCCESS'"), Kind.CHOICE, choices=("FAIL", "SUCCESS")),
        "processInstanceKey": Field(audit.instance_key, Kind.KEY, null=True),
        "rootProcessInstanceKey": Field(instance.root_key, Kind.KEY, null=True, filtered=False, sorted=False),
        "processDefinitionId": Field(instance.process_id, Kind.TEXT, null=True),
        "processDefinitionKey": Field(instance.definition_key, Kind.KEY, null=True),
        "category": Field(_CATEGORY, Kind.CHOICE, choices=("ADMIN", "DEPLOYED_RESOURCES", "USER_TASKS")),
        "userTaskKey": _key_of("USER_TASK"),
        "jobKey": _key_of("JOB"),
        "batchOperationKey": _key_of("BATCH"),
        "deploymentKey": _key_of("RESOURCE"),
        "batchOperationType": _none_of(*BATCH_TYPES),
        "relatedEntityType": _none_of(*ENTITIES),
        **dict.fromkeys(_ABSENT_KEYS, _NO_KEY),
        **dict.fromkeys(_ABSENT_TEXTS, _NO_TEXT),
    },
)
"""The log keeps accepted commands only, so that every `result` is SUCCESS; refused ones are in the server's own log.

What is done to things that the engine API does not know, a complaint's files for one, is not shown to its clients.
"""


def of_user_task(key: int) -> ColumnElement[bool]:
    """Return the condition that an audit entry is about the user task `key`."""
    return and_(audit.entity == "USER_TASK", audit.entity_key == key)
