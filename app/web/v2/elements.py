"""What happens inside instances: variables, incidents, waiting, flows taken, call hierarchies, ad-hoc sub-processes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from app.engine import AdHocActivation
from app.services.activate_ad_hoc import activate_ad_hoc
from app.services.count_elements import ElementCount, count_elements_of_definition, count_elements_of_instance
from app.services.read_instance import list_callers, list_flows
from app.services.resolve_incident import resolve_incident
from app.services.search_records import get_record
from app.services.set_variables import set_variables
from app.storage import search_variables, search_wait_states
from app.storage.search_processes import PROCESS_INSTANCES, TENANT_ID
from app.web import wire
from app.web.listeners import wait_for_listeners
from app.web.v2.operation import Call, operation
from app.web.v2.process_instances import ONLY_REFERENCE
from app.web.v2.records import filter_schema, show_record
from app.web.v2.searches import Searched, add_search

VARIABLE = wire.result(
    "VariableResult",
    {
        "name": wire.text(),
        "value": wire.text(),
        "tenantId": wire.text(),
        "variableKey": wire.key(),
        "scopeKey": wire.key(),
        "processInstanceKey": wire.key(),
        "rootProcessInstanceKey": wire.key(null=True),
    },
)


@operation("get_variable", "GET", "/variables/{variable_key}", scope=None, result=VARIABLE)
def get_variable(call: Call) -> dict[str, Any]:
    """Read a variable with its whole value."""
    with call.runtime.reading() as connection:
        record = get_record(connection, call.actor, search_variables.VARIABLES, call.path["variable_key"])
    shown = show_record(search_variables.VARIABLES, record)
    del shown["isTruncated"]
    return shown


SETTING = wire.shape(
    "SetVariableRequest",
    {
        "variables": wire.a_map(required=True),
        "local": wire.flag(),
        "operationReference": wire.whole(least=1),
    },
)


@operation(
    "create_element_instance_variables",
    "PUT",
    "/element-instances/{element_instance_key}/variables",
    scope="operate",
    body=SETTING,
    body_needed=True,
    status=204,
)
def set_element_variables(call: Call) -> None:
    """Set variables at an element instance, or at a process instance by its key."""
    key, local = call.path["element_instance_key"], bool(call.body.get("local"))
    wait_for_listeners(call.runtime, call.perform(set_variables, call.actor, key, call.body["variables"], local=local))


@operation(
    "resolve_incident", "POST", "/incidents/{incident_key}/resolution", scope="operate", body=ONLY_REFERENCE, status=204
)
def resolve(call: Call) -> None:
    """Try again what failed, after its cause was repaired."""
    call.perform(resolve_incident, call.actor, call.path["incident_key"])


ELEMENT = wire.shape(
    "AdHocSubProcessActivateActivityReference", {"elementId": wire.text(required=True), "variables": wire.a_map()}
)
AD_HOC = wire.shape(
    "AdHocSubProcessActivateActivitiesInstruction",
    {"elements": wire.many(ELEMENT, required=True), "cancelRemainingInstances": wire.flag()},
)


@operation(
    "activate_ad_hoc_sub_process_activities",
    "POST",
    "/element-instances/ad-hoc-activities/{ad_hoc_sub_process_instance_key}/activation",
    scope="operate",
    body=AD_HOC,
    body_needed=True,
    status=204,
)
def activate_elements(call: Call) -> None:
    """Activate elements of a running ad-hoc sub-process."""
    body, key = call.body, call.path["ad_hoc_sub_process_instance_key"]
    elements = [AdHocActivation(one["elementId"], one.get("variables", {})) for one in body["elements"]]
    cancel = bool(body.get("cancelRemainingInstances"))
    call.perform(activate_ad_hoc, call.actor, key, elements, cancel_remaining=cancel)


FLOW = wire.result(
    "ProcessInstanceSequenceFlowResult",
    {
        "sequenceFlowId": wire.text(),
        "processInstanceKey": wire.key(),
        "rootProcessInstanceKey": wire.key(null=True),
        "processDefinitionKey": wire.key(null=True),
        "processDefinitionId": wire.text(null=True),
        "elementId": wire.text(),
        "tenantId": wire.text(),
    },
)
FLOWS = wire.result("ProcessInstanceSequenceFlowsQueryResult", {"items": wire.many(FLOW)})


@operation(
    "get_process_instance_sequence_flows",
    "GET",
    "/process-instances/{process_instance_key}/sequence-flows",
    result=FLOWS,
)
def get_flows(call: Call) -> dict[str, Any]:
    """List the sequence flows an instance has taken, each once."""
    key = call.path["process_instance_key"]
    with call.runtime.reading() as connection:
        instance = list_flows(connection, key)
    told = {
        "processInstanceKey": str(key),
        "rootProcessInstanceKey": str(instance.root_key),
        "processDefinitionKey": str(instance.definition_key),
        "processDefinitionId": instance.process_id,
        "tenantId": TENANT_ID,
    }
    return {"items": [{**told, "sequenceFlowId": f"{key}_{flow}", "elementId": flow} for flow in instance.flows]}


@operation(
    "get_process_instance_call_hierarchy",
    "GET",
    "/process-instances/{process_instance_key}/call-hierarchy",
    result=None,
    media="application/json",
)
def get_call_hierarchy(call: Call) -> list[dict[str, Any]]:
    """List the instances that called an instance, from the topmost down to itself."""
    with call.runtime.reading() as connection:
        callers = list_callers(connection, call.path["process_instance_key"])
    return [
        {
            "processInstanceKey": str(one.key),
            "processDefinitionKey": str(one.definition_key),
            "processDefinitionName": one.name or one.process_id,
        }
        for one in callers
    ]


COUNT = wire.result(
    "ProcessElementStatisticsResult",
    {
        "elementId": wire.text(),
        "active": wire.whole(),
        "canceled": wire.whole(),
        "incidents": wire.whole(),
        "completed": wire.whole(),
    },
)
COUNTS = wire.result("ProcessElementStatisticsQueryResult", {"items": wire.many(COUNT)})
COUNT_QUERY = wire.shape(
    "ProcessDefinitionElementStatisticsQuery", {"filter": wire.nested(filter_schema(PROCESS_INSTANCES))}
)


@operation(
    "get_process_instance_statistics",
    "GET",
    "/process-instances/{process_instance_key}/statistics/element-instances",
    result=COUNTS,
)
def count_in_instance(call: Call) -> dict[str, Any]:
    """Count the passages through each element of an instance."""
    with call.runtime.reading() as connection:
        return _counts(count_elements_of_instance(connection, call.actor, call.path["process_instance_key"]))


@operation(
    "get_process_definition_statistics",
    "POST",
    "/process-definitions/{process_definition_key}/statistics/element-instances",
    body=COUNT_QUERY,
    result=COUNTS,
)
def count_in_definition(call: Call) -> dict[str, Any]:
    """Count the passages through each element over a definition's instances that match."""
    key, wanted = call.path["process_definition_key"], call.body.get("filter", {})
    with call.runtime.reading() as connection:
        return _counts(count_elements_of_definition(connection, call.actor, key, wanted))


