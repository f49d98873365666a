"""Requests made from the OpenAPI document: whatever is sent, no answer is a server error or breaks its shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from app.config import read_settings
from app.services.create_account import create_account
from app.web import create_app
from app.web.v2.operation import OPERATIONS
from tests.conformance.drawing import draw, process
from tests.unit.web.conftest import PASSWORD, Door, basic

CHECKS = (not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance)
UNHURRIED = ("/v2/jobs/activation", "/v2/clock", "/v2/clock/reset")
"""A long poll waits by intent, and a moved clock would move the other examples."""
SERVED = {(one.method, f"/v2{one.path}") for one in OPERATIONS.values()}


@pytest.fixture(scope="module")
def fuzzed(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """One application for every example, with a process and an instance to find."""
    path = tmp_path_factory.mktemp("fuzz") / "fuzz.sqlite3"
    path.write_bytes(sqlite_template.read_bytes())
    environment = {"DATABASE_URL": f"sqlite:///{path}", "REDRESS_MODE": "demo", "REDRESS_DATA_DIR": str(path.parent)}
    app = create_app(read_settings(environment))
    runtime = app.extensions["redress"]
    runtime.perform(create_account, "operator", display_name="Operator", password=PASSWORD, roles=["admin"])
    door = Door(app, runtime, app.test_client())
    door.deploy("fuzz.bpmn", draw(process(ident="fuzz", flows="s -> a -> e")))
    door.ask("POST", "/v2/process-instances", {"processDefinitionId": "fuzz", "variables": {"x": 1}})
    yield door
    runtime.engine.dispose()


@pytest.mark.slow
def test_no_request_breaks_the_server_or_the_shape_of_its_answers(fuzzed: Door) -> None:
    document = schemathesis.openapi.from_wsgi("/openapi.json", fuzzed.app)
    tried = 0
    for result in document.get_all_operations():
        operation = result.ok()
        if operation.path in UNHURRIED or (operation.method.upper(), operation.path) not in SERVED:
            continue
        tried += 1
        try_out(operation)
    assert tried == len(SERVED) - len(UNHURRIED)


def try_out(operation: schemathesis.APIOperation) -> None:
    @given(case=operation.as_strategy())
    @settings(
        max_examples=3,
        deadline=None,
        database=None,
        derandomize=True,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: schemathesis.Case) -> None:
        case.call_and_validate(headers={"Authorization": basic("operator")}, checks=list(CHECKS))

    run()
