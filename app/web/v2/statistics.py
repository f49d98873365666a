"""Counts over instances: running ones by process and version, message subscriptions, and what an instance waits for."""

from __future__ import annotations

from typing import Any

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
