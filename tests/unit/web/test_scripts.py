"""Built scripts: pages name them while they are there, else do without; their size stays in its budget."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from app.web.scripts import MANIFEST, make_lookup

PLAIN_BUDGET, DESK_BUDGET = 30_000, 260_000
PAGES_SCRIPT = MANIFEST.parents[1] / "pages.js"
DESK_ISLANDS = ("src/bpmn-viewer.ts", "src/form-viewer.ts")


def test_without_a_build_there_is_no_script_and_a_later_build_is_found(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    built = make_lookup(manifest)
    assert built("src/app.ts") is None
    manifest.write_text(json.dumps({"src/app.ts": {"file": "assets/app-1.js"}}))
    assert built("src/app.ts") == "dist/assets/app-1.js"
    assert built("src/unknown.ts") is None


def test_a_manifest_cut_short_is_no_build(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text('{"src/app.ts": {')
    assert make_lookup(manifest)("src/app.ts") is None


def weight(names: set[str]) -> int:
    """The zipped size of these sources' scripts and of all that they import."""
    entries = json.loads(MANIFEST.read_text(encoding="utf-8"))
    wanted: set[str] = set()
    while names:
        name = names.pop()
        wanted.add(name)
        names |= set(entries[name].get("imports", ())) - wanted
    return sum(len(gzip.compress((MANIFEST.parent / entries[one]["file"]).read_bytes(), 9)) for one in wanted)


@pytest.mark.skipif(not MANIFEST.is_file(), reason="Expected built scripts, but there are none: nothing was weighed")
def test_scripts_stay_within_their_budgets() -> None:
    plain = weight({"src/app.ts"}) + len(gzip.compress(PAGES_SCRIPT.read_bytes(), 9))
    entries = json.loads(MANIFEST.read_text(encoding="utf-8"))
    desk = weight({"src/app.ts", *(name for name in DESK_ISLANDS if name in entries)})
    assert plain <= PLAIN_BUDGET
    assert desk <= DESK_BUDGET
