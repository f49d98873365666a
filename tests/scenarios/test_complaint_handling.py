"""Journeys through complaint_handling: R37 to R43, R55 to R62, by the pages."""

from tests.bank import CONTACT, Bank

REGISTERED = {"accepted": "yes"}
VERIFIED = {
    "customerContacted": "true",
    "complexity": "simple",
    "findings": "已核对",
    "rootCause": "pricing",
}
SOLVED = {"resolution": "explanation", "proposal": "向客户说明收费规则"}
AGREED = {**CONTACT, "consent": "agreed", "consentNote": "客户同意"}
EXECUTED = {"executed": "true", "executionNote": "已执行"}


def verified(house: Bank, **changes: str) -> str:
    number = house.file(**changes)
    house.work("register", **REGISTERED)
    house.work("verify", **VERIFIED)
    return number


def executed(house: Bank) -> str:
    number = verified(house)
    house.work("propose", **SOLVED)
    house.work("communicate", **AGREED)
    house.work("execute", **EXECUTED)
    return number


def test_a_complaint_goes_through_all_six_steps_to_the_archive(house: Bank) -> None:
    number = executed(house)
    assert (house.complaint(number).status, house.open_steps()) == ("awaiting_customer", [])
    house.say("customer_confirmed", number)
    assert house.complaint(number).status == "closed"
    house.wait(hours=24)
    house.say("survey_answered", number, satisfactionScore=5)
    assert (house.complaint(number).status, house.open_steps()) == ("archived", [])


def test_card_fraud_goes_to_card_risk(house: Bank) -> None:
    house.file(complaintType="card_fraud", cardLastDigits="1234")
    house.work("register", **REGISTERED)
    assert house.groups_of("verify") == ["dept_card_risk"]


def test_what_intake_corrects_decides_who_gets_it(house: Bank) -> None:
    house.file()
    house.work("register", **REGISTERED, complaintType="debt_collection")
    assert house.groups_of("verify") == ["dept_collections"]


def test_a_large_compensation_waits_for_the_superior_who_may_return_it(house: Bank) -> None:
    verified(house)
    offer = {"resolution": "compensation", "compensationAmount": "5000", "proposal": "赔付"}
    house.work("propose", **offer)
    assert house.groups_of("approve") == ["branch_supervisors"]
    house.work("approve", approvalDecision="reject", approvalComment="金额过高")
    house.work("propose", **offer | {"compensationAmount": "1000"})
    assert house.open_steps() == ["communicate"]


def test_departments_that_are_asked_all_give_their_opinion(house: Bank) -> None:
    number = verified(house)
    house.work("propose", **SOLVED, needsCollaboration="true", collaborators=["dept_legal", "technical_support"])
    for task in house.desk.open_tasks():
        house.work_task(task.key, opinion="support")
    assert house.open_steps() == ["communicate"]
    opinions = house.desk.variables(house.complaint(number).instance_key)["opinions"]
    assert [(one["department"], one["opinion"]) for one in opinions] == [
        ("dept_legal", "support"),
        ("technical_support", "support"),
    ]


def test_a_first_review_that_nobody_does_is_told_to_owner_and_superior_after_24_hours(house: Bank) -> None:
    house.file()
    house.wait(hours=23, minutes=59)
    assert house.notices() == []
    house.wait(minutes=1)
    assert house.notices() == [("step_overdue", ["intake", "branch_supervisors"])]
    assert house.open_steps() == ["register"]


def test_any_step_is_told_after_48_hours_once(house: Bank) -> None:
    house.file()
    house.work("register", **REGISTERED)
    house.wait(hours=48)
    house.wait(hours=48)
    assert house.notices() == [("step_overdue", ["dept_credit_card", "consumer_protection"])]


def test_seven_days_without_objection_close_it(house: Bank) -> None:
    number = executed(house)
    house.wait(days=6, hours=23)
    assert house.complaint(number).status == "awaiting_customer"
    house.wait(hours=1)
    assert house.complaint(number).status == "closed"


def test_an_objection_brings_it_back_to_the_solution(house: Bank) -> None:
    number = executed(house)
    house.say("customer_objected", number)
    assert (house.open_steps(), house.complaint(number).status) == (["propose"], "in_progress")


def test_a_withdrawal_ends_it_the_same_moment(house: Bank) -> None:
    number = verified(house)
    house.say("complaint_withdrawn", number)
    complaint = house.complaint(number)
    assert (complaint.status, complaint.ended_at, house.open_steps()) == ("withdrawn", house.desk.clock.now(), [])


def test_a_refusal_is_told_with_its_reason(house: Bank) -> None:
    number = house.file()
    house.work("register", accepted="no", refusalReason="非本行客户")
    house.work("notify_refusal", noticeWay="phone", noticeAt="2026-01-05T15:00", noticeNote="已说明理由")
    assert house.complaint(number).status == "refused"


def test_a_silent_customer_is_called_and_a_bad_score_reaches_the_supervisor(house: Bank) -> None:
    number = executed(house)
    house.say("customer_confirmed", number)
    house.wait(hours=24)
    house.wait(days=7)
    house.work("call", satisfactionScore="2")
    assert house.work("follow_up", followUpNote="已致电说明") == "wangwei"
    assert house.complaint(number).status == "archived"
