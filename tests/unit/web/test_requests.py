"""What every request meets: bodies read exactly, refusals that say where, idempotency, headers, limits, health."""

from __future__ import annotations

import json
from io import BytesIO

import pytest

from tests.conformance.drawing import draw, message, process, script, start, user_task, zeebe
from tests.unit.web.conftest import Door

MODEL = draw(process(ident="steps", flows="s -> a -> e"))


def test_a_number_keeps_every_digit_on_its_way_through(door: Door) -> None:
    door.deploy("steps.bpmn", MODEL)
    numbers = '{"amount": 0.10000000000000000001, "great": 123456789012345678901234567890}'
    exact = f'{{"processDefinitionId": "steps", "variables": {numbers}}}'
    headers = {"Content-Type": "application/json"}
    assert door.ask("POST", "/v2/process-instances", data=exact, headers=headers).status_code == 200
    found = door.ask("POST", "/v2/variables/search", {"sort": [{"field": "name"}]}).json["items"]
    assert [one["value"] for one in found] == ["0.10000000000000000001", "123456789012345678901234567890"]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("{", "Expected a JSON body"),
        ('{"variables": NaN}', "Expected a JSON body"),
        ('{"processDefinitionId": "a\\u0000"}', "U+0000"),
        ('{"processDefinitionId": "p", "variables": {"a\\u0000": 1}}', "U+0000"),
        ('{"processDefinitionId": 7}', "processDefinitionId"),
        ('{"processDefinitionId": "p", "nonsense": 1}', "nonsense"),
        ('{"processDefinitionKey": "99999999999999999999"}', "processDefinitionKey"),
        ("[]", "Expected a valid request"),
        ("", "Expected a JSON body"),
        ("{}", "processDefinitionId or processDefinitionKey"),
        ("[" * 100_000, "JSON"),
        ('{"variables": {"x": 1e99999999}}', "out of range"),
    ],
)
def test_a_body_that_cannot_be_meant_is_refused_and_says_where(door: Door, body: str, said: str) -> None:
    answer = door.ask("POST", "/v2/process-instances", data=body, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json["title"], answer.content_type) == (
        400,
        "INVALID_ARGUMENT",
        "application/problem+json",
    )
    assert said in answer.json["detail"]
    assert answer.json["instance"] == "/v2/process-instances"


def test_a_path_that_holds_what_no_database_keeps_is_refused(door: Door) -> None:
    answer = door.ask("GET", "/v2/cluster-variables/global/a%00b")
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "U+0000" in answer.json["detail"]


def test_the_same_idempotency_key_starts_one_instance(door: Door) -> None:
    door.deploy("steps.bpmn", MODEL)
    body, headers = {"processDefinitionId": "steps"}, {"Idempotency-Key": "once"}
    first = door.ask("POST", "/v2/process-instances", body, headers=headers)
    second = door.ask("POST", "/v2/process-instances", body, headers=headers)
    assert (second.json, second.headers["Idempotency-Replayed"]) == (first.json, "true")
    other = door.ask("POST", "/v2/process-instances", {**body, "variables": {"x": 1}}, headers=headers)
    assert (other.status_code, other.json["title"]) == (409, "INVALID_STATE")
    assert door.ask("POST", "/v2/process-instances/search", {}).json["page"]["totalItems"] == 1


def test_a_repeated_request_waits_for_the_instance_the_first_one_started(door: Door) -> None:
    door.deploy("passing.bpmn", draw(process(script("a", "=n + 1", "m"), flows="s -> a -> e", ident="passing")))
    body = {"processDefinitionId": "passing", "variables": {"n": 1}, "awaitCompletion": True}
    first, second = (
        door.ask("POST", "/v2/process-instances", body, headers={"Idempotency-Key": "awaited"}) for _ in range(2)
    )
    assert first.json["variables"] == {"n": 1, "m": 2}
    assert second.json == first.json


