"""Registering at the counter: which deadlines will start, and what the form viewer is answered."""

from __future__ import annotations

from app.services.create_account import create_account
from app.storage.clocks import ClockRow
from app.storage.complaints import ComplaintRow
from tests.bank import COMPLAINT, Bank, post

JSON = {"Accept": "application/json"}


def test_the_deadlines_that_are_told_are_those_that_start(house: Bank) -> None:
    with house.person("lina") as browser:
        told = post(browser, "/complaints/new/clocks", COMPLAINT).text
        assert (house.desk.rows(ComplaintRow), house.desk.rows(ClockRow)) == ([], [])
        post(browser, "/complaints/new", COMPLAINT)
    started = [row.definition["nameZh"] for row in house.desk.rows(ClockRow, event="received")]
    assert started != []
    assert [name for name in started if name not in told] == []


def test_no_deadline_is_told_before_the_answers_decide_it(house: Bank) -> None:
    with house.person("lina") as browser:
        assert post(browser, "/complaints/new/clocks", COMPLAINT | {"channel": ""}).text.strip() == ""


def test_who_may_not_register_is_told_no_deadline(house: Bank) -> None:
    house.desk.perform(create_account, "reader", display_name="R", roles=["auditor"])
    with house.person("reader") as browser:
        assert post(browser, "/complaints/new/clocks", COMPLAINT).status_code == 403


def test_the_viewer_is_answered_with_errors_by_field_and_with_the_next_page(house: Bank) -> None:
    with house.person("lina", "en") as browser:
        refused = post(browser, "/complaints/new", COMPLAINT | {"customerEmail": "wang@nowhere"}, headers=JSON)
        assert (refused.status_code, list(refused.get_json()["fields"])) == (422, ["customerEmail"])
        taken = post(browser, "/complaints/new", COMPLAINT, headers=JSON)
    assert taken.get_json() == {"next": f"/complaints/{house.desk.row(ComplaintRow).number}"}


def test_a_task_is_answered_alike(house: Bank) -> None:
    house.file()
    key = house.desk.open_task("register")
    with house.person("lina") as browser:
        post(browser, f"/tasks/{key}/claim")
        assert post(browser, f"/tasks/{key}", {}, headers=JSON).get_json() == {
            "fields": {"accepted": ["请填写是否受理"]}
        }
        assert post(browser, f"/tasks/{key}", {"accepted": "yes"}, headers=JSON).get_json() == {"next": "/inbox"}
    assert house.open_steps() == ["verify"]
