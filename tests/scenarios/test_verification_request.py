"""Journeys through verification_request: 30 days to ask, 30 days to decide (order 2020-3, article 20), by the pages."""

from tests.bank import Bank

ANSWERS = {
    "accept": {"noDirectInterest": "true", "filesTaken": "true"},
    "investigate": {
        "procedureRight": "yes",
        "limitsKept": "yes",
        "resultRight": "no",
        "verificationFindings": "结果有误",
    },
    "decide": {"verificationDecision": "changed", "verificationBasis": "依据与理由"},
    "tell": {"noticeWay": "letter", "noticeAt": "2026-01-20T10:00", "proofNumber": "EMS-1"},
}


def request(house: Bank, days: int) -> None:
    house.desk.start("verification_request", complaintNumber="TS-2026-000001", daysSinceDecision=days)


def test_a_request_in_time_is_investigated_decided_and_told(house: Bank) -> None:
    request(house, 30)
    for step, answers in ANSWERS.items():
        house.work(step, **answers)
    assert house.open_steps() == []


def test_a_request_after_30_days_is_refused_and_told(house: Bank) -> None:
    request(house, 31)
    assert house.open_steps() == ["refuse"]


def test_day_25_warns_and_day_30_escalates_while_the_work_goes_on(house: Bank) -> None:
    request(house, 3)
    house.wait(days=25)
    house.wait(days=5)
    assert house.notices() == [
        ("step_overdue", ["consumer_protection", "risk_compliance"]),
        ("step_overdue", ["consumer_protection", "senior_management"]),
    ]
    assert house.open_steps() == ["accept"]
