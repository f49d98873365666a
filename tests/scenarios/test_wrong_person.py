"""As the wrong person: every route of the application refuses, and the refusal is on record.

The routes come from the application itself. One that is new, and neither refuses nor stands in a table here, fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from app.services.create_account import create_account
from app.storage.access_events import REFUSED, AccessEventRow
from app.storage.clocks import ClockRow
from app.storage.instances import ElementInstanceRow
from app.storage.jobs import JobRow
from app.storage.variables import VariableRow
from app.web.openapi import describe
from tests.bank import CSRF, Bank
from tests.desk import Desk
from tests.wrong_person import BODIES, ENDING, FORMS, OPEN, OWN, OWN_OF_AUDITORS

UNSAFE = ("DELETE", "PATCH", "POST", "PUT")
PHONE = "13912345678"
NUMBER = "TS-2026-000001"
REFUSALS = (403, 404, 409)
"""What a refusal looks like; that it is one, and no other conflict, the access log says."""


@dataclass(frozen=True)
class Ask:
    """One request: a method of one route, its address filled in with what belongs to a complaint of others."""

    endpoint: str
    method: str
    rule: str
    path: str

    @property
    def is_about_it(self) -> bool:
        """Whether a 404 hides something: the complaint and its task are there, other things with their keys are not."""
        return re.search(r"/(user-)?tasks/<|/complaints/<number>$", self.rule) is not None

    @property
    def is_api(self) -> bool:
        return self.path.startswith(("/api", "/v2"))


@pytest.fixture
def asks(house: Bank) -> list[Ask]:
    """Every request there is, about one complaint that lina filed and works on."""
    desk = house.desk
    number = house.file(customerPhone=PHONE)
    house.work("register", accepted="yes")
    values = _values(desk, number)
    found = [ask for rule in house.app.url_map.iter_rules() for ask in _asks_of(rule, values)]
    return sorted(found, key=lambda ask: ask.endpoint in ENDING)


def _asks_of(rule: Rule, values: dict[str, Any]) -> Iterator[Ask]:
    for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
        if is_one_of(rule.endpoint, OPEN):
            continue
        filled = {name: values.get(f"{rule.endpoint}:{name}", values.get(name, 1)) for name in rule.arguments}
        built = rule.build(filled)
        assert built is not None, rule
        yield Ask(rule.endpoint, method, rule.rule, built[1])


def is_one_of(endpoint: str, table: frozenset[str]) -> bool:
    """Whether an endpoint, or its whole blueprint, is in a table."""
    return endpoint in table or endpoint.split(".")[0] in table


def _values(desk: Desk, number: str) -> dict[str, Any]:
    """What the addresses name: this complaint, and rows that belong to it."""
    (task,) = desk.open_tasks()
    clock = desk.rows(ClockRow)[0].key
    keys = {
        "number": number,
        "key": task.key,
        "user_task_key": task.key,
        "process_instance_key": task.instance_key,
        "element_instance_key": desk.rows(ElementInstanceRow, instance_key=task.instance_key)[0].key,
        "variable_key": desk.rows(VariableRow, instance_key=task.instance_key)[0].key,
        "section": "timeline",
        "verb": "urge",
        "name": "complaints",
    }
    jobs = desk.rows(JobRow)
    return {
        **keys,
        "job_key": jobs[0].key if jobs else 1,
        "api_clocks.record:key": clock,
        "api_clocks.draft:key": clock,
    }


def send(browser: FlaskClient, ask: Ask, number: str, described: dict[str, Any]) -> TestResponse:
    if ask.is_api:
        body = {**least_body(described, ask), **BODIES.get(ask.endpoint, {})}
        named = None if ask.method in ("GET", "DELETE") else json.loads(json.dumps(body).replace("NUMBER", number))
        return browser.open(ask.path, method=ask.method, json=named, headers={"X-CSRF-Token": CSRF})
    form = {"csrf_token": CSRF, **FORMS.get(ask.endpoint, {})}
    return browser.open(ask.path, method=ask.method, data=None if ask.method == "GET" else form)


def least_body(described: dict[str, Any], ask: Ask) -> dict[str, Any]:
    """The least that the interface's own description accepts, so that a refusal is about who asks."""
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", ask.rule)
    said = described["paths"].get(path, {}).get(ask.method.lower(), {})
    schema = said.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
    made: dict[str, Any] = {} if schema is None else _sample(described, schema)
    return made


