"""Scenarios kept beside a decision table, and running them with rule coverage. See docs/table-tests.md."""

from app.dmn.table_tests.running import RuleCoverage, ScenarioResult, SuiteReport, run_suite
from app.dmn.table_tests.suite import Scenario, Suite, SuiteError, read_suite

__all__ = [
    "RuleCoverage",
    "Scenario",
    "ScenarioResult",
    "Suite",
    "SuiteError",
    "SuiteReport",
    "read_suite",
    "run_suite",
]
