"""The stock npm client walks one journey with its own strict validation of every request and answer."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.conformance.v2.live import PASSWORD, Live

FOLDER = Path(__file__).parent / "node"
STEPS = ["topology", "deployment", "start", "user task", "job", "history", "a second completion is refused"]


@pytest.fixture(scope="module")
def node() -> str:
    """Node with the client installed from the lock file; skipped, loudly, where there is no Node."""
    found, installer = shutil.which("node"), shutil.which("npm")
    if found is None or installer is None:
        pytest.skip("Expected node and npm to drive the npm client, but there is none on this machine")
    if not (FOLDER / "node_modules").is_dir():
        installed = subprocess.run(
            [installer, "ci", "--no-audit", "--no-fund"], cwd=FOLDER, capture_output=True, text=True, timeout=300
        )
        if installed.returncode != 0:
            pytest.skip(f"Expected npm to install the client, but it could not: {installed.stderr[-400:]}")
    return found


def test_the_npm_client_deploys_starts_works_and_reads(live: Live, node: str) -> None:
    environment = {
        **os.environ,
        "CAMUNDA_REST_ADDRESS": live.url,
        "CAMUNDA_AUTH_STRATEGY": "BASIC",
        "CAMUNDA_BASIC_AUTH_USERNAME": "operator",
        "CAMUNDA_BASIC_AUTH_PASSWORD": PASSWORD,
    }
    walked = subprocess.run(
        [node, "journey.mjs"], cwd=FOLDER, env=environment, capture_output=True, text=True, timeout=120
    )
    assert walked.returncode == 0, walked.stdout + walked.stderr
    assert [line.removeprefix("ok ") for line in walked.stdout.splitlines() if line.startswith("ok ")] == STEPS
