"""Counts over instances: by process, version and error, of message subscriptions, and of what one waits for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from struct import iter_unpack
from typing import Any

from sqlalchemy import Connection

from app.errors import InvalidInputError
from app.services.count_elements import count_waiting_of_instance
from app.storage import search_statistics
from app.web import wire
from app.web.v2.operation import Call, operation
from app.web.v2.searches import Searched, add_search

WAITING = wire.result(
    "ProcessInstanceWaitStateStatisticsResult", {"elementId": wire.text(), "waitingCount": wire.whole()}
)
WAITINGS = wire.result("ProcessInstanceWaitStateStatisticsQueryResult", {"items": wire.many(WAITING)})


@operation(
    "get_process_instance_wait_state_statistics",
    "GET",
    "/process-instances/{process_instance_key}/statistics/wait-states",
    result=WAITINGS,
)
def count_waiting(call: Call) -> dict[str, Any]:
    """Count the waiting instances of each element of a process instance."""
    with call.runtime.reading() as connection:
        found = count_waiting_of_instance(connection, call.actor, call.path["process_instance_key"])
    return {"items": [{"elementId": element_id, "waitingCount": count} for element_id, count in found]}


add_search(
    "get_process_definition_instance_statistics",
    "/process-definitions/statistics/process-instances",
    Searched(
        search_statistics.PROCESS_COUNTS,
        "ProcessDefinitionInstanceStatisticsResult",
        "ProcessDefinitionInstanceStatisticsQueryResult",
    ),
)
add_search(
    "get_process_definition_instance_version_statistics",
    "/process-definitions/statistics/process-instances-by-version",
    Searched(
        search_statistics.VERSION_COUNTS,
        "ProcessDefinitionInstanceVersionStatisticsResult",
        "ProcessDefinitionInstanceVersionStatisticsQueryResult",
    ),
)
add_search(
    "get_process_definition_message_subscription_statistics",
    "/process-definitions/statistics/message-subscriptions",
    Searched(
        search_statistics.SUBSCRIPTION_COUNTS,
        "ProcessDefinitionMessageSubscriptionStatisticsResult",
        "ProcessDefinitionMessageSubscriptionStatisticsQueryResult",
    ),
)


def hash_of(message: str) -> int:
    """Return Java's hash code of a text, by which Camunda's API names an error."""
    found = 0
    for (unit,) in iter_unpack("<H", message.encode("utf-16-le")):
        found = (31 * found + unit) % 2**32
    return found - 2**32 if found >= 2**31 else found


def _hashed(_call: Call, _connection: Connection, record: Mapping[str, Any]) -> dict[str, Any]:
    return {"errorHashCode": hash_of(record["errorMessage"])}


add_search(
    "get_process_instance_statistics_by_error",
    "/incidents/statistics/process-instances-by-error",
    Searched(
        search_statistics.ERROR_COUNTS,
        "IncidentProcessInstanceStatisticsByErrorResult",
        "IncidentProcessInstanceStatisticsByErrorQueryResult",
        more={"errorHashCode": wire.whole()},
        show=_hashed,
    ),
)
BY_VERSION = Searched(
    search_statistics.ERROR_VERSION_COUNTS,
    "IncidentProcessInstanceStatisticsByDefinitionResult",
    "IncidentProcessInstanceStatisticsByDefinitionQueryResult",
)


@operation(
    "get_process_instance_statistics_by_definition",
    "POST",
    "/incidents/statistics/process-instances-by-definition",
    scope=None,
    body=BY_VERSION.body,
    body_needed=True,
    result=BY_VERSION.page,
)
def count_by_definition(call: Call) -> dict[str, Any]:
    """Count the instances with one error, by process definition."""
    wanted = call.body.get("filter", {}).get("errorHashCode", {}).get("$eq")
    if wanted is None:
        raise InvalidInputError("Expected a filter with an errorHashCode, but there is none")
    with call.runtime.reading() as connection:
        messages = [one for one in search_statistics.list_error_messages(connection) if hash_of(one) == wanted]
    return BY_VERSION.search(replace(call, body={**call.body, "filter": {}}), [search_statistics.has_error(messages)])
