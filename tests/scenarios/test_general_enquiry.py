"""Journeys through general_enquiry: accept, review, archive (R32), by the pages."""

from tests.bank import Bank

ARCHIVED = {"answerWay": "phone", "answerNote": "已答复"}


def test_an_enquiry_takes_three_steps(house: Bank) -> None:
    number = house.file(complaintType="enquiry")
    assert house.work("accept", answer="答复意见") == "lina"
    assert house.work("review", reviewDecision="approve") == "wangwei"
    house.work("archive", **ARCHIVED)
    assert (house.complaint(number).status, house.open_steps()) == ("archived", [])


def test_an_answer_the_supervisor_returns_is_written_again(house: Bank) -> None:
    house.file(complaintType="enquiry")
    house.work("accept", answer="答复意见")
    house.work("review", reviewDecision="reject", reviewComment="依据不足")
    assert house.open_steps() == ["accept"]
    house.work("accept", answer="补充依据")
    house.work("review", reviewDecision="approve")
    assert house.open_steps() == ["archive"]


def test_a_review_past_48_hours_is_told_to_the_supervisor_and_above(house: Bank) -> None:
    house.file(complaintType="enquiry")
    house.work("accept", answer="答复意见")
    house.wait(hours=48)
    assert house.notices() == [("step_overdue", ["customer_service_supervisors", "consumer_protection"])]
