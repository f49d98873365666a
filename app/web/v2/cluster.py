"""Who asks, what serves, and what time it is: authentication, topology, status, clock."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy.exc import SQLAlchemyError

from app.errors import UnavailableError
from app.services.describe_account import describe_account
from app.services.set_clock import set_clock
from app.web import wire
from app.web.v2.operation import Call, operation
from app.web.v2.records import PAGE_RESULT, PAGE_SCHEMA

API_VERSION = "8.9.0"
"""The Camunda release whose API this is; clients compare it to know what they may call."""

TENANT = {"tenantId": "<default>", "name": "Default", "description": None}
TENANT_RESULT = wire.result(
    "TenantResult", {"tenantId": wire.text(), "name": wire.text(), "description": wire.text(null=True)}
)
USER_RESULT = wire.result(
    "CamundaUserResult",
    {
        "username": wire.text(),
        "displayName": wire.text(null=True),
        "email": wire.text(null=True),
        "authorizedComponents": wire.many(wire.text()),
        "tenants": wire.many(TENANT_RESULT),
        "groups": wire.many(wire.text()),
        "roles": wire.many(wire.text()),
        "salesPlanType": wire.text(null=True),
        "c8Links": wire.a_map(),
        "canLogout": wire.flag(),
    },
)
PARTITION = wire.result(
    "Partition",
    {"partitionId": wire.whole(), "role": wire.text(), "health": wire.text(), "state": wire.text()},
)
BROKER = wire.result(
    "BrokerInfo",
    {
        "nodeId": wire.whole(),
        "brokerId": wire.text(),
        "host": wire.text(),
        "port": wire.whole(),
        "partitions": wire.many(PARTITION),
        "version": wire.text(),
    },
)
TOPOLOGY = wire.result(
    "TopologyResponse",
    {
        "brokers": wire.many(BROKER),
        "clusterId": wire.text(null=True),
        "clusterSize": wire.whole(),
        "partitionsCount": wire.whole(),
        "replicationFactor": wire.whole(),
        "gatewayVersion": wire.text(),
        "lastCompletedChangeId": wire.text(),
    },
)

# What each scope amounts to in Camunda's words: resource type → permissions.
PERMISSIONS: dict[str, dict[str, list[str]]] = {
    "read": {
        "PROCESS_DEFINITION": ["READ_PROCESS_DEFINITION", "READ_PROCESS_INSTANCE", "READ_USER_TASK"],
        "DECISION_DEFINITION": ["READ_DECISION_DEFINITION", "READ_DECISION_INSTANCE"],
        "DECISION_REQUIREMENTS_DEFINITION": ["READ"],
        "BATCH": ["READ"],
        "AUDIT_LOG": ["READ"],
        "RESOURCE": ["READ"],
    },
    "work": {"USER_TASK": ["READ", "UPDATE", "CLAIM", "COMPLETE"]},
    "start": {"PROCESS_DEFINITION": ["CREATE_PROCESS_INSTANCE"], "MESSAGE": ["READ"]},
    "jobs": {"PROCESS_DEFINITION": ["UPDATE_PROCESS_INSTANCE"]},
    "decide": {"DECISION_DEFINITION": ["CREATE_DECISION_INSTANCE"], "EXPRESSION": ["EVALUATE"]},
    "documents": {"DOCUMENT": ["CREATE", "READ", "DELETE"]},
    "operate": {
        "PROCESS_DEFINITION": [
            "UPDATE_PROCESS_INSTANCE", "MODIFY_PROCESS_INSTANCE", "CANCEL_PROCESS_INSTANCE",
            "SUSPEND_PROCESS_INSTANCE", "UPDATE_USER_TASK", "COMPLETE_USER_TASK",
        ],
        "BATCH": ["CREATE", "UPDATE"],
    },
    "deploy": {"RESOURCE": ["CREATE", "DELETE_PROCESS", "DELETE_DRD", "DELETE_FORM", "DELETE_RESOURCE"]},
    "admin": {"SYSTEM": ["READ", "UPDATE"]},
}  # fmt: skip
AUTHORIZATION = wire.result(
    "AuthorizationResult",
    {
        "ownerId": wire.text(),
        "ownerType": wire.text(),
        "resourceType": wire.text(),
        "resourceId": wire.text(null=True),
        "resourcePropertyName": wire.text(null=True),
        "permissionTypes": wire.many(wire.text()),
        "authorizationKey": wire.key(),
    },
)
OWN_AUTHORIZATIONS = wire.result(
    "OwnAuthorizationSearchResult",
    {"authorizationsEnabled": wire.flag(), "items": wire.many(AUTHORIZATION), "page": wire.nested(PAGE_RESULT)},
)
AUTHORIZATION_QUERY = wire.shape(
    "AuthorizationSearchQuery",
    {
        "filter": wire.nested(
            wire.shape(
                "AuthorizationFilter",
                {
                    "ownerId": wire.text(),
                    "ownerType": wire.one_of("USER", "CLIENT", "ROLE", "GROUP", "MAPPING_RULE", "UNSPECIFIED"),
                    "resourceIds": wire.many(wire.text()),
                    "resourcePropertyNames": wire.many(wire.text()),
                    "resourceType": wire.text(),
                },
            )
        ),
        "sort": wire.many(
            wire.shape(
                "AuthorizationSort",
                {
                    "field": wire.one_of(
                        "ownerId", "ownerType", "resourceId", "resourcePropertyName", "resourceType", required=True
                    ),
                    "order": wire.one_of("ASC", "DESC"),
                },
            )
        ),
        "page": wire.nested(PAGE_SCHEMA),
    },
)


@operation("get_authentication", "GET", "/authentication/me", scope=None, result=USER_RESULT)
def get_authentication(call: Call) -> dict[str, Any]:
    """Say who is asking: account, groups and roles."""
    with call.runtime.reading() as connection:
        account = describe_account(connection, call.actor.username)
    return {
        "username": account.username,
        "displayName": account.display_name,
        "email": account.email,
        "authorizedComponents": [],
        "tenants": [TENANT],
        "groups": account.groups,
        "roles": account.roles,
        "salesPlanType": None,
        "c8Links": {},
        "canLogout": True,
    }


@operation(
    "search_own_authorizations",
    "POST",
    "/authentication/me/authorizations/search",
    scope=None,
    body=AUTHORIZATION_QUERY,
    result=OWN_AUTHORIZATIONS,
)
def search_own_authorizations(call: Call) -> dict[str, Any]:
    """Say what the asking actor may do, in Camunda's resource types and permissions."""
    granted: dict[str, list[str]] = {}
    for scope in sorted(call.actor.scopes):
        for resource_type, permissions in PERMISSIONS.get(scope, {}).items():
            known = granted.setdefault(resource_type, [])
            known += [one for one in permissions if one not in known]
    owner = {"ownerId": call.actor.username, "ownerType": "USER", "resourceId": "*", "resourcePropertyName": None}
    items = [
        {**owner, "resourceType": resource_type, "permissionTypes": permissions, "authorizationKey": str(position)}
        for position, (resource_type, permissions) in enumerate(sorted(granted.items()), 1)
    ]
    asked = call.body.get("filter", {})
    items = [one for one in items if _matches(one, asked)]
    for level in reversed(call.body.get("sort", [])):
        items.sort(key=lambda one, name=level["field"]: str(one[name]), reverse=level.get("order") == "DESC")  # type: ignore[misc]
    page = call.body.get("page", {})
    first, limit = page.get("from", 0), page.get("limit", 100)
    ends = {"startCursor": None, "endCursor": None}
    return {
        "authorizationsEnabled": True,
        "items": items[first : first + limit],
        "page": {"totalItems": len(items), "hasMoreTotalItems": False, **ends},
    }


