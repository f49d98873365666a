"""Scenarios beside a table: what passes, what fails and why, and which rules nobody tested."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from app.clock import PinnedClock
from app.dmn.errors import UnknownDecisionError
from app.dmn.loading import load
from app.dmn.table_tests import SuiteError, SuiteReport, read_suite, run_suite
from app.dmn.table_tests.__main__ import main
from tests.unit.dmn.tables import Row, table_xml

CLOCK = PinnedClock(datetime(2026, 1, 1, tzinfo=UTC))
ROWS: list[Row] = [
    ('"fraud"', "-", '"card risk"'),
    ('"fee"', "< 100", '"branch"'),
    ('"fee"', ">= 100", '"head office"'),
]
TABLE = table_xml(["kind:string", "amount:number"], ["unit:string"], ROWS, policy="FIRST")


def run(tests: str, file: str = "routing.tests.yaml") -> SuiteReport:
    return run_suite(load(TABLE), read_suite(tests, file=file), clock=CLOCK)


def test_a_scenario_that_holds_passes_and_its_rule_is_counted() -> None:
    report = run("decision: d\ntests:\n- {name: fraud, inputs: {kind: fraud}, expect: card risk, rules: [r1]}")
    assert report.failed == ()
    assert report.results[0].matched == ("r1",)
    assert (report.coverage[0].hits, report.coverage[0].missed) == ((1, 0, 0), (2, 3))


def test_a_scenario_that_does_not_hold_says_what_came_instead() -> None:
    report = run("decision: d\ntests:\n- {name: fee, inputs: {kind: fee, amount: 99.99}, expect: head office}")
    assert report.failed[0].problem == 'Expected "head office", but got "branch"'


def test_another_rule_with_the_same_value_is_a_failure_too() -> None:
    report = run("decision: d\ntests:\n- {inputs: {kind: fee, amount: 100}, expect: head office, rules: 2}")
    assert report.failed[0].problem == "Expected the rules 2, but r3 matched"


def test_a_model_error_fails_the_scenario_and_the_rest_still_runs() -> None:
    clash = table_xml(["n:number"], ["o:string"], [("> 1", '"a"'), ("> 2", '"b"')])
    suite = read_suite(
        "decision: d\ntests:\n- {inputs: {n: 3}, expect: a}\n- {inputs: {n: 2}, expect: a}", file="x.yaml"
    )
    report = run_suite(load(clash), suite, clock=CLOCK)
    assert [result.problem is None for result in report.results] == [False, True]


def test_yaml_keeps_digits_dates_and_feel() -> None:
    suite = read_suite(
        "decision: d\ntests:\n"
        "- {inputs: {a: 0.10000000000000000001, b: 2026-05-01, c: '=duration(\"P1D\")'}, expect: null}",
        file="x.yaml",
    )
    inputs = suite.scenarios[0].inputs
    assert inputs["a"] == Decimal("0.10000000000000000001")
    assert [str(inputs["b"]), str(inputs["c"])] == ["2026-05-01", "P1D"]


def test_csv_says_the_same() -> None:
    report = run(
        'decision,name,in:kind,in:amount,out,rules\nd,fraud,fraud,,card risk,r1\nd,fee,"""fee""",100,head office,3\n',
        "routing.tests.csv",
    )
    assert report.failed == ()
    assert report.coverage[0].hits == (1, 0, 1)


@pytest.mark.parametrize(
    ("text", "file", "message"),
    [
        ("tests: []", "x.yaml", "has no decision"),
        ("decision: d\ntests: 5", "x.yaml", "to be a list"),
        ("decision: d\ntests:\n- {inputs: {}}", "x.yaml", "lacks one"),
        ("decision: d\ntests:\n- {input: {}, expect: 1}", "x.yaml", "'input'"),
        ("decision: d\ntests:\n- {expect: '=1 +'}", "x.yaml", "after '='"),
        ("decision: &a d\ntests: *a", "x.yaml", "aliases"),
        ("a: [", "x.yaml", "Expected YAML"),
        ("name,in:a\n", "x.csv", "Expected the columns"),
        ("decision,in:a,out\nd,1\n", "x.csv", "Expected 3 cells"),
        ("decision,out\nd,1\ne,1\n", "x.csv", "Expected one decision"),
    ],
)
def test_a_file_that_is_not_in_the_documented_form_is_refused(text: str, file: str, message: str) -> None:
    with pytest.raises(SuiteError, match=message):
        read_suite(text, file=file)


def test_a_decision_the_model_does_not_have_is_named() -> None:
    with pytest.raises(UnknownDecisionError, match="'e'"):
        run("decision: e\ntests:\n- {expect: 1}")


def test_the_command_runs_a_folder_and_counts(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "routing.dmn").write_text(TABLE, encoding="utf-8")
    (tmp_path / "routing.tests.yaml").write_text("decision: d\ntests:\n- {inputs: {kind: fraud}, expect: x}")
    assert main([str(tmp_path)]) == 1
    assert main([str(tmp_path / "nowhere")]) == 2
    printed = capsys.readouterr().out
    assert "1/3 rules hit, not 2, 3" in printed
    assert "0 passed, 1 failed" in printed
