"""Every behaviour is shown with the instance kept in memory, restored before each command, and through `/v2`."""

from pathlib import Path
from typing import Any

import pytest

from tests.conformance.playing import Stage
from tests.conftest import new_database

# fmt: off
ENGINE_ONLY = frozenset({
    "begin", "clock", "command", "completed", "decisions", "definitions", "deploy_file", "entered", "fail_job", "flows",
    "incidents", "instance", "jobs", "outcomes", "restoring", "scopes", "start_element", "subscriptions", "timers",
    "user_tasks",
})
# fmt: on
"""Names a behaviour uses when it looks at what only the engine tells."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the stages of a behaviour; a module's `STAGES` says it for all of its own."""
    if "stage" in metafunc.fixturenames:
        inside = _names_in(metafunc.function.__code__) & ENGINE_ONLY
        stages = ["kept", "restored"] if inside else ["kept", "restored", "v2"]
        metafunc.parametrize("stage", getattr(metafunc.module, "STAGES", stages), indirect=True)


def _names_in(code: Any) -> set[str]:
    names = {*code.co_names, *(name for names in code.co_consts if isinstance(names, tuple) for name in names)}
    for constant in code.co_consts:
        if hasattr(constant, "co_names"):
            names |= _names_in(constant)
    return {name for name in names if isinstance(name, str)}


@pytest.fixture
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Any:
    if request.param != "v2":
        yield Stage(restoring=request.param == "restored")
        return
    from tests.conformance.front_door import FrontDoorStage  # the engine's own behaviours need no web to run
    from tests.desk import open_desk

    with new_database(request, "sqlite", tmp_path) as database, open_desk(database.url, mode="test") as desk:
        yield FrontDoorStage(desk)
