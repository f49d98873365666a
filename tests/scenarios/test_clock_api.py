"""Clocks, calendars and classifications through the front door, /api."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.services.create_account import create_account
from app.services.load_classification import load_shipped_classifications
from app.web.openapi import describe
from tests.applications import open_app
from tests.clock_desk import file
from tests.desk import Desk, give_password

PASSWORD = "long enough to keep"


class Caller:
    """Somebody who calls the API."""

    def __init__(self, client: FlaskClient, username: str) -> None:
        self._client = client
        self._username = username

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self._client.open(f"/api{path}", method=method, json=body, auth=(self._username, PASSWORD))
        return answer.status_code, answer.get_json()


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    for name, groups in (("clerk", ("intake", "dept_deposits")), ("operator", ())):  # debit cards are theirs
        stocked.perform(create_account, name, display_name=name, roles=(name,), groups=groups)
        give_password(stocked.runtime, name, PASSWORD)
    return stocked


@pytest.fixture
def clerk(bank: Desk) -> Caller:
    return Caller(open_app(bank.runtime).test_client(), "clerk")


@pytest.fixture
def operator(bank: Desk) -> Caller:
    return Caller(open_app(bank.runtime).test_client(), "operator")


def decision(caller: Caller, number: str) -> dict[str, Any]:
    status, clocks = caller("GET", f"/complaints/{number}/clocks")
    assert status == 200
    return next(clock for clock in clocks if clock["clock"] == "cn_decision")


def test_a_complaints_clocks_come_with_their_ledgers(bank: Desk, clerk: Caller) -> None:
    clock = decision(clerk, file(bank).number)
    assert (clock["nameEn"], clock["certainty"], clock["unit"]) == ("Decision on the complaint", "V", "calendar days")
    ledger = clock["ledger"]
    assert (ledger["standing"], ledger["deadline"], ledger["length"]) == ("running", "2026-01-20T16:00:00.000Z", 15)
    assert (ledger["days"][0]["number"], ledger["days"][-1]["number"], len(ledger["days"])) == (None, 15, 16)
    assert [event["kind"] for event in clock["events"]] == ["started"]


def test_a_fact_is_recorded_and_a_gate_that_is_not_passed_names_what_is_missing(bank: Desk, clerk: Caller) -> None:
    path = f"/clocks/{decision(clerk, file(bank).number)['key']}/events"
    fact = {"id": "c1", "kind": "classed", "at": "2026-01-05T12:00:00Z", "details": {"complexity": "complex"}}
    status, ledger = clerk("POST", path, fact)
    assert (status, ledger["length"]) == (200, 30)
    status, problem = clerk("POST", path, {**fact, "id": "p1", "kind": "paused", "details": {"reason": "examination"}})
    assert (status, problem["fields"]) == (400, {"document": ["Required"], "notice": ["Required"]})
    status, problem = clerk("POST", path, {"kind": "classed"})
    assert (status, sorted(problem["fields"])) == (400, ["at", "id"])


def test_an_extension_is_drafted(bank: Desk, clerk: Caller) -> None:
    key = decision(clerk, file(bank).number)["key"]
    wish = {"length": 60, "reason": "expert opinion", "language": "en"}
    status, draft = clerk("POST", f"/clocks/{key}/extension-draft", wish)
    assert (status, draft["level"]) == (200, "head-office senior management")
    assert "expert opinion" in draft["text"]


def test_deadlines_are_listed_the_nearest_first(bank: Desk, clerk: Caller) -> None:
    number = file(bank).number
    assert clerk("GET", "/deadlines?limit=5")[1][0]["number"] == number
    assert clerk("GET", "/deadlines?before=2026-01-05T13:00:00Z") == (200, [])
    assert clerk("GET", "/deadlines?limit=0")[0] == 400


def test_what_happens_outside_the_process_is_reported_and_complaints_are_merged(bank: Desk, clerk: Caller) -> None:
    first, second = file(bank).number, file(bank).number
    told = {"event": "decision_notified", "at": "2026-01-05T12:00:00Z", "document": "letter.pdf"}
    assert clerk("POST", f"/complaints/{first}/events", told)[1]["started"] == ["cn_review_request"]
    merged = clerk("POST", f"/complaints/{second}/merge", {"with": first, "document": "note.pdf"})
    assert merged == (200, {"number": first})
    facts = {"receivedAt": "2026-01-05T12:00:00Z", "document": "letter.pdf"}
    assert clerk("POST", f"/complaints/{first}/new-facts", facts)[0] == 200
    assert clerk("POST", f"/complaints/{second}/new-facts", facts)[0] == 409


def test_a_calendar_is_previewed_and_then_applied(bank: Desk, operator: Caller, clerk: Caller) -> None:
    change = {"file": "storm.csv", "text": "date,kind,name\n2026-01-08,holiday,暴雪\n", "officialYears": [2026]}
    status, preview = operator("POST", "/calendars/cn/preview", change)
    assert (status, preview["baseVersion"]) == (200, 1)
    assert clerk("POST", "/calendars/cn/preview", change)[0] == 403
    wish = {**change, "baseVersion": 1}
    assert operator("POST", "/calendars/cn/versions", wish) == (201, {"name": "cn", "version": 2})
    assert operator("POST", "/calendars/cn/versions", wish)[0] == 409
    assert operator("GET", "/calendars")[1][0]["version"] == 2


def test_a_unit_gets_a_calendar_with_hours_of_its_own(operator: Caller, clerk: Caller) -> None:
    wish = {"name": "north", "basedOn": "cn", "hours": [["08:30", "12:00"], ["14:00", "17:30"]]}
    assert clerk("POST", "/calendars", wish)[0] == 403
    assert operator("POST", "/calendars", wish) == (201, {"name": "north", "version": 1})
    assert operator("POST", "/calendars", wish)[0] == 409
    assert operator("POST", "/calendars", wish | {"hours": "all day"})[0] == 400
    assert "north" in [one["name"] for one in operator("GET", "/calendars")[1]]


def test_schemes_are_loaded_and_complaints_classified(bank: Desk, operator: Caller, clerk: Caller) -> None:
    bank.perform(load_shipped_classifications)
    number = file(bank).number
    codes = {"scheme": "jrt_0169_2018", "codes": {"cause": "pricing", "business": "debit_card"}}
    assert clerk("PUT", f"/complaints/{number}/classification", codes) == (200, {"version": 1})
    text = {"file": "house.csv", "text": "facet,code,parent,name_zh,name_en\ncause,a,,甲,A\n"}
    assert operator("POST", "/classifications/house", text) == (200, {"name": "house", "version": 1})
    assert {row["name"] for row in clerk("GET", "/classifications")[1]} == {"cfpb_2015", "house", "jrt_0169_2018"}


def test_what_no_database_could_hold_is_refused_at_the_door(bank: Desk, clerk: Caller) -> None:
    assert clerk("GET", "/complaints/%00/clocks")[0] == 404
    fact = {"id": "c1", "kind": "classed", "at": "2026-01-05T12:00:00Z"}
    assert clerk("POST", f"/clocks/{10**20}/events", fact)[0] == 404
    told = {"event": "regulator_received", "at": "0001-01-01T12:00:00Z"}
    assert clerk("POST", f"/complaints/{file(bank).number}/events", told)[0] == 400


def test_nobody_unknown_is_answered_and_everything_is_described(bank: Desk) -> None:
    app = open_app(bank.runtime)
    assert app.test_client().get("/api/calendars").status_code == 401
    with app.test_request_context():
        paths = describe(app.extensions["redress_api"])["paths"]
    assert "/api/clocks/{key}/events" in paths
    assert set(paths["/api/calendars/{name}/versions"]["post"]["responses"]) >= {"201", "400", "403", "409"}
