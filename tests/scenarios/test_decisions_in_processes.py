"""What a process does when a table has no answer, or no sound one."""

from __future__ import annotations

from app.storage.decision_instances import DecisionInstanceRow
from app.storage.incidents import IncidentRow
from tests.conformance.drawing import activity, process, zeebe
from tests.desk import Desk, work_for
from tests.unit.dmn.tables import table_xml

ASK = process(
    activity("businessRuleTask", "ask", ext=(zeebe("calledDecision", decisionId="d", resultVariable="unit"),)),
    work_for("after"),
    flows="s -> ask -> after -> e",
)


def test_a_table_without_a_matching_rule_gives_null_and_the_process_goes_on(desk: Desk) -> None:
    desk.deploy(ASK, routing__dmn=table_xml(["kind:string"], ["unit:string"], [('"fee"', '"branch"')]))
    key = desk.start(kind="fraud")
    assert desk.variables(key)["unit"] is None
    assert [row.element_id for row in desk.open_tasks()] == ["after"]
    row = desk.row(DecisionInstanceRow)
    assert (row.state, row.result, row.rules) == ("EVALUATED", None, [])


def test_two_rules_of_a_unique_table_are_an_incident_that_names_them(desk: Desk) -> None:
    rows = [('"fee"', '"branch"'), ("-", '"hq"')]
    desk.deploy(ASK, routing__dmn=table_xml(["kind:string"], ["unit:string"], rows))
    desk.start(kind="fee")
    incident = desk.row(IncidentRow)
    assert (incident.element_id, incident.error_type) == ("ask", "DECISION_EVALUATION_ERROR")
    assert "r1" in incident.message
    assert "r2" in incident.message
    assert (desk.row(DecisionInstanceRow).state, desk.open_tasks()) == ("FAILED", [])
