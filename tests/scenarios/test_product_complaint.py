"""Journeys through product_complaint: who resolves it, liability, call-back (R45, R46, R66), by the pages."""

from tests.bank import Bank

RESOLVED = {"resolution": "repair", "handling": "已更换部件"}
LIABLE = {"liableDepartment": "quality", "rootCause": "facilities", "correctiveAction": "加强检验"}


def accepted(house: Bank, kind: str) -> str:
    number = house.file(complaintType=kind, orderNumber="A-1")
    house.work("accept", firstAttribution="初步归因")
    return number


def test_a_quality_problem_goes_to_the_head_of_product_and_is_called_back(house: Bank) -> None:
    number = accepted(house, "product_quality")
    house.work("product_head", **RESOLVED)
    house.work("liability", **LIABLE)
    house.work("call_back", customerSatisfied="yes", satisfactionScore="5")
    assert house.complaint(number).status == "closed"


def test_anything_else_goes_to_technical_support(house: Bank) -> None:
    accepted(house, "logistics")
    assert house.groups_of("technical") == ["technical_support"]


def test_a_customer_who_is_not_satisfied_starts_it_again(house: Bank) -> None:
    accepted(house, "logistics")
    house.work("technical", **RESOLVED)
    house.work("liability", **LIABLE)
    house.work("call_back", customerSatisfied="no", satisfactionScore="1")
    assert house.open_steps() == ["accept"]


def test_a_department_is_reminded_after_24_hours_and_management_told_after_48(house: Bank) -> None:
    accepted(house, "product_quality")
    house.wait(hours=24)
    assert house.notices() == [("step_overdue", ["product_heads", "product_heads"])]
    house.wait(hours=24)
    assert house.notices()[1:] == [("step_overdue", ["product_heads", "senior_management"])]
