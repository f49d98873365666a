"""Every engine test runs twice: with the instance kept in memory, and restored from its state before each command."""

import pytest

from tests.conformance.playing import Stage


@pytest.fixture(params=["kept", "restored"])
def stage(request: pytest.FixtureRequest) -> Stage:
    return Stage(restoring=request.param == "restored")
