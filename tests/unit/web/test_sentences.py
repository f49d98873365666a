"""What is said of a faulty model comes in the reader's language: every sentence in the source is known to the pages,
and files with faults of every sort are told in Chinese from end to end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from app.dmn import analyse, load
from app.dmn.analysis.findings import Finding
from app.engine.timers import TimerError, TimerKind, check_timer
from app.services.deploy_resources import DeploymentRefusedError, read_files
from app.services.read_resource import ResourceFile
from app.services.shipped_models import ROOT
from app.web.pages.sentences import in_words
from tests.unit.web.conftest import Door

SOURCES = [
    *sorted((ROOT / "app" / "dmn").rglob("*.py")),
    *sorted((ROOT / "app" / "feel" / "syntax").glob("*.py")),
    *sorted((ROOT / "app" / "feel" / "compiling").glob("*.py")),
    *sorted((ROOT / "app" / "engine" / "reading").glob("*.py")),
    *sorted((ROOT / "app" / "engine" / "linter").glob("*.py")),
    ROOT / "app" / "domain" / "automation" / "table_check.py",
    ROOT / "app" / "domain" / "automation" / "actions.py",
    ROOT / "app" / "domain" / "table_releases.py",
    *(ROOT / "app" / "services" / f"{name}_table.py" for name in ("propose", "approve", "reject", "withdraw")),
]
ELSEWHERE = ("workbook", "tck", "__main__", "external_java", "adopt")
"""What is read by those who import workbooks, run the conformance kit or use the command line."""

ENGLISH = re.compile(r"(?!not in|then )[a-z]{2,} (?!<)[a-z]{2,} [a-z]{2,}")
"""Three words of English one after another; names of types and of BPMN's and FEEL's own words come alone."""

SENTENCE = re.compile(r"(Expected|Rows?|No|Nothing|The|Other) [^:]*")
SAMPLES = {
    "hint": "", "why": "only one may", "rows": "Rows 7 and 8", "wrong": "lacks one",
    "got": "it has none", "told": "reason: Why the table changes", "what": "it is a number",
    "problem": "Expected an expression, but there is none", "error": "Expected an expression, but there is none",
    "because": "", "wanted.kind.kind": "number",
    "_both(hits[0], hits[1])": "row 1 and row 2", "_both(first, other)": "row 1 and row 2", "titles": "'x' and 'y'",
    "numbers": "1, 2", "done.warnings[0].reason": "Expected a list to go over, but it is null", "named": "",
    "'; '.join(keeping_back)": "No row tests 'x'", "_WORK_NAMES[tag]": "a called decision",
    "error.msg": "Document is empty, line 1, column 1", "expected": "a value",
}  # fmt: skip
"""What stands in the places of the sentences, where it is more than a name or a number."""

PLACES = ("in 'x', row 7", "'x', row 7", "1 in 'x', row 7,", "f.tests.csv, line 7")
"""What `where` is: in the analysis of a cell, of an output, of a column; in a file of scenarios."""

PARTS = {"Rows 7 and 7"}
"""Beginnings of sentences, not sentences."""


def told_in(source: Path) -> Iterator[list[str]]:
    """The sentences of a module, something in each of their places; each as often as there are places it may tell."""
    tree = ast.parse(source.read_text("utf-8"))
    inner = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            told = ["".join(_part(part, where) for part in node.values) for where in PLACES]
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
            told = [node.value]
        else:
            continue
        if SENTENCE.match(told[0]) and not told[0].endswith(".") and "\n" not in told[0] and told[0] not in PARTS:
            yield told


def _part(part: ast.expr, where: str) -> str:
    if not isinstance(part, ast.FormattedValue):
        return str(ast.literal_eval(part))
    name = ast.unparse(part.value)
    sample = where if name == "where" else SAMPLES.get(name, "7")
    return f"'{sample}'" if part.conversion == ord("r") else sample


@pytest.fixture
def zh(door: Door) -> Iterator[None]:
    with door.app.test_request_context("/", headers={"Accept-Language": "zh"}):
        yield


@pytest.mark.usefixtures("zh")
def test_every_sentence_about_a_model_is_known_to_the_pages() -> None:
    told = [one for path in SOURCES if not path.stem.startswith(ELSEWHERE) for one in told_in(path)]
    assert len(told) > 150
    assert [one[0] for one in told if not any(ENGLISH.search(in_words(each)) is None for each in one)] == []


TABLE = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="d">
<decision id="t" name="分派"><decisionTable hitPolicy="UNIQUE">
<input id="i" label="金额"><inputExpression typeRef="number"><text>amount</text></inputExpression></input>
<output id="o" name="unit" typeRef="string"/>
{rules}</decisionTable></decision></definitions>"""
RULE = """<rule id='{}'><inputEntry id='{}i'><text>{}</text></inputEntry>
<outputEntry id='{}o'><text>{}</text></outputEntry></rule>"""
CATCH = '<bpmn:intermediateCatchEvent id="m"><bpmn:messageEventDefinition/></bpmn:intermediateCatchEvent>'
PROCESS = """<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" id="d"
 xmlns:zeebe="http://camunda.org/schema/zeebe/1.0"><bpmn:process id="p" isExecutable="true">{}</bpmn:process>
</bpmn:definitions>"""
SCRIPT = '<bpmn:extensionElements><zeebe:script expression="=now( + 1)" resultVariable="x"/></bpmn:extensionElements>'
TIMED = """<bpmn:intermediateCatchEvent id="a"><bpmn:timerEventDefinition><bpmn:timeDuration>="soon"</bpmn:timeDuration>
</bpmn:timerEventDefinition></bpmn:intermediateCatchEvent>"""
START = '<bpmn:startEvent id="s"/><bpmn:sequenceFlow id="f" sourceRef="s" targetRef="a"/>'


