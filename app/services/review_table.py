"""What a second person needs to know of a proposed table: its difference, its analysis, and its tests' results.

Owns the plain JSON shape of a review, which is shown, kept with the decision, and answered over HTTP.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Row

from app.dmn import Model, analyse, load
from app.dmn.differences import Change, RuleChange, TableChange, diff
from app.dmn.table_tests import SuiteReport, read_suite, run_suite
from app.errors import RedressError
from app.feel import to_json
from app.services.compare_open_clocks import compare_open_clocks
from app.services.decide import load_model
from app.services.shipped_models import ROOT
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import (
    DecisionRequirementsRow,
    ResourceRow,
    find_by_key,
    find_version,
    in_force,
    list_decision_versions,
)

TESTS_SUFFIXES = (".tests.yaml", ".tests.yml", ".tests.csv")
MOST_FAILED = 50


@dataclass(frozen=True)
class TableFiles:
    """A table's file and, where it came with some, its scenarios."""

    file: str
    content: bytes
    tests_file: str | None = None
    tests: str | None = None

    def named(self) -> list[tuple[str, bytes]]:
        """Return each file's name and content."""
        own = [(self.file, self.content)]
        return own if self.tests_file is None or self.tests is None else [*own, (self.tests_file, self.tests.encode())]


def files_of(release: Row[Any]) -> TableFiles:
    """Return the files of a stored proposal."""
    return TableFiles(release.file, bytes(release.content), release.tests_file, release.tests)


def review_table(work: UnitOfWork, files: TableFiles, at: datetime) -> dict[str, Any]:
    """Return the review of a table against the version that is in force at `at`.

    `base`: that version's key, id and number (null: a first version); `differences` by decision; `findings` of the
    analysis; `tests`: how many passed, those that failed, rules that no test hits, or why none could run; `openClocks`:
    of the table of clocks, the open ones that it would make due at another time (null: another table).
    """
    model = load(files.content, file=files.file)
    base = _base(work, model, at)
    return {
        "base": base,
        "differences": [] if base is None else _differences(work, base["key"], model),
        "findings": [
            {
                "kind": finding.kind,
                "severity": finding.severity,
                "decision": finding.decision,
                "text": finding.text,
                "rows": list(finding.rows),
                "column": finding.column,
                "example": None if finding.example is None else to_json(finding.example),
            }
            for finding in analyse(model).findings
        ],
        "tests": _tests(work, files, model),
        "openClocks": compare_open_clocks(work, model),
    }


def _base(work: UnitOfWork, model: Model, at: datetime) -> dict[str, Any] | None:
    for decision in model.decisions:
        row = in_force(list_decision_versions(work.connection, decision.id), at)
        if row is not None:
            graph = find_by_key(work.connection, DecisionRequirementsRow, row.requirements_key)
            assert graph is not None, f"decision {row.key} refers to a graph that does not exist"
            return {"key": str(graph.key), "id": graph.drg_id, "version": graph.version}
    return None


def _differences(work: UnitOfWork, base_key: str, model: Model) -> list[dict[str, Any]]:
    return [_shown(change) for change in diff(load_model(work, int(base_key)), model)]


def _shown(change: TableChange) -> dict[str, Any]:
    return {
        "decision": change.decision,
        "name": change.name,
        "kind": change.kind,
        "properties": [_change(one) for one in change.properties],
        "columnsAdded": list(change.columns_added),
        "columnsRemoved": list(change.columns_removed),
        "rules": [
            *(_rule("added", one) for one in change.added),
            *(_rule("removed", one) for one in change.removed),
            *(_rule("changed" if one.cells else "moved", one) for one in change.changed),
        ],
    }


def _rule(kind: str, rule: RuleChange) -> dict[str, Any]:
    cells = [_change(cell) for cell in rule.cells]
    return {"kind": kind, "oldNumber": rule.old_number, "newNumber": rule.new_number, "cells": cells}


def _change(change: Change) -> dict[str, str | None]:
    return {"what": change.what, "old": change.old, "new": change.new}


def _tests(work: UnitOfWork, files: TableFiles, model: Model) -> dict[str, Any]:
    shown: dict[str, Any] = {"file": None, "passed": 0, "failed": [], "missed": [], "problem": None}
    found = find_scenarios(work, files)
    if found is None:
        return shown
    shown["file"], text = found
    try:
        suite = read_suite(text, file=shown["file"])
        report = run_suite(model, suite, clock=work.clock, calendars=work.runtime.calendars)
    except RedressError as error:
        return {**shown, "problem": str(error)}
    return {**shown, **_results(report)}


def _results(report: SuiteReport) -> Mapping[str, Any]:
    failed = [{"name": one.scenario.name, "problem": one.problem} for one in report.failed]
    missed = [{"decision": table.decision, "rows": list(table.missed)} for table in report.coverage if table.missed]
    return {"passed": len(report.results) - len(failed), "failed": failed[:MOST_FAILED], "missed": missed}


def find_scenarios(work: UnitOfWork, files: TableFiles) -> tuple[str, str] | None:
    """Return file name and text of a table's scenarios: those that came with it, else those of its last version.

    Where none were ever released they are the shipped ones, for a table that is shipped.
    """
    if files.tests_file is not None and files.tests is not None:
        return files.tests_file, files.tests
    names = [files.file.removesuffix(".dmn") + suffix for suffix in TESTS_SUFFIXES]
    for name in names:
        released = find_version(work.connection, ResourceRow, name)
        if released is not None:
            return name, bytes(released.content).decode()
    shipped = {path.name: path for path in (ROOT / "dmn").iterdir()}
    return next(((name, shipped[name].read_text(encoding="utf-8")) for name in names if name in shipped), None)
