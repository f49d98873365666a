"""Journeys through major_dispute: the seven steps of R33, countersigning, and the amount gate of R36, by the pages."""

from typing import Any

from app.services.read_earlier_answers import read_earlier_answers
from app.storage.clocks import ClockRow
from tests.bank import CONTACT, Bank

REVIEWED = {"reviewNote": "同意会签", "countersignDepartments": ["dept_wealth", "dept_legal", "dept_payments"]}


def dispute(house: Bank, amount: str) -> str:
    number = house.file(productLine="wealth", complaintType="mis_selling", amount=amount)
    house.work("accept", facts="事实与诉求", amount=amount)
    house.work("review", **REVIEWED)
    return number


def countersign(house: Bank, *opinions: dict[str, Any]) -> None:
    for task, opinion in zip(house.desk.open_tasks(), opinions, strict=False):
        house.work_task(task.key, **opinion)


SUPPORT = {"opinion": "support"}


def test_a_dispute_goes_through_all_steps(house: Bank) -> None:
    number = dispute(house, "80000")
    countersign(house, SUPPORT, SUPPORT, SUPPORT)
    assert house.work("compliance", complianceDecision="approve") == "zhaolei"
    assert house.work("management", managementDecision="approve") == "zhouqiang"
    house.work("communicate", **CONTACT, decisionNotice="处理决定", routesTold="true")
    house.work("close", executed="true", closingNote="归集完毕")
    assert house.complaint(number).status == "closed"


def test_the_communicated_decision_ends_its_clock_and_opens_the_customers(house: Bank) -> None:
    number = dispute(house, "80000")
    countersign(house, SUPPORT, SUPPORT, SUPPORT)
    house.work("compliance", complianceDecision="approve")
    house.work("management", managementDecision="approve")
    house.work("communicate", **CONTACT, decisionNotice="处理决定", routesTold="true")
    clocks = {row.clock_id: row for row in house.desk.rows(ClockRow, complaint_key=house.complaint(number).key)}
    assert clocks["cn_decision"].ended_at is not None
    assert clocks["cn_review_request"].ended_at is None


def test_more_than_100000_passes_the_branch_risk_department(house: Bank) -> None:
    dispute(house, "100000.01")
    assert house.groups_of("branch_risk") == ["branch_risk"]
    house.work("branch_risk", branchRiskDecision="approve")
    assert house.open_steps() == ["countersign"] * 3


def test_100000_itself_does_not(house: Bank) -> None:
    dispute(house, "100000")
    assert house.open_steps() == ["countersign"] * 3


def test_one_objection_ends_the_round_and_returns_it_to_the_review(house: Bank) -> None:
    dispute(house, "80000")
    assert sorted(task.candidate_groups[0] for task in house.desk.open_tasks()) == [
        "dept_legal",
        "dept_payments",
        "dept_wealth",
    ]
    countersign(house, SUPPORT, {"opinion": "object", "opinionComment": "责任未查清"})
    assert house.open_steps() == ["review"]


def test_what_compliance_and_management_return_goes_one_level_back(house: Bank) -> None:
    dispute(house, "80000")
    countersign(house, SUPPORT, SUPPORT, SUPPORT)
    house.work("compliance", complianceDecision="approve")
    house.work("management", managementDecision="reject", managementComment="补充审查")
    assert house.open_steps() == ["compliance"]
    house.work("compliance", complianceDecision="reject", complianceComment="退回初审")
    assert house.open_steps() == ["review"]


def test_a_first_review_past_24_hours_is_told_to_owner_and_superior(house: Bank) -> None:
    house.file(productLine="wealth", complaintType="mis_selling", amount="80000")
    house.work("accept", facts="事实与诉求", amount="80000")
    house.wait(hours=24)
    assert house.notices() == [("step_overdue", ["branch_supervisors", "consumer_protection"])]


def test_who_decides_sees_each_members_opinion_though_all_are_alike(house: Bank) -> None:
    number = dispute(house, "80000")
    countersign(house, SUPPORT, SUPPORT, SUPPORT)
    with house.desk.runtime.reading() as connection:
        steps = read_earlier_answers(connection, house.complaint(number).instance_key)
    opinions = [one for one in steps if one.element_id == "countersign"]
    assert len(opinions) == 3
