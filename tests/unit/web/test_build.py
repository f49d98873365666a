"""The build of the pages' scripts: done when sources changed, never in the way of a start, clear when it fails."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

BUILD = Path(__file__).parents[3] / "app" / "web" / "islands" / "build.py"


@pytest.fixture
def builder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> ModuleType:
    """The build as if for another folder, with one source."""
    spec = importlib.util.spec_from_file_location("island_build", BUILD)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in ("vite.config.ts", "package-lock.json", "src/app.ts"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("1")
    for name, value in {"HERE": tmp_path, "DIST": tmp_path / "dist", "WHEEL": tmp_path / ".node"}.items():
        monkeypatch.setattr(module, name, value)
    return module


def test_what_was_built_from_these_sources_is_not_built_again(
    builder: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    builder.DIST.mkdir()
    (builder.DIST / builder.STAMP).write_text(builder.fingerprint())
    monkeypatch.setattr(builder, "build", lambda _: pytest.fail("nothing should be built"))
    assert builder.main() == 0


@pytest.mark.parametrize("changed", ["src/app.ts", "src/new.ts", "package-lock.json", "vite.config.ts"])
def test_a_changed_source_asks_for_a_build(builder: ModuleType, changed: str) -> None:
    before = builder.fingerprint()
    (builder.HERE / changed).write_text("2")
    assert builder.fingerprint() != before


def test_without_npm_it_says_so_and_pages_go_on(
    builder: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    failing = builder.HERE / "npm"
    failing.write_text("#!/bin/sh\necho 'npm error' >&2; echo 'npm error code ECONNREFUSED' >&2; exit 1\n")
    failing.chmod(0o755)
    monkeypatch.setattr(builder, "find_npm", lambda: ([str(failing)], {}))
    assert builder.main() == 1
    said = capsys.readouterr().out
    assert "npm ci failed: npm error code ECONNREFUSED. Pages work without them" in said
    assert not builder.DIST.exists()


@pytest.mark.parametrize(
    ("version", "enough"), [("v18.20.0", False), ("v20.18.9", False), ("v20.19.0", True), ("v21.7.0", False),
                            ("v22.11.0", False), ("v22.12.0", True), ("v24.1.0", True), ("none", False)]
)  # fmt: skip
def test_only_a_node_that_the_tools_run_on_is_used(
    builder: ModuleType, tmp_path: Path, version: str, *, enough: bool
) -> None:
    node = tmp_path / "node"
    node.write_text(f"#!/bin/sh\necho {version}\n")
    node.chmod(0o755)
    assert builder.is_new_enough(str(node)) is enough
