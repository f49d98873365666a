from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from app.dmn import Evaluation
from tests.unit.dmn.models import evaluate
from tests.unit.dmn.tables import table_xml

ROWS = [("< 10", '"low"'), ("< 100", '"mid"'), ("> 50", '"high"'), ("> 1000", '"low"')]
VALUES = {"out": '"high","mid","low"'}


def decide(policy: str, x: Any, rows: Any = ROWS, **more: Any) -> Evaluation:
    aggregation = more.pop("aggregation", None)
    xml = table_xml(["x:number"], more.pop("outputs", ["out"]), rows, policy=policy, allowed=VALUES, **more)
    if aggregation:
        xml = xml.replace('hitPolicy="COLLECT"', f'hitPolicy="COLLECT" aggregation="{aggregation}"')
    return evaluate(xml, "d", {"x": x})


@pytest.mark.parametrize(
    ("policy", "x", "expected"),
    [
        ("UNIQUE", 20, "mid"),
        ("FIRST", 5, "low"),
        ("FIRST", 60, "mid"),
        ("PRIORITY", 60, "high"),
        ("PRIORITY", 2000, "high"),
        ("OUTPUT ORDER", 2000, ["high", "low"]),
        ("RULE ORDER", 60, ["mid", "high"]),
        ("COLLECT", 5, ["low", "mid"]),
        ("ANY", 20, "mid"),
    ],
)
def test_each_hit_policy_picks_from_the_matched_rules(policy: str, x: int, expected: Any) -> None:
    assert decide(policy, x).value == expected


@pytest.mark.parametrize(("aggregation", "expected"), [("SUM", 5), ("MIN", 2), ("MAX", 3), ("COUNT", 2)])
def test_collect_aggregates(aggregation: str, expected: int) -> None:
    rows = [("< 10", "2"), ("< 100", "3"), ("> 50", "7")]
    assert decide("COLLECT", 5, rows, outputs=["n"], aggregation=aggregation).value == Decimal(expected)


def test_two_hits_in_a_unique_table_are_an_error_that_names_both_rules() -> None:
    outcome = decide("UNIQUE", 60)
    assert outcome.value is None
    assert outcome.errors[0].code == "HIT_POLICY"
    assert "row 2 (rule r2) and row 3 (rule r3)" in str(outcome.errors[0])
    assert "file model.dmn, decision 'd'" in str(outcome.errors[0])


def test_rules_of_an_any_table_that_disagree_are_an_error_that_names_both() -> None:
    outcome = decide("ANY", 60)
    assert outcome.value is None
    assert "row 2 (rule r2) and row 3 (rule r3) give different outputs" in str(outcome.errors[0])


def test_rules_of_an_any_table_may_match_together_when_they_agree() -> None:
    rows = [("< 10", '"a"'), ("< 20", '"a"')]
    assert decide("ANY", 5, rows, outputs=["letter"]).value == "a"


def test_no_match_is_null_and_a_count_of_nothing_is_zero() -> None:
    assert decide("UNIQUE", 5000, ROWS[:1]).value is None
    assert decide("COLLECT", 5000, ROWS[:1], outputs=["n"], aggregation="COUNT").value == 0


def test_no_match_is_the_default_where_there_is_one_and_a_list_of_it_where_a_list_is_due() -> None:
    assert decide("FIRST", 5000, ROWS[:1], default='"none"').value == "none"
    assert decide("RULE ORDER", 5000, ROWS[:1], default='"none"').value == ["none"]


def test_several_outputs_make_a_context_of_the_callers_own() -> None:
    rows = [("-", '"a"', "1")]
    first = decide("UNIQUE", 1, rows, outputs=["letter", "n:number"]).value
    assert first == {"letter": "a", "n": Decimal(1)}


def test_priority_weighs_the_first_output_most() -> None:
    xml = table_xml(
        ["x"], ["a", "b"], [("-", "2", '"y"'), ("-", "1", '"z"'), ("-", "1", '"y"')], policy="PRIORITY",
        allowed={"a": "1,2", "b": '"y","z"'},
    )  # fmt: skip
    assert evaluate(xml, "d", {"x": 1}).value == {"a": 1, "b": "y"}


def test_priority_without_output_values_is_a_problem_of_the_model() -> None:
    outcome = evaluate(table_xml(["x"], ["a"], [("-", "2")], policy="PRIORITY"), "d", {"x": 1})
    assert outcome.value is None
    assert "Expected output values" in str(outcome.errors[0])


def test_outputs_of_different_kinds_cannot_be_summed() -> None:
    outcome = decide("COLLECT", 5, [("-", "1"), ("-", '"a"')], outputs=["n"], aggregation="SUM")
    assert outcome.value is None
    assert "found number, string" in str(outcome.errors[0])


def test_an_output_outside_the_output_values_is_null_with_a_warning_that_names_its_cell() -> None:
    outcome = decide("FIRST", 5, [("-", '"huge"')])
    assert outcome.value is None
    assert (outcome.warnings[0].place.row, outcome.warnings[0].place.column) == (1, "out")
