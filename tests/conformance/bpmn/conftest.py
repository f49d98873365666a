"""Every behaviour is shown with the instance kept in memory, restored before each command, and through `/v2`."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conformance.playing import Stage
from tests.conftest import new_database

# fmt: off
ENGINE_ONLY = frozenset({
    "begin", "clock", "command", "completed", "decisions", "definitions", "deploy_file", "entered", "fail_job", "flows",
    "elements", "incidents", "instance", "job_of", "jobs", "live", "outcomes", "play_file", "restoring", "scopes",
    "starts", "subscriptions", "timers", "user_tasks",
})
# fmt: on
"""Names a behaviour uses when it looks at what only the engine tells."""

ENGINE_OPTION = "start_element"
"""What only the engine is told; clients start a process by what it waits for."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Choose the stages of a behaviour; a module's `STAGES` says it for all of its own."""
    if "stage" in metafunc.fixturenames:
        inside = _names_in(metafunc.function.__code__) & ENGINE_ONLY
        stages = ["kept", "restored"] if inside else ["kept", "restored", "v2"]
        metafunc.parametrize("stage", getattr(metafunc.module, "STAGES", stages), indirect=True)


def _names_in(code: Any) -> set[str]:
    names = set(code.co_names)
    for constant in code.co_consts:
        if isinstance(constant, tuple) and ENGINE_OPTION in constant:
            names |= ENGINE_ONLY  # in a call's keywords
        if hasattr(constant, "co_names"):
            names |= _names_in(constant)
    return {name for name in names if isinstance(name, str)}


@pytest.fixture
def stage(request: pytest.FixtureRequest) -> Any:
    if request.param != "v2":
        return Stage(restoring=request.param == "restored")
    front_door = request.getfixturevalue("front_door")
    front_door.clear()
    return front_door


@pytest.fixture(scope="session")
def front_door(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from tests.conformance.front_door import FrontDoorStage  # the engine's own behaviours need no web to run
    from tests.desk import open_desk

    with (
        new_database(request, "sqlite", tmp_path_factory.mktemp("front")) as database,
        open_desk(database.url, mode="test") as desk,
    ):
        yield FrontDoorStage(desk)
