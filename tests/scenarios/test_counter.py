"""Registering at the counter: which deadlines will start, and what the form viewer is answered."""

from __future__ import annotations

import re

from flask.testing import FlaskClient

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


def test_a_page_that_is_sent_twice_registers_one_complaint_and_another_page_another(house: Bank) -> None:
    with house.person("lina") as browser:
        keys = [re.findall(r'name="_once" value="([^"]+)"', browser.get("/complaints/new").text)[0] for _ in range(2)]
        sent = [post(browser, "/complaints/new", COMPLAINT | {"_once": key}).location for key in (keys[0], *keys)]
        assert [sent[0] == one for one in sent] == [True, True, False]
        assert f"是投诉 {sent[0].rsplit('/', 1)[1]}" in browser.get("/complaints").text


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


PHONE = COMPLAINT["customerPhone"]


def word(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]+)"', page)
    assert found is not None, page
    return found[1]


def choose_known(browser: FlaskClient, **answers: str) -> str:
    """Find the customer by phone, choose it beside `answers`, and return the page."""
    options = post(browser, "/complaints/new/customers", {"_sought": PHONE}).text
    assert 'role="option"' in options
    return post(browser, "/complaints/new", answers | {"_choose": word(options, "_choose")}).text


def test_a_chosen_customer_fills_the_form_masked_and_shows_what_is_open(house: Bank) -> None:
    number = house.file()
    with house.person("lina") as browser:
        page = choose_known(browser, description="已经输入的内容")
    assert re.findall(r'name="customer(?:Name|Phone)"[^>]* value="([^"]*)"', page) == ["王**", "138****8000"]
    assert (PHONE in page.replace(f"+86{PHONE}", ""), "王小明" in page, "已经输入的内容" in page, number in page) == (
        False,
        False,
        True,
        True,
    )


def test_what_was_filled_in_is_filed_as_it_is_recorded(house: Bank) -> None:
    first = house.complaint(house.file())
    with house.person("lina") as browser:
        page = choose_known(browser)
        shown = {"customerName": "王**", "customerPhone": "138****8000", "_customer": word(page, "_customer")}
        filed = post(browser, "/complaints/new", COMPLAINT | shown, headers=JSON).get_json()
    second = house.complaint(filed["next"].rsplit("/", 1)[1])
    assert second.customer_key == first.customer_key
    sealed = house.desk.runtime.sealer.open(second.sealed, f"complaint.sealed:{second.key}")
    assert (PHONE in sealed, "王小明" in sealed, "*" in sealed) == (True, True, False)


def test_what_was_typed_over_is_filed_as_typed(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        page = choose_known(browser)
        typed = {"customerName": "王**", "customerPhone": "13900139000", "_customer": word(page, "_customer")}
        filed = post(browser, "/complaints/new", COMPLAINT | typed, headers=JSON).get_json()
    row = house.complaint(filed["next"].rsplit("/", 1)[1])
    sealed = house.desk.runtime.sealer.open(row.sealed, f"complaint.sealed:{row.key}")
    assert ("13900139000" in sealed, PHONE in sealed) == (True, False)


def test_nobody_chooses_a_customer_whom_another_found(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        stolen = word(post(browser, "/complaints/new/customers", {"_sought": PHONE}).text, "_choose")
    with house.person("wangwei") as browser:
        assert "138****" not in post(browser, "/complaints/new", {"_choose": stolen}).text
        refused = post(browser, "/complaints/new", COMPLAINT | {"customerPhone": "138****8000", "_customer": stolen})
    assert refused.status_code == 422


def test_another_customer_empties_what_was_filled_in_and_nothing_else(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        page = choose_known(browser)
        sent = {
            "_customer": word(page, "_customer"),
            "customerPhone": "138****8000",
            "description": "留下",
            "_forget": "1",
        }
        page = post(browser, "/complaints/new", sent).text
    assert ("138****" in page, "留下" in page, "data-chosen" in page) == (False, True, False)


def test_without_scripts_the_search_answers_with_the_page(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        page = post(browser, "/complaints/new/search", {"_sought": PHONE}).text
        nobody = post(browser, "/complaints/new/search", {"_sought": "13911112222"}).text
    assert ('name="_choose"' in page, 'name="_choose"' in nobody, "未找到客户" in nobody) == (True, False, True)
