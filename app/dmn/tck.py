"""Runs a tree of the DMN Technology Compatibility Kit and says what passed.

`python3 run.py tck DIR [--json FILE]`. The tree may hold any folders of the kit, below `compliance-level-N`.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from app.clock import SystemClock
from app.dmn.errors import UnknownDecisionError
from app.dmn.loading import Model, load
from app.dmn.tck_cases import Case, CaseFile, ResultNode, is_same, read_case_file

_LEVEL = re.compile(r"compliance-level-(\d+)")


@dataclass(frozen=True, slots=True)
class Failure:
    """One result node that is not what the kit expects; `found` is a text for people."""

    level: str
    folder: str
    test: str
    node: str
    expected: str
    found: str


@dataclass
class Score:
    """Passed and total tests by level, and every failure."""

    passed: dict[str, int] = field(default_factory=dict)
    total: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)

    def count(self, level: str, failures: list[Failure]) -> None:
        """Count one test; it passed when nothing in it failed."""
        self.total[level] = self.total.get(level, 0) + 1
        self.passed[level] = self.passed.get(level, 0) + (not failures)
        self.failures.extend(failures)

    def as_json(self) -> dict[str, Any]:
        """Return the levels and the failures as JSON values."""
        return {
            "levels": {
                level: {"passed": self.passed[level], "total": self.total[level]} for level in sorted(self.total)
            },
            "failures": [
                {name: getattr(each, name) for name in ("level", "folder", "test", "node", "expected", "found")}
                for each in self.failures
            ],
        }


def run_tree(root: Path) -> Score:
    """Run every test file below `root` beside the models of its own folder."""
    score = Score()
    for folder in sorted({path.parent for path in root.rglob("*.dmn")}):
        for file in _case_files(folder):
            _run_file(file, score)
    return score


def _case_files(folder: Path) -> Iterator[CaseFile]:
    for path in sorted(folder.glob("*.xml")):
        found = read_case_file(path)
        if found is not None:
            yield found


def _run_file(file: CaseFile, score: Score) -> None:
    folder = file.path.parent
    level = next((match[1] for part in reversed(folder.parts) if (match := _LEVEL.fullmatch(part))), "other")
    models = {path.name: path.read_bytes() for path in sorted(folder.glob("*.dmn"))}
    try:
        source = models.pop(file.model)
        model = load(source, file=file.model, imports=models)
    except Exception as error:  # noqa: BLE001 - one unreadable model must not end the run
        for case in file.cases:
            whole = [_failure(level, file, case, node, f"the model cannot be read: {error}") for node in case.results]
            score.count(level, whole)
        return
    for case in file.cases:
        score.count(level, [failed for node in case.results for failed in _run_node(model, level, file, case, node)])


def _run_node(model: Model, level: str, file: CaseFile, case: Case, node: ResultNode) -> list[Failure]:
    try:
        value = model.evaluate(case.invocable or node.name, case.inputs, clock=SystemClock()).value
    except UnknownDecisionError as error:
        return [_failure(level, file, case, node, str(error))]
    except Exception as error:  # noqa: BLE001 - the kit's point is that nothing escapes; whatever does is a failure
        return [_failure(level, file, case, node, f"{type(error).__name__}: {error}")]
    if case.invocable and isinstance(value, dict) and node.name in value and not isinstance(node.expected, dict):
        value = value[node.name]
    expected = None if node.is_error else node.expected
    return [] if is_same(value, expected) else [_failure(level, file, case, node, repr(value))]


def _failure(level: str, file: CaseFile, case: Case, node: ResultNode, found: str) -> Failure:
    expected = "an error (null)" if node.is_error else repr(node.expected)
    return Failure(level, file.path.parent.name, case.id, node.name, expected, found)


def write_report(score: Score, out: TextIO) -> None:
    """Print every failure, then passed and total a level."""
    for each in score.failures:
        out.write(f"FAILED {each.folder} {each.test} {each.node}: expected {each.expected}, found {each.found}\n")
    for level in sorted(score.total):
        out.write(f"level {level}: {score.passed[level]}/{score.total[level]}\n")


def main(argv: list[str]) -> int:
    """Run the kit in a folder; 0 when everything passed, 1 when something failed, 2 when there is nothing to run."""
    parser = argparse.ArgumentParser(prog="run.py tck", description="Run a DMN TCK tree.")
    parser.add_argument("dir", type=Path, help="folder that holds compliance-level-2, compliance-level-3, …")
    parser.add_argument("--json", type=Path, help="write the result there as JSON too")
    options = parser.parse_args(argv)
    score = run_tree(options.dir)
    if not score.total:
        sys.stderr.write(f"Expected DMN TCK folders below {options.dir}, but there are none\n")
        return 2
    write_report(score, sys.stdout)
    if options.json is not None:
        options.json.write_text(json.dumps(score.as_json(), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    return 1 if score.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
