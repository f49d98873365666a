"""Counts that dashboards ask for: running instances by process and version, and what waits."""

from __future__ import annotations

from app.web.v2.statistics import hash_of
from tests.conformance.drawing import catch, draw, exclusive, message, parallel, process
from tests.unit.web.conftest import Door

COUNTS = ("activeInstancesWithIncidentCount", "activeInstancesWithoutIncidentCount")


def test_running_instances_are_counted_by_process_and_by_version(door: Door) -> None:
    door.deploy("steps.bpmn", draw(process(flows="s -> a -> e", ident="steps", name="Old")))
    door.ask("POST", "/v2/process-instances", {"processDefinitionId": "steps"})
    stuck = process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a; x -[=n > 2]-> b", ident="steps", name="New")
    door.deploy("steps.bpmn", draw(stuck))
    for n in (0, 0, 2):
        door.ask("POST", "/v2/process-instances", {"processDefinitionId": "steps", "variables": {"n": n}})
    (one,) = door.ask("POST", "/v2/process-definitions/statistics/process-instances", {}).json["items"]
    assert (one["latestProcessDefinitionName"], one["hasMultipleVersions"]) == ("New", True)
    assert [one[name] for name in COUNTS] == [2, 2]
    asked = {
        "filter": {"processDefinitionId": "steps"},
        "sort": [{"field": "processDefinitionVersion", "order": "DESC"}],
    }
    found = door.ask("POST", "/v2/process-definitions/statistics/process-instances-by-version", asked).json["items"]
    assert [[each["processDefinitionVersion"], *(each[name] for name in COUNTS)] for each in found] == [
        [2, 2, 1],
        [1, 0, 1],
    ]


def test_what_waits_is_counted_by_version_and_by_element(door: Door) -> None:
    waiting = process(parallel("g"), catch("c", message("ring", "=1")), flows="s -> g -> c -> e; g -> a -> e1")
    door.deploy("waiting.bpmn", draw(waiting))
    begun, _ = (door.ask("POST", "/v2/process-instances", {"processDefinitionId": "p"}).json for _ in range(2))
    (one,) = door.ask("POST", "/v2/process-definitions/statistics/message-subscriptions", {}).json["items"]
    assert (one["activeSubscriptions"], one["processInstancesWithActiveSubscriptions"]) == (2, 2)
    path = f"/v2/process-instances/{begun['processInstanceKey']}/statistics/wait-states"
    assert door.ask("GET", path).json["items"] == [
        {"elementId": "a", "waitingCount": 1},
        {"elementId": "c", "waitingCount": 1},
    ]


def test_instances_with_one_error_are_counted_by_definition(door: Door) -> None:
    door.deploy("stuck.bpmn", draw(process(exclusive("x"), flows="s -> x; x -[=n > 1]-> a; x -[=n > 2]-> b")))
    for _ in range(2):
        door.ask("POST", "/v2/process-instances", {"processDefinitionId": "p", "variables": {"n": 0}})
    (error,) = door.ask("POST", "/v2/incidents/statistics/process-instances-by-error", {}).json["items"]
    assert (error["activeInstancesWithErrorCount"], error["errorHashCode"]) == (2, hash_of(error["errorMessage"]))
    path = "/v2/incidents/statistics/process-instances-by-definition"
    for code, counts in ((error["errorHashCode"], [2]), (error["errorHashCode"] - 1, [])):
        found = door.ask("POST", path, {"filter": {"errorHashCode": code}}).json["items"]
        assert [one["activeInstancesWithErrorCount"] for one in found] == counts


def test_an_error_is_named_as_java_would() -> None:
    assert (hash_of("abc"), hash_of("polygenelubricants"), hash_of("")) == (96354, -(2**31), 0)
