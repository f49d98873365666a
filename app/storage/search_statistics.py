"""What may be searched of counts: running instances by process, version and error, open message subscriptions."""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, Connection, Integer, Subquery, and_, case, cast, func, literal_column, select

from app.storage.deployments import ProcessDefinitionRow
from app.storage.incidents import IncidentRow
from app.storage.instances import ProcessInstanceRow
from app.storage.search import Field, Resource
from app.storage.search_conditions import Kind
from app.storage.search_processes import HAS_INCIDENT, TENANT
from app.storage.subscriptions import MessageSubscriptionRow

definition = ProcessDefinitionRow.__table__.c
instance = ProcessInstanceRow.__table__.c
subscription = MessageSubscriptionRow.__table__.c
incident = IncidentRow.__table__.c


def _versions() -> Subquery:
    """Return every deployed version with its running instances, counted with and without incidents."""
    broken = func.count(case((HAS_INCIDENT, literal_column("1"))))
    running = (
        select(instance.definition_key, broken.label("broken"), (func.count() - broken).label("sound"))
        .where(instance.status == "ACTIVE")
        .group_by(instance.definition_key)
        .subquery()
    )
    counts = [func.coalesce(running.c[name], 0).label(name) for name in ("broken", "sound")]
    columns = [definition.key, definition.process_id, definition.version, definition.name, *counts]
    joined = ProcessDefinitionRow.__table__.outerjoin(running, running.c.definition_key == definition.key)
    return select(*columns).select_from(joined).where(definition.deleted_at.is_(None)).subquery("version_counts")


def _processes() -> Subquery:
    """Return every deployed process: its latest version, whether there are others, the sums over all of them."""
    each = _versions()
    sums = [cast(func.sum(each.c[name]), Integer).label(name) for name in ("broken", "sound")]
    latest = func.max(each.c.version).label("version")
    several = (func.count() > 1).label("several")
    return select(each.c.process_id, latest, several, *sums).group_by(each.c.process_id).subquery("process_counts")


def _subscriptions() -> Subquery:
    """Return the message subscriptions that wait in instances, counted by process version."""
    return (
        select(
            subscription.definition_key,
            subscription.process_id,
            func.count().label("open"),
            func.count(subscription.instance_key.distinct()).label("instances"),
        )
        .where(and_(subscription.state == "CREATED", subscription.instance_key.is_not(None)))
        .group_by(subscription.definition_key, subscription.process_id)
        .subquery("subscription_counts")
    )


def _errors(*by: ColumnElement[Any]) -> Subquery:
    """Return the instances with active incidents, counted by `by`."""
    count = func.count(incident.instance_key.distinct()).label("instances")
    return select(*by, count).where(incident.state == "ACTIVE").group_by(*by).subquery()


_version, _process, _open = _versions(), _processes(), _subscriptions()
_error, _error_version = _errors(incident.message), _errors(incident.message, incident.definition_key)

VERSION_COUNTS = Resource(
    name="ProcessDefinitionInstanceVersionStatistics",
    source=_version,
    key="processDefinitionKey",
    fields={
        "processDefinitionId": Field(_version.c.process_id, Kind.TEXT),
        "processDefinitionKey": Field(_version.c.key, Kind.KEY, filtered=False),
        "processDefinitionName": Field(_version.c.name, Kind.TEXT, null=True, filtered=False),
        "processDefinitionVersion": Field(_version.c.version, Kind.WHOLE, filtered=False),
        "tenantId": Field(TENANT, Kind.TEXT, sorted=False),
        "activeInstancesWithIncidentCount": Field(_version.c.broken, Kind.WHOLE, filtered=False),
        "activeInstancesWithoutIncidentCount": Field(_version.c.sound, Kind.WHOLE, filtered=False),
    },
)
PROCESS_COUNTS = Resource(
    name="ProcessDefinitionInstanceStatistics",
    source=_process.join(
        ProcessDefinitionRow.__table__,
        and_(definition.process_id == _process.c.process_id, definition.version == _process.c.version),
    ),
    key="processDefinitionId",
    fields={
        "processDefinitionId": Field(_process.c.process_id, Kind.TEXT, filtered=False),
        "latestProcessDefinitionName": Field(definition.name, Kind.TEXT, null=True, filtered=False, sorted=False),
        "hasMultipleVersions": Field(_process.c.several, Kind.FLAG, filtered=False, sorted=False, read=bool),
        "tenantId": Field(TENANT, Kind.TEXT, filtered=False, sorted=False),
        "activeInstancesWithIncidentCount": Field(_process.c.broken, Kind.WHOLE, filtered=False),
        "activeInstancesWithoutIncidentCount": Field(_process.c.sound, Kind.WHOLE, filtered=False),
    },
)
SUBSCRIPTION_COUNTS = Resource(
    name="ProcessDefinitionMessageSubscriptionStatistics",
    source=_open,
    key="processDefinitionKey",
    fields={
        "processDefinitionId": Field(_open.c.process_id, Kind.TEXT, sorted=False),
        "processDefinitionKey": Field(_open.c.definition_key, Kind.KEY),
        "tenantId": Field(TENANT, Kind.TEXT, sorted=False),
        "processInstancesWithActiveSubscriptions": Field(_open.c.instances, Kind.WHOLE, filtered=False, sorted=False),
        "activeSubscriptions": Field(_open.c.open, Kind.WHOLE, filtered=False, sorted=False),
    },
)
ERROR_COUNTS = Resource(
    name="IncidentProcessInstanceStatisticsByError",
    source=_error,
    key="errorMessage",
    fields={
        "errorMessage": Field(_error.c.message, Kind.TEXT, filtered=False),
        "activeInstancesWithErrorCount": Field(_error.c.instances, Kind.WHOLE, filtered=False),
    },
)
ERROR_VERSION_COUNTS = Resource(
    name="IncidentProcessInstanceStatisticsByDefinition",
    source=_error_version.join(ProcessDefinitionRow.__table__, definition.key == _error_version.c.definition_key),
    key="processDefinitionKey",
    fields={
        "errorHashCode": Field(literal_column("0"), Kind.WHOLE, shown=False, sorted=False),  # asked through has_error
        "processDefinitionId": Field(definition.process_id, Kind.TEXT, filtered=False, sorted=False),
        "processDefinitionKey": Field(definition.key, Kind.KEY, filtered=False),
        "processDefinitionName": Field(definition.name, Kind.TEXT, null=True, filtered=False, sorted=False),
        "processDefinitionVersion": Field(definition.version, Kind.WHOLE, filtered=False, sorted=False),
        "tenantId": Field(TENANT, Kind.TEXT, filtered=False),
        "activeInstancesWithErrorCount": Field(_error_version.c.instances, Kind.WHOLE, filtered=False),
    },
)


def has_error(messages: list[str]) -> ColumnElement[bool]:
    """Return the condition that the counts of ERROR_VERSION_COUNTS are of one of these messages."""
    return _error_version.c.message.in_(messages)


def list_error_messages(connection: Connection) -> list[str]:
    """Return the messages of all active incidents, each once."""
    return list(connection.execute(select(_error.c.message)).scalars())
