"""What no linter knows: sizes, names, who may commit, who may ask the time, and what the repository must not name."""

from __future__ import annotations

import ast
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = [
    path
    for top in ("app", "tasks")
    for path in sorted((ROOT / top).rglob("*.py"))
    if "node_modules" not in path.parts  # npm brings some, where the scripts were built
]
VAGUE = re.compile(r"(^|_)(manager|helpers?|utils?|handler|common|info|misc|stuff)($|_)")


def tracked_text_files() -> Iterator[tuple[str, str]]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if listed.returncode != 0:
        pytest.skip("Expected a git checkout to list the repository's files, but git has none here")
    for name in filter(None, listed.stdout.split("\0")):
        path = ROOT / name
        if path.suffix not in {".png", ".woff", ".woff2", ".gz", ".xlsx", ".ico"} and path.is_file():
            yield name, path.read_text(encoding="utf-8", errors="replace")


def calls(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            yield node.lineno, ast.unparse(node.func)


def test_a_source_file_stays_small_enough_to_have_one_subject() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > 400} == {}


def test_files_are_named_after_their_subject() -> None:
    assert [str(path.relative_to(ROOT)) for path in SOURCES if VAGUE.search(path.stem)] == []


def test_every_module_says_what_it_owns() -> None:
    silent = [
        path for path in SOURCES if path.stat().st_size and not ast.get_docstring(ast.parse(path.read_text("utf-8")))
    ]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_only_the_unit_of_work_commits() -> None:
    commits = {
        str(path.relative_to(ROOT))
        for path in SOURCES
        for _, name in calls(path)
        if name.rsplit(".", 1)[-1] == "commit"
    }
    assert commits <= {"app/services/unit_of_work.py"}


def test_only_the_clock_asks_the_machine_what_time_it_is() -> None:
    asking = {"datetime.now", "datetime.utcnow", "date.today", "time.time", "dt.datetime.now", "datetime.datetime.now"}
    found = [f"{path.relative_to(ROOT)}:{line}" for path in SOURCES for line, name in calls(path) if name in asking]
    assert [place for place in found if not place.startswith("app/clock.py:")] == []


def test_model_text_never_reaches_python_evaluation() -> None:
    found = set()
    for path in SOURCES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"eval", "exec", "compile"}
            ):
                found.add(str(path.relative_to(ROOT)))
    assert found == set()


def test_the_repository_names_no_package_index_and_no_machine_path() -> None:
    hosts = re.compile("|".join(["pypi" + r"\.org", "files\\.pythonhosted" + r"\.org", "registry\\.npmjs" + r"\.org"]))
    paths = re.compile("/work/" + "(main|shared|steering)|/tmp/" + "(r|bash)")
    found = [name for name, text in tracked_text_files() if hosts.search(text) or paths.search(text)]
    assert found == []