def _counts(found: list[ElementCount]) -> dict[str, Any]:
    return {
        "items": [
            {
                "elementId": one.element_id,
                "active": one.active,
                "canceled": one.canceled,
                "incidents": one.incidents,
                "completed": one.completed,
            }
            for one in found
        ]
    }


def _waiting(_call: Call, _connection: Connection, record: Mapping[str, Any]) -> dict[str, Any]:
    kind, key = record["_kind"], str(record["_key"])
    details: dict[str, Any] = {"waitStateType": kind}
    if kind == "JOB":
        details.update(jobKey=key, jobType=record["_name"], jobKind=record["_second"], retries=record["_number"])
        details["listenerEventType"] = record["_third"]
    elif kind == "USER_TASK":
        details.update(taskKey=key, dueDate=None if record["_at"] is None else wire.show_instant(record["_at"]))
    elif kind == "TIMER":
        details.update(dueDate=int(record["_at"].timestamp() * 1000), repetitions=None)
    elif kind == "MESSAGE":
        details.update(messageName=record["_name"], correlationKey=record["_second"])
    elif kind == "SIGNAL":
        details["signalName"] = record["_name"]
    else:
        details.update(expression=record["_name"], events=[])
    return {"details": details}


WAIT_STATES = Searched(
    search_wait_states.WAIT_STATES,
    "ElementInstanceWaitStateResult",
    "ElementInstanceWaitStateQueryResult",
    more={"details": wire.a_map()},
    show=_waiting,
)
VARIABLE_NAMES = Searched(
    search_variables.VARIABLE_NAMES,
    "ProcessDefinitionVariableNameSearchResult",
    "ProcessDefinitionVariableNameSearchQueryResult",
)
add_search("search_element_instance_wait_states", "/element-instances/wait-states/search", WAIT_STATES)
add_search(
    "search_process_definition_variable_names",
    "/process-definitions/{process_definition_key}/variable-names/search",
    VARIABLE_NAMES,
    lambda call: [search_variables.named_in(call.path["process_definition_key"])],
)