def test_a_message_published_twice_under_one_idempotency_key_starts_one_instance(door: Door) -> None:
    door.deploy("rung.bpmn", draw(process(start("s", message("ring")), flows="s -> a -> e", ident="rung")))
    answers = [
        door.ask("POST", "/v2/messages/publication", {"name": "ring"}, headers={"Idempotency-Key": "rung"}).json
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert door.ask("POST", "/v2/process-instances/search", {}).json["page"]["totalItems"] == 1


def test_a_failed_creation_leaves_its_idempotency_key_free(door: Door) -> None:
    body, headers = {"processDefinitionId": "steps"}, {"Idempotency-Key": "again"}
    assert door.ask("POST", "/v2/process-instances", body, headers=headers).status_code == 404
    door.deploy("steps.bpmn", MODEL)
    assert door.ask("POST", "/v2/process-instances", body, headers=headers).status_code == 200


def test_an_operation_that_is_not_served_names_itself(door: Door) -> None:
    for method, path in (("POST", "/v2/tenants/search"), ("GET", "/v2/license"), ("PUT", "/v2/roles/r/users/u")):
        answer = door.ask(method, path, {})
        assert (answer.status_code, answer.json["title"]) == (501, "NOT_IMPLEMENTED")
        assert f"{method} {path}" in answer.json["detail"]


def test_an_unknown_path_and_a_wrong_method_are_problems_too(door: Door) -> None:
    assert door.ask("GET", "/v2/nonsense").json["title"] == "NOT_FOUND"
    wrong = door.ask("PUT", "/v2/process-instances", {})
    assert (wrong.status_code, wrong.json["title"]) == (405, "METHOD_NOT_ALLOWED")
    assert "POST" in wrong.headers["Allow"]


def test_a_body_beyond_the_limit_is_not_read(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(door.app.config, "MAX_CONTENT_LENGTH", 1000)  # the application outlives this test
    answer = door.ask("POST", "/v2/process-instances", {"variables": {"x": "y" * 2000}})
    assert (answer.status_code, answer.json["title"]) == (413, "CONTENT_TOO_LARGE")


def test_a_body_in_chunks_beyond_the_limit_is_refused_instead_of_cut_off(
    door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(door.app.config, "MAX_CONTENT_LENGTH", 1000)
    chunks = {"wsgi.input_terminated": True, "CONTENT_LENGTH": None}  # as the server hands them on
    body = {"input_stream": BytesIO(b"{}" + b" " * 2000), "content_type": "application/json"}
    answer = door.ask("POST", "/v2/process-instances/search", **body, environ_overrides=chunks)
    assert (answer.status_code, answer.json["title"]) == (413, "CONTENT_TOO_LARGE")


def test_a_body_of_another_type_than_json_is_refused(door: Door) -> None:
    for media in ("text/plain", "application/x-www-form-urlencoded", ""):
        answer = door.ask("POST", "/v2/process-instances/search", data=b"{}", headers={"Content-Type": media})
        assert (answer.status_code, answer.json["title"]) == (415, "UNSUPPORTED_MEDIA_TYPE")
        assert answer.json["detail"] == f"Expected a body of type application/json, but got {media or 'none'}"


@pytest.mark.parametrize(
    "body",
    [
        {"filter": {"$or": [{"state": "ACTIVE"}] * 101}},
        {"filter": {"variables": [{"name": "n", "value": "1"}] * 101}},
        {"filter": {"processInstanceKey": {"$in": ["1"] * 10_001}}},
        {"sort": [{"field": "state"}] * 101},
    ],
    ids=lambda body: str(body)[:30],
)
def test_a_search_greater_than_a_database_takes_is_refused_not_tried(door: Door, body: dict[str, object]) -> None:
    answer = door.ask("POST", "/v2/process-instances/search", body)
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "Longer than maximum length" in answer.json["detail"]


def test_alternatives_that_ask_too_much_in_all_are_refused(door: Door) -> None:
    asked = {"variables": [{"name": "n", "value": "1"}] * 31}
    answer = door.ask("POST", "/v2/process-instances/search", {"filter": {"$or": [asked] * 10}})
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "Expected at most 300 conditions in all together, but got 310" in answer.json["detail"]


@pytest.mark.parametrize(
    "wanted", [{}, {"tags": []}, {"$or": [{"state": "ACTIVE"}, {}]}, {"$or": []}, {"state": {"$notIn": []}}], ids=str
)
def test_a_batch_on_everything_there_is_is_refused(door: Door, wanted: dict[str, object]) -> None:
    door.deploy("steps.bpmn", MODEL)
    door.ask("POST", "/v2/process-instances", {"processDefinitionId": "steps"})
    batch = {"filter": wanted}
    answer = door.ask("POST", "/v2/process-instances/cancellation", batch)
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "matches everything" in answer.json["detail"]


def test_every_answer_carries_what_keeps_a_browser_safe(door: Door) -> None:
    headers = door.ask("GET", "/v2/topology").headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'none'" in headers["Content-Security-Policy"]
    assert "script-src" not in headers["Content-Security-Policy"]
    assert headers["Cache-Control"] == "no-store"


def test_operators_see_whether_it_lives_may_get_work_and_what_it_counts(door: Door) -> None:
    assert door.ask("GET", "/health/live", name=None).json == {"status": "UP"}
    assert door.ask("GET", "/health/ready", name=None).json["parts"]["database"] == "UP"
    assert door.ask("GET", "/metrics", name=None).status_code == 401
    figures = door.ask("GET", "/metrics").text
    assert "redress_open_user_tasks 0" in figures
    assert 'redress_requests_total{endpoint="health.live",status="200"}' in figures


def test_the_document_describes_every_operation_and_swagger_ui_comes_from_here(door: Door) -> None:
    document = json.loads(door.ask("GET", "/openapi.json", name=None).data)
    described = {(method.upper(), path) for path, methods in document["paths"].items() for method in methods}
    assert ("POST", "/v2/user-tasks/{user_task_key}/completion") in described
    assert document["components"]["schemas"]["ProblemDetail"]
    page = door.ask("GET", "/docs/api", name=None)
    assert "http" not in page.text.replace("http-equiv", "")
    assert door.ask("GET", "/docs/api/swagger-ui-bundle.js", name=None).status_code == 200
    assert door.ask("GET", "/docs/api/../secret", name=None).status_code == 404


def test_what_a_tasks_form_asks_for_must_fit_it(door: Door) -> None:
    form = {"id": "asking", "type": "default", "schemaVersion": 16, "components": [
        {"id": "F", "type": "number", "key": "amount", "label": "Amount", "validate": {"required": True, "max": 10}},
    ]}  # fmt: skip
    door.deploy("asking.form", json.dumps(form).encode())
    asked = user_task("a", zeebe("formDefinition", formId="asking"))
    door.deploy("asking.bpmn", draw(process(asked, ident="asking", flows="s -> a -> e")))
    door.ask("POST", "/v2/process-instances", {"processDefinitionId": "asking"})
    key = door.ask("POST", "/v2/user-tasks/search", {}).json["items"][0]["userTaskKey"]
    path = f"/v2/user-tasks/{key}/completion"
    wrong = door.ask("POST", path, {"variables": {"amount": 11, "more": 1}})
    assert (wrong.status_code, list(wrong.json["fields"])) == (400, ["amount"])
    assert door.ask("POST", path, {"variables": {"amount": 10, "more": 1}}).status_code == 204
    found = door.ask("POST", "/v2/variables/search", {"sort": [{"field": "name"}]}).json["items"]
    assert [(one["name"], one["value"]) for one in found] == [("amount", "10"), ("more", "1")]


@pytest.mark.parametrize("body", ["[" * 100_000, '{"before":' * 50_000, '{"details": {"x": NaN}}', "\xff"])
def test_the_products_own_api_reads_bodies_as_carefully(door: Door, body: str) -> None:
    sent = {"data": body.encode("latin-1"), "headers": {"Content-Type": "application/json"}}
    answer = door.ask("POST", "/api/clocks/1/events", **sent)
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "Expected" in answer.json["detail"]


@pytest.mark.parametrize("key", ["9223372036854775808", "9" * 5000])
def test_a_key_beyond_64_bits_is_the_address_of_nothing(door: Door, key: str) -> None:
    wish = {"length": 1, "reason": "more time"}
    assert door.ask("POST", f"/api/clocks/{key}/extension-draft", wish).status_code == 404


def store(door: Door, name: str) -> str:
    file = {"file": (BytesIO(b"alert(1)"), "a.js", "Text/JavaScript")}
    stored = door.ask("POST", "/v2/documents", data=file, content_type="multipart/form-data", name=name)
    return f"/v2/documents/{stored.json['documentId']}"


def test_a_document_is_stored_once_for_an_idempotency_key(door: Door) -> None:
    answers = []
    for _ in range(2):
        file = {"file": (BytesIO(b"%PDF-1.7"), "a.pdf")}
        headers = {"Idempotency-Key": "document-once"}
        answers.append(
            door.ask("POST", "/v2/documents", data=file, content_type="multipart/form-data", headers=headers)
        )
    assert [answer.status_code for answer in answers] == [201, 201]
    first, again = (answer.json["documentId"] for answer in answers)
    assert (first == again, door.ask("GET", f"/v2/documents/{first}").data) == (True, b"%PDF-1.7")


def test_a_document_is_deleted_by_who_stored_it_or_an_operator(door: Door) -> None:
    path = store(door, "operator")
    assert door.ask("DELETE", path, name="clerk").status_code == 403
    assert door.ask("DELETE", path).status_code == 204
    assert door.ask("DELETE", path).status_code == 404


def test_a_document_is_read_and_linked_by_who_stored_it_or_an_operator(door: Door) -> None:
    theirs, own = store(door, "operator"), store(door, "clerk")
    assert door.ask("GET", theirs, name="clerk").status_code == 403
    assert door.ask("POST", f"{theirs}/links", name="clerk", json={}).status_code == 403
    for name in ("clerk", "operator"):
        assert door.ask("GET", own, name=name).content_type == "application/octet-stream"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("process-instances", {"processDefinitionId": "steps"}),
        ("messages/publication", {"name": "ring"}),
        ("messages/correlation", {"name": "ring"}),
        ("signals/broadcast", {"signalName": "ring"}),
        ("conditionals/evaluation", {"variables": {}}),
        ("decision-definitions/evaluation", {"decisionDefinitionId": "d"}),
        ("expression/evaluation", {"expression": "=1"}),
        ("jobs/activation", {"type": "t", "timeout": 1, "maxJobsToActivate": 1, "tenantIds": ["<default>", "other"]}),
    ],
)
def test_a_command_for_another_tenant_is_refused_and_not_done_for_this_one(
    door: Door, path: str, body: dict[str, object]
) -> None:
    answer = door.ask("POST", f"/v2/{path}", {"tenantId": "other", **body} if "tenantIds" not in body else body)
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "Must be one of: <default>" in answer.json["detail"]


def test_a_deployment_for_another_tenant_is_refused(door: Door) -> None:
    data = {"resources": (BytesIO(MODEL), "steps.bpmn"), "tenantId": "other"}
    answer = door.ask("POST", "/v2/deployments", data=data, content_type="multipart/form-data")
    assert (answer.status_code, answer.json["title"]) == (400, "INVALID_ARGUMENT")
    assert "which is the only one, but got 'other'" in answer.json["detail"]


def test_an_instant_that_was_shown_finds_its_record_and_nothing_after_it_does(door: Door) -> None:
    door.deploy("steps.bpmn", MODEL)
    key = door.ask("POST", "/v2/process-instances", {"processDefinitionId": "steps"}).json["processInstanceKey"]
    shown = door.ask("GET", f"/v2/process-instances/{key}").json["startDate"]
    for operator, found in (("$eq", 1), ("$lte", 1), ("$gt", 0)):
        wanted = {"filter": {"startDate": {operator: shown}}}
        answer = door.ask("POST", "/v2/process-instances/search", wanted)
        assert answer.json["page"]["totalItems"] == found
