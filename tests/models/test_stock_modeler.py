"""The shipped models open in the stock modelers' own parsers; needs Node and the packages of app/web/islands."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ISLANDS = ROOT / "app" / "web" / "islands"


def test_every_model_opens_without_a_warning() -> None:
    node = shutil.which("node")
    if node is None or not (ISLANDS / "node_modules" / "bpmn-moddle").is_dir():
        pytest.skip("Expected Node and `npm install` in app/web/islands, but not so: no model was opened by a modeler")
    command = [node, "open_models.mjs", str(ROOT)]
    done = subprocess.run(command, cwd=ISLANDS, capture_output=True, text=True, timeout=120, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith(", 0 warnings\n")
