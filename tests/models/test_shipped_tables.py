"""The shipped decision tables are ones the product itself would let pass, and every rule of theirs is tested."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.dmn import analyse, load
from app.dmn.table_tests.__main__ import SUFFIXES, run_file

FOLDER = Path(__file__).parents[2] / "dmn"
TABLES = sorted(FOLDER.glob("*.dmn"))
SUITES = sorted(path for path in FOLDER.iterdir() if path.name.endswith(SUFFIXES))


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_shipped_table_has_no_findings_that_need_mending(path: Path) -> None:
    model = load(path.read_bytes(), file=path.name)
    assert [str(problem) for problem in model.problems] == []
    assert [finding.text for finding in analyse(model).findings if finding.severity != "note"] == []


@pytest.mark.parametrize("path", TABLES, ids=lambda path: path.stem)
def test_a_shipped_table_has_scenarios_beside_it(path: Path) -> None:
    assert [suite.name for suite in SUITES if suite.name.startswith(f"{path.stem}.tests.")] != []


@pytest.mark.parametrize("path", SUITES, ids=lambda path: path.stem)
def test_the_scenarios_hold_and_hit_every_rule(path: Path) -> None:
    report = run_file(path)
    assert [f"{result.scenario.name}: {result.problem}" for result in report.failed] == []
    assert {table.decision: table.missed for table in report.coverage if table.missed} == {}