def _sample(described: dict[str, Any], schema: dict[str, Any]) -> Any:
    if "$ref" in schema:
        return _sample(described, described["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type", "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        members = schema.get("properties", {})
        return {name: _sample(described, members[name]) for name in schema.get("required", ())}
    if kind == "array":
        return [_sample(described, schema["items"])]
    if kind == "string":
        is_instant = schema.get("format") == "date-time"
        return "2026-01-05T12:00:00Z" if is_instant else "1" * max(schema.get("minLength", 1), 1)
    return {"boolean": True}.get(kind, schema.get("minimum", 1))


def refused(house: Bank, username: str) -> set[str]:
    """What this person was refused, as the access log has it: method and route."""
    return {" ".join(row.what.split(" ")[:2]) for row in house.desk.rows(AccessEventRow, kind=REFUSED, actor=username)}


def test_a_stranger_is_sent_to_sign_in_or_refused_everywhere(house: Bank, asks: list[Ask]) -> None:
    strange, described = [], describe(house.app.extensions["redress_api"])
    for ask in asks:
        with house.app.test_client() as browser:
            answer = send(browser, ask, NUMBER, described)
        is_sent = "/login" in (answer.location or "")
        if not is_sent and answer.status_code not in (401, 403):
            strange.append(f"{ask.method} {ask.rule} ({ask.endpoint}): {answer.status_code}")
    assert strange == [], "\n".join(strange)


def test_a_clerk_of_another_department_is_refused_whatever_belongs_to_the_complaint(
    house: Bank, asks: list[Ask]
) -> None:
    other = ("technical_support", "quality")
    house.desk.perform(create_account, "other", display_name="旁人", roles=("clerk",), groups=other)
    strange, expected, described = [], set(), describe(house.app.extensions["redress_api"])
    with house.person("other") as browser:
        for ask in asks:
            answer = send(browser, ask, NUMBER, described)
            told = f"{ask.method} {ask.rule} ({ask.endpoint}): {answer.status_code} {answer.text[:150]}"
            shows = [text for text in (PHONE, NUMBER, "王小明") if text in answer.text]
            if is_one_of(ask.endpoint, OWN):
                if shows:
                    strange.append(f"{told} shows {shows}")
            elif answer.status_code not in REFUSALS:
                strange.append(told)
            elif answer.status_code != 404 or ask.is_about_it:
                expected.add(f"{ask.method} {ask.rule}")
    assert strange == [], "\n".join(strange)
    assert expected - refused(house, "other") == set()


def test_an_auditor_changes_nothing(house: Bank, asks: list[Ask]) -> None:
    house.desk.perform(create_account, "auditor", display_name="审计", roles=("auditor",), groups=())
    strange, expected, described = [], set(), describe(house.app.extensions["redress_api"])
    with house.person("auditor") as browser:
        for ask in asks:
            if ask.method not in UNSAFE or is_one_of(ask.endpoint, OWN_OF_AUDITORS) or _only_reads(ask):
                continue
            answer = send(browser, ask, NUMBER, described)
            if answer.status_code not in REFUSALS:
                strange.append(f"{ask.method} {ask.rule} ({ask.endpoint}): {answer.status_code} {answer.text[:150]}")
            elif answer.status_code == 403 or ask.is_about_it:
                expected.add(f"{ask.method} {ask.rule}")
    assert strange == [], "\n".join(strange)
    assert expected - refused(house, "auditor") == set()


def _only_reads(ask: Ask) -> bool:
    """The engine API searches by POST."""
    return ask.path.startswith("/v2") and (ask.path.endswith("/search") or "/statistics" in ask.path)
