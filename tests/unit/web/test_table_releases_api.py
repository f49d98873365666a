"""Releasing a decision table over HTTP."""

from __future__ import annotations

from tests.scenarios.test_table_releases import TESTS, limits
from tests.unit.web.conftest import Door

BODY = {"file": "limits.dmn", "text": limits(70).decode(), "reason": "Board of May"}


def propose(door: Door, **more: object) -> str:
    answer = door.ask("POST", "/api/table-releases", BODY | more)
    assert answer.status_code == 201, answer.text
    return str(answer.json["key"])


def test_a_proposal_is_read_with_its_review_and_not_approved_by_its_author(door: Door) -> None:
    door.deploy("limits.dmn", limits(50))
    key = propose(door, testsFile="limits.tests.csv", tests=TESTS.format(70))
    found = door.ask("GET", f"/api/table-releases/{key}", name="auditor").json
    assert (found["state"], found["review"]["tests"]["passed"]) == ("PROPOSED", 2)
    base = {"baseKey": found["review"]["base"]["key"]}
    assert door.ask("POST", f"/api/table-releases/{key}/approval", base).status_code == 403
    assert door.ask("POST", f"/api/table-releases/{key}/approval", base, name="clerk").status_code == 403
    ended = door.ask("POST", f"/api/table-releases/{key}/withdrawal", {"reason": "a slip"}).json
    assert (ended["state"], ended["withdrawnBy"]) == ("WITHDRAWN", "operator")
    assert door.ask("GET", "/api/table-releases?state=PROPOSED").json == []


def test_the_tables_are_listed_with_what_is_in_force(door: Door) -> None:
    door.deploy("limits.dmn", limits(50))
    propose(door)
    (table,) = door.ask("GET", "/api/tables", name="auditor").json
    assert (table["decisions"], table["inForce"]["version"], table["proposals"]) == (["limit"], 1, 1)
    assert table["inForce"]["effectiveAt"] is None
    assert len(door.ask("GET", "/api/tables/limits").json["versions"]) == 1
    assert door.ask("GET", "/api/tables/unknown").status_code == 404


def test_what_is_missing_from_a_proposal_is_named(door: Door) -> None:
    refused = door.ask("POST", "/api/table-releases", BODY | {"file": "limits.xml", "reason": " "})
    assert (refused.status_code, sorted(refused.json["fields"])) == (400, ["file", "reason"])
    assert door.ask("POST", "/api/table-releases", BODY, name="clerk").status_code == 403
    assert door.ask("POST", "/api/table-releases/7/rejection", {"reason": "no"}).status_code == 404