def table(*rules: tuple[str, str]) -> str:
    return TABLE.format(rules="".join(RULE.format(n, n, test, n, out) for n, (test, out) in enumerate(rules)))


FAULTY = {
    "a.dmn": table(("&lt; 5", "if x"), ("[1..", "null"), ("", '"a')),
    "b.dmn": table(("&gt; 1", '"a"')).replace("UNIQUE", "MANY"),
    "c.dmn": "<definitions>",
    "d.dmn": '<definitions xmlns="urn:x"/>',
    "e.dmn": table(("&gt; 1", '"a"')).replace("<output", "<input").replace("o'", "i'"),
    "f.bpmn": PROCESS.format(START + '<bpmn:serviceTask id="a" name="通知"/>'),
    "g.bpmn": PROCESS.format(START),
    "h.bpmn": PROCESS.format(START + '<bpmn:userTask id="a"/><bpmn:userTask id="lost"/>' + CATCH),
    "i.bpmn": "<bpmn:definitions",
    "l.bpmn": PROCESS.format(f'{START}<bpmn:scriptTask id="a">{SCRIPT}</bpmn:scriptTask>'),
    "m.bpmn": PROCESS.format(START + TIMED),
    "j.form": "{",
    "k.form": '{"components": []}',
}  # fmt: skip


@pytest.mark.usefixtures("zh")
@pytest.mark.parametrize("name", FAULTY)
def test_a_faulty_file_is_refused_in_chinese(name: str) -> None:
    with pytest.raises(DeploymentRefusedError) as refused:
        read_files([ResourceFile(name, FAULTY[name].encode())])
    told = [in_words(one) for one in refused.value.problems]
    assert told
    assert [one for one in told if ENGLISH.search(one)] == []


TIMERS = ["R3/x", "R0/PT1M", "R/PT0S", "*/0 0 0 * * *", "9-5 0 0 * * *", "0 0 0 30 2 *", "70 0 0 * * *", "soon"]


@pytest.mark.usefixtures("zh")
@pytest.mark.parametrize("text", TIMERS)
@pytest.mark.parametrize("kind", TimerKind)
def test_what_is_wrong_with_a_timer_is_told_in_chinese(text: str, kind: TimerKind) -> None:
    with pytest.raises(TimerError) as refused:
        check_timer(text, kind)
    assert ENGLISH.search(in_words(str(refused.value))) is None


@pytest.mark.usefixtures("zh")
def test_the_analysis_of_a_table_is_told_in_chinese() -> None:
    rules = [("&lt; 5", '"a"'), ("&lt; 3", '"b"'), ("&gt; 9", "amoun"), ("&gt; 9", "amoun")]
    findings = [
        one for policy in ("UNIQUE", "FIRST", "ANY") for one in _analysed(table(*rules).replace("UNIQUE", policy))
    ]
    assert len({finding.kind for finding in findings}) >= 4
    told = [in_words(finding.text) for finding in findings]
    assert [one for one in told if ENGLISH.search(one)] == []
    assert "第 1 行与第 2 行在 金额 = 2 时同时成立，但只能有一行成立" in told


def _analysed(xml: str) -> Sequence[Finding]:
    return analyse(load(xml.encode(), file="t.dmn")).findings


REFUSALS = {
    "Expected 'chenjie' to handle complaint TS-2026-000001, but it only watches it": "只能查看",
    "Expected the assignee or a candidate of user task 7, but lina is none: wangwei has it": "当前由 wangwei 办理",
    "Expected 'lina' to have the scope 'work' or 'organise', but it does not": "没有权限",
    "Expected the session's CSRF token in X-CSRF-Token, but it is missing or of another session": "防伪令牌",
    "Expected an operator or a superior of who has user task 7 to change its due date, candidates or priority, "
    "or to assign it to another, but 'lina' is neither: transfer the task, with a reason": "请转办并说明理由",
}


@pytest.mark.usefixtures("zh")
@pytest.mark.parametrize("told", REFUSALS)
def test_a_refusal_in_the_access_log_is_told_in_chinese(told: str) -> None:
    said = in_words(told)
    assert (REFUSALS[told] in said, ENGLISH.search(said)) == (True, None)
