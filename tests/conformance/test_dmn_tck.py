"""The DMN Technology Compatibility Kit, where it lies beside the checkout."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from app.dmn import tck

KIT = Path(__file__).parents[2] / ".." / "shared" / "dmn-tck"
needs_kit = pytest.mark.skipif(
    not KIT.is_dir(), reason="Expected the DMN TCK in a folder shared/dmn-tck beside the checkout, but it is not there"
)


@needs_kit
@pytest.mark.slow
def test_the_kit_passes_at_both_levels() -> None:
    score = tck.run_tree(KIT)
    assert score.failures == []
    assert score.passed == score.total
    assert score.total == {"2": 104, "3": 2631}


MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" name="m" namespace="m">
<inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>
<decision id="d" name="d"><informationRequirement><requiredInput href="#x"/></informationRequirement>
<literalExpression><text>x / 3</text></literalExpression></decision></definitions>"""
CASES = """<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase"
xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:xsd="http://www.w3.org/2001/XMLSchema">
<modelName>m.dmn</modelName>
<testCase id="good"><inputNode name="x"><value xsi:type="xsd:decimal">1</value></inputNode>
<resultNode name="d"><expected><value xsi:type="xsd:decimal">0.3333333333</value></expected></resultNode></testCase>
<testCase id="bad"><inputNode name="x"><value xsi:type="xsd:decimal">1</value></inputNode>
<resultNode name="d"><expected><value xsi:type="xsd:string">0.33</value></expected></resultNode></testCase>
<testCase id="null"><resultNode name="d" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode>
</testCase></testCases>"""


def test_the_runner_says_what_failed_and_where(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "compliance-level-2" / "0001-mine"
    folder.mkdir(parents=True)
    (folder / "m.dmn").write_text(MODEL, encoding="utf-8")
    (folder / "0001-mine-test-01.xml").write_text(CASES, encoding="utf-8")
    report = tmp_path / "report.json"
    assert tck.main([str(tmp_path), "--json", str(report)]) == 1
    written = json.loads(report.read_text(encoding="utf-8"))
    assert written["levels"] == {"2": {"passed": 2, "total": 3}}
    assert [(each["folder"], each["test"], each["node"]) for each in written["failures"]] == [("0001-mine", "bad", "d")]
    printed = capsys.readouterr().out
    assert "FAILED 0001-mine bad d" in printed
    assert "level 2: 2/3" in printed


def test_a_model_that_cannot_be_read_fails_its_own_tests_only(tmp_path: Path) -> None:
    folder = tmp_path / "compliance-level-3" / "0002-broken"
    folder.mkdir(parents=True)
    (folder / "m.dmn").write_text(MODEL[:-5], encoding="utf-8")
    (folder / "t.xml").write_text(CASES, encoding="utf-8")
    score = tck.run_tree(tmp_path)
    assert (score.passed, score.total) == ({"3": 0}, {"3": 3})


def test_a_folder_without_the_kit_is_said_to_be_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert tck.main([str(tmp_path)]) == 2
    assert "Expected DMN TCK folders" in capsys.readouterr().err