def _matches(item: dict[str, Any], asked: dict[str, Any]) -> bool:
    if "resourceIds" in asked and item["resourceId"] not in asked["resourceIds"]:
        return False
    if "resourcePropertyNames" in asked:
        return False
    return all(item[name] == asked[name] for name in ("ownerId", "ownerType", "resourceType") if name in asked)


@operation("get_topology", "GET", "/topology", scope=None, result=TOPOLOGY)
def get_topology(call: Call) -> dict[str, Any]:
    """Describe the installation as a cluster of one: the database is what its nodes share."""
    address = urlsplit(call.runtime.settings.public_url)
    partition = {"partitionId": 1, "role": "leader", "health": "healthy", "state": "active"}
    broker = {
        "nodeId": 0,
        "brokerId": "0",
        "host": address.hostname or "127.0.0.1",
        "port": address.port or (443 if address.scheme == "https" else 80),
        "partitions": [partition],
        "version": API_VERSION,
    }
    return {
        "brokers": [broker],
        "clusterId": "redress",
        "clusterSize": 1,
        "partitionsCount": 1,
        "replicationFactor": 1,
        "gatewayVersion": API_VERSION,
        "lastCompletedChangeId": "0",
    }


@operation("get_status", "GET", "/status", scope=None, status=204)
def get_status(call: Call) -> None:
    """Say whether the installation can work: 204, or 503 where the database does not answer."""
    try:
        with call.runtime.reading() as connection:
            connection.exec_driver_sql("SELECT 1")
    except SQLAlchemyError as error:
        raise UnavailableError("Expected the database to answer, but it does not") from error


PIN = wire.shape("ClockPinRequest", {"timestamp": wire.whole(required=True, least=0, most=253_402_300_799_999)})


@operation("pin_clock", "PUT", "/clock", scope="admin", body=PIN, body_needed=True, status=204)
def pin_clock(call: Call) -> None:
    """Stand the clock at an instant (milliseconds since 1970); only in test and demo mode."""
    call.perform(set_clock, datetime.fromtimestamp(call.body["timestamp"] / 1000, UTC))


@operation("reset_clock", "POST", "/clock/reset", scope="admin", status=204)
def reset_clock(call: Call) -> None:
    """Let the clock run on real time again; only in test and demo mode."""
    call.perform(set_clock, None)
