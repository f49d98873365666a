"""What is said of a table before it is used, and that what is said is so."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.clock import PinnedClock
from app.dmn.analysis import Analysis, Finding, analyse
from app.dmn.loading import load
from app.feel import to_json
from tests.unit.dmn.tables import Row, table_xml

CLOCK = PinnedClock(datetime(2026, 1, 1, tzinfo=UTC))
KIT = Path(__file__).parents[4] / "shared" / "dmn-tck"


def look(rows: list[Row], inputs: tuple[str, ...] = ("kind:string", "amount:number"), **options: Any) -> Analysis:
    return analyse(load(table_xml(inputs, ["unit:string"], rows, **options)))


def only(analysis: Analysis, kind: Any) -> Finding:
    (finding,) = analysis.of_kind(kind)
    return finding


def test_two_rows_of_a_unique_table_that_meet_are_an_error_with_an_input_that_hits_both() -> None:
    overlap = only(look([('"fee"', "<= 100", '"a"'), ('"fee","loan"', ">= 100", '"b"')]), "overlap")
    assert (overlap.severity, overlap.rows, overlap.rule_ids) == ("error", (1, 2), ("r1", "r2"))
    assert overlap.example == {"kind": "fee", "amount": 100}


def test_rows_that_only_touch_do_not_meet() -> None:
    assert look([("-", "< 100", '"a"'), ("-", "[100..200[", '"b"'), ("-", ">= 200", '"c"')]).findings[:1] == (
        only(look([("-", "< 100", '"a"'), ("-", "[100..200[", '"b"'), ("-", ">= 200", '"c"')]), "unused input"),
    )


def test_a_gap_comes_with_an_input_that_no_row_holds() -> None:
    gap = only(look([("-", "< 100", '"a"'), ("-", "> 100", '"b"')]), "gap")
    assert (gap.severity, gap.example) == ("warning", {"amount": 100})


def test_allowed_values_bound_the_gaps_and_what_cells_may_say() -> None:
    rows: list[Row] = [('"fee"', "-", '"a"'), ('"fraud"', "-", '"b"')]
    assert look(rows, allowed={"kind": '"fee","fraud"'}).of_kind("gap") == ()
    wrong = look([*rows, ('"fraude"', "-", '"c"')], allowed={"kind": '"fee","fraud"'})
    assert only(wrong, "value not allowed").rows == (3,)
    assert only(wrong, "dead").rows == (3,)


def test_default_outputs_close_every_gap() -> None:
    assert look([("-", "< 100", '"a"')], default='"other"').of_kind("gap") == ()


def test_a_row_of_a_first_table_that_rows_above_take_everything_from_is_masked() -> None:
    rows: list[Row] = [("-", "< 100", '"a"'), ("-", ">= 50", '"b"'), ('"fee"', "[20..200]", '"c"')]
    masked = only(look(rows, policy="FIRST"), "masked")
    assert masked.rows == (3, 1, 2)


def test_any_tables_may_agree_but_not_differ() -> None:
    rows: list[Row] = [
        ("-", "< 100", '"a"'),
        ('"fee"', "< 50", '"a"'),
        ('"loan"', "> 20", '"b"'),
        ("-", ">= 100", '"b"'),
    ]
    analysis = look(rows, policy="ANY")
    assert [finding.rows for finding in analysis.of_kind("overlap")] == [(1, 3)]
    assert only(analysis, "subsumed").rows == (2, 1)


def test_collect_tables_may_overlap_and_leave_gaps_but_not_repeat() -> None:
    analysis = look([("-", "< 100", '"a"'), ("-", "< 200", '"b"'), ("-", "< 100", '"a"')], policy="COLLECT")
    assert only(analysis, "duplicate").rows == (1, 3)
    assert analysis.of_kind("overlap") + analysis.of_kind("gap") == ()


def test_a_range_that_holds_nothing_is_a_dead_row() -> None:
    assert only(look([("-", "[5..1]", '"a"'), ("-", "-", '"b"')]), "dead").rows == (1,)


@pytest.mark.parametrize(("cell", "hint"), [("VIP", True), ("VIP.level", False)])
def test_an_unquoted_text_is_an_unknown_name(cell: str, hint: bool) -> None:
    finding = only(look([(cell, "-", '"a"')]), "unknown name")
    assert (finding.severity, finding.rows, finding.column) == ("error", (1,), "kind")
    assert ("put it in quotes" in finding.text) is hint
    assert only(look([("-", "-", "VIP")]), "unknown name").column == "unit"


def test_a_table_without_a_requirement_graph_knows_its_columns_and_no_more() -> None:
    xml = table_xml(["kind", "amount"], ["unit"], [("VIP", "< 10", '"a"')])
    xml = xml.replace("informationRequirement", "authorityRequirement")
    findings = analyse(load(xml)).of_kind("unknown name")
    assert [(finding.severity, finding.text.split(" in ")[0]) for finding in findings] == [
        ("error", "Nothing is called 'VIP'")
    ]


def test_a_text_in_a_number_column_and_a_number_as_text_are_type_clashes() -> None:
    analysis = look([("-", '"much"', '"a"'), ("5", "-", "7")])
    assert [finding.column for finding in analysis.of_kind("type clash")] == ["unit", "kind", "amount"]


def test_outputs_outside_their_list_are_named() -> None:
    analysis = look([("-", "-", '"card"')], allowed={"unit": '"card risk","branch"'})
    assert only(analysis, "value not allowed").text == "\"card\" in 'unit', row 1, is not one of the column's values"


def test_cells_that_do_more_are_listed_and_nothing_is_concluded_from_them() -> None:
    rows: list[Row] = [('starts with(?, "f")', "< 10", '"a"'), ('"fee"', "< 10", '"b"'), ("-", ">= 10", '"c"')]
    analysis = look(rows)
    assert only(analysis, "not analysed").rows == (1,)
    assert analysis.of_kind("overlap") + analysis.of_kind("gap") == ()


def test_a_column_that_reads_another_variable_is_not_analysed() -> None:
    assert only(look([('"fee"', "> limit", '"a"')], required=["limit:number"]), "not analysed").column == "amount"


def test_columns_on_the_same_variable_are_not_compared_but_parts_of_one_record_are() -> None:
    rows: list[Row] = [("< 5", "< 5", '"a"'), (">= 5", ">= 5", '"b"')]
    undecided = look(rows, ("amount", "amount * 2"), required=["amount:number"])
    assert only(undecided, "undecided").text.startswith("The columns 'amount' and 'amount * 2'")
    assert look(rows, ("c.a", "c.b"), required=["c"]).of_kind("undecided") == ()


def test_two_columns_with_one_expression_are_one() -> None:
    rows: list[Row] = [("< 5", "> 2", '"a"'), (">= 5", "> 2", '"b"'), ("-", "<= 2", '"c"')]
    assert look(rows, ("amount:number", "amount:number")).findings == ()


@pytest.mark.parametrize(
    ("kind", "low", "high", "missing"),
    [
        ("date", 'date("2026-01-01")', 'date("2026-01-03")', '@"2026-01-02"'),
        ("dayTimeDuration", 'duration("P1D")', 'duration("P3D")', '@"P2D"'),
        ("yearMonthDuration", 'duration("P1Y")', 'duration("P1Y2M")', '@"P1Y1M"'),
        ("time", 'time("08:00:00")', 'time("08:02:00")', '@"08:01:00"'),
        (
            "dateTime",
            'date and time("2026-01-01T08:00:00")',
            'date and time("2026-01-01T08:02:00")',
            '@"2026-01-01T08:01:00"',
        ),
        ("integer", "1", "3", "2"),
        ("number", "1", "1.5", "1.25"),
    ],
)
def test_the_missing_piece_between_two_ranges_is_found_for_every_ordered_type(
    kind: str, low: str, high: str, missing: str
) -> None:
    gap = only(look([(f"<= {low}", '"a"'), (f">= {high}", '"b"')], (f"at:{kind}",)), "gap")
    assert gap.example is not None
    assert to_json(gap.example["at"]) == to_json(load_value(missing))


def load_value(text: str) -> Any:
    from app.feel import compile_expression

    return compile_expression(text).evaluate({}).value


def test_days_have_no_day_between_neighbours_and_counts_are_whole() -> None:
    assert look([('<= @"2026-01-01"', '"a"'), ('>= @"2026-01-02"', '"b"')], ("at:date",)).of_kind("gap") == ()
    assert look([("0", '"a"'), (">= 1", '"b"')], ("count(items)",), required=["items"]).of_kind("gap") == ()


CELLS = {
    "number": st.sampled_from(
        ["-", "< 3", ">= 3", "[1..5]", "]2..4[", "3", "1,7", "not(3)", "not(< 4)", "? > 2 and ? < 6"]
    ),
    "string": st.sampled_from(["-", '"a"', '"a","b"', 'not("a")', "null", '? = "b" or ? = "c"', '"d"']),
    "boolean": st.sampled_from(["-", "true", "false", "not(true)"]),
}
ROWS = st.lists(
    st.tuples(CELLS["number"], CELLS["string"], CELLS["boolean"], st.sampled_from(['"x"', '"y"'])), max_size=7
)


@settings(max_examples=150, deadline=None)
@given(ROWS, st.sampled_from(["UNIQUE", "ANY", "FIRST"]))
def test_every_example_hits_the_rows_it_is_for_and_none_in_a_gap(rows: list[Row], policy: str) -> None:
    columns = ["n:number", "s:string", "b:boolean"]
    analysis = analyse(load(table_xml(columns, ["o"], rows, policy=policy)))
    collecting = load(table_xml(columns, ["o"], rows, policy="COLLECT"))
    for finding in analysis.findings:
        if finding.example is not None:
            done = collecting.evaluate("d", finding.example, clock=CLOCK, trace=True)
            assert done.trace is not None
            hit = {match.number for match in done.trace.decisions[-1].tables[0].matched}
            assert set(finding.rows) <= hit if finding.kind != "gap" else not hit


@settings(max_examples=150, deadline=None)
@given(ROWS, st.integers(0, 9), st.sampled_from("abcde"), st.booleans())
def test_a_table_without_findings_holds_exactly_one_row_for_any_input(
    rows: list[Row], number: int, text: str, truth: bool
) -> None:
    columns = ["n:number", "s:string", "b:boolean"]
    if analyse(load(table_xml(columns, ["o"], rows))).findings:
        return
    done = load(table_xml(columns, ["o"], rows, policy="COLLECT")).evaluate(
        "d", {"n": number, "s": text, "b": truth}, clock=CLOCK, trace=True
    )
    assert done.trace is not None
    assert len(done.trace.decisions[-1].tables[0].matched) == 1


def test_a_table_of_ten_columns_and_a_hundred_rows_is_looked_at_in_two_seconds() -> None:
    rows: list[Row] = [
        (*(f"[{(at * 7 + column) % 50}..{(at * 7 + column) % 50 + 20}]" for column in range(10)), '"x"')
        for at in range(100)
    ]
    xml = table_xml([f"c{column}:number" for column in range(10)], ["o:string"], rows, policy="ANY")
    model = load(xml)
    started = time.process_time()
    analyse(model)
    assert time.process_time() - started < 2


@pytest.mark.skipif(not KIT.exists(), reason=f"Expected the DMN conformance kit at {KIT}, but it is not there")
def test_no_false_alarm_on_the_conformance_kit() -> None:
    for path in sorted(KIT.rglob("*.dmn")):
        siblings = {other.name: other.read_bytes() for other in path.parent.glob("*.dmn") if other != path}
        findings = analyse(load(path.read_bytes(), file=path.name, imports=siblings)).findings
        assert [finding for finding in findings if finding.severity == "error"] == [], path
