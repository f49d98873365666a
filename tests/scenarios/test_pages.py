"""What the pages promise: who comes in, what is refused, what is never shown, and both languages."""

from __future__ import annotations

import re

import pytest

from app.services.create_account import create_account
from app.storage.complaints import ComplaintRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import COMPLAINT, CSRF, Bank, post
from tests.desk import Desk

PAGES = ("/inbox", "/inbox?view=groups", "/inbox?view=done", "/complaints", "/complaints/new")


@pytest.mark.parametrize("path", [*PAGES, "/tasks/1", "/complaints/TS-2026-000001"])
def test_a_stranger_is_sent_to_the_sign_in_page(house: Bank, path: str) -> None:
    answer = house.app.test_client().get(path)
    assert (answer.status_code, answer.location.split("?")[0]) == (302, "/login")


def test_a_person_signs_in_with_a_password_and_comes_where_they_wanted(house: Bank, desk: Desk) -> None:
    desk.perform(create_account, "mei", display_name="梅", password="correct horse", roles=["clerk"])
    browser = house.app.test_client()
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/login?next=/complaints").text)
    assert found
    form = {"csrf_token": found[1], "username": "mei", "next": "/complaints"}
    wrong = browser.post("/login", data=form | {"password": "wrong"})
    assert (wrong.status_code, "用户名或密码不正确" in wrong.text) == (401, True)
    right = browser.post("/login", data=form | {"password": "correct horse"})
    assert (right.status_code, right.location) == (302, "/complaints")
    assert "梅" in browser.get("/complaints").text


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/portal/x\r\nX: 1"]
)
def test_signing_in_never_leads_to_another_site(house: Bank, target: str) -> None:
    with house.person("lina") as browser:
        assert browser.get("/login", query_string={"next": target}).location == "/inbox"
        chosen = post(browser, "/language", {"language": "en", "next": target})
        assert (chosen.status_code, chosen.location) == (302, "/inbox")


@pytest.mark.parametrize("path", ["/complaints/new", "/tasks/1", "/tasks/1/claim", "/tasks/1/release", "/logout"])
def test_an_unsafe_request_without_the_token_is_refused(house: Bank, path: str) -> None:
    with house.person("lina") as browser:
        assert browser.post(path, data={**COMPLAINT, "csrf_token": "another"}).status_code == 403
    assert house.desk.rows(ComplaintRow) == []


def test_a_task_of_another_group_is_not_there(house: Bank) -> None:
    house.file()
    key = house.desk.open_task("register")
    with house.person("zhangmin") as browser:
        assert browser.get(f"/tasks/{key}").status_code == 404
        assert post(browser, f"/tasks/{key}/claim").status_code == 404
        assert post(browser, f"/tasks/{key}", {"accepted": "yes"}).status_code == 404


def test_the_second_who_claims_is_told(house: Bank) -> None:
    house.file()
    key = house.desk.open_task("register")
    with house.person("lina") as browser:
        assert post(browser, f"/tasks/{key}/claim").status_code == 302
        second = post(browser, f"/tasks/{key}/claim")
    assert (second.status_code, "已有他人先行处理" in second.text) == (409, True)


def test_a_task_given_back_waits_for_its_group_again(house: Bank) -> None:
    house.file()
    key = house.desk.open_task("register")
    with house.person("lina") as browser:
        post(browser, f"/tasks/{key}/claim")
        assert "TS-2026-000001" in browser.get("/inbox").text
        post(browser, f"/tasks/{key}/release")
        assert "TS-2026-000001" not in browser.get("/inbox").text.split("<main")[1]
        assert "TS-2026-000001" in browser.get("/inbox?view=groups").text
    assert house.desk.row(UserTaskRow, key=key).assignee is None


def test_wrong_answers_are_told_by_field_and_nothing_moves(house: Bank) -> None:
    house.file()
    key = house.desk.open_task("register")
    with house.person("lina", "en") as browser:
        post(browser, f"/tasks/{key}/claim")
        answer = post(browser, f"/tasks/{key}", {"accepted": "perhaps", "region": "moon", "assignee": "me"})
    assert answer.status_code == 422
    told = re.findall(r'<li><a href="#f-(\w+)">([^<]+)', answer.text)
    assert dict(told) == {
        "assignee": "The form has no field assignee",
        "accepted": "Accept the complaint? is not one of the choices",
        "region": "Region is not one of the choices",
    }
    assert house.open_steps() == ["register"]


def test_conditions_are_asked_of_the_server_as_one_types(house: Bank) -> None:
    with house.person("lina") as browser:
        shown = post(browser, "/complaints/new", COMPLAINT, headers={"X-Form-State": "1"}).json
        fraud = COMPLAINT | {"complaintType": "card_fraud"}
        after = post(browser, "/complaints/new", fraud, headers={"X-Form-State": "1"}).json
    assert shown is not None
    assert after is not None
    assert len(shown["hidden"]) == len(after["hidden"]) + 1
    assert house.desk.rows(ComplaintRow) == []


def test_personal_data_is_masked_and_markup_is_text(house: Bank) -> None:
    number = house.file(description="请回电 13911112222 <script>alert(1)</script>", place="<b>网点</b>")
    with house.person("lina") as browser:
        text = browser.get(f"/complaints/{number}").text
    assert "13911112222" not in text
    assert "13800138000" not in text
    assert "139****2222" in text
    assert "<script>alert" not in text
    assert "&lt;b&gt;网点" in text


def test_pages_run_no_inline_script_and_may_not_be_framed(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        for path in (*PAGES, f"/tasks/{house.desk.open_task('register')}"):
            answer = browser.get(path)
            assert answer.status_code == 200, path
            assert not re.search(r"<script(?![^>]*\bsrc=)|\son\w+=|javascript:|<style", answer.text), path
            policy = answer.headers["Content-Security-Policy"]
            assert "default-src 'self'" in policy
            assert "unsafe-eval" not in policy
            assert "frame-ancestors 'none'" in policy
            assert answer.headers["Cache-Control"] == "no-store"


def test_english_pages_have_no_chinese_but_names_and_the_language_switch(house: Bank) -> None:
    number = house.file(customerName="Wang", description="Annual fee charged twice")
    key = house.desk.open_task("register")
    with house.person("lina", "en") as browser:
        for path in (*PAGES, f"/complaints/{number}", f"/tasks/{key}", "/tasks/404"):
            text = browser.get(path).text.replace("中文", "")
            text = re.sub(r'<cite lang="zh-CN">[^<]*</cite>', "", text)  # a law is quoted by its own name
            text = re.sub(r"<select[^>]* data-people.*?</select>|李娜", "", text, flags=re.DOTALL)  # and so are people
            assert re.findall(r"[一-鿿]+", text) == [], path


def test_chinese_pages_have_no_english_words(house: Bank) -> None:
    number = house.file(description="年费重复收取")
    key = house.desk.open_task("register")
    allowed = {"Redress", "English", "TS", "lina", "CNY"}
    with house.person("lina") as browser:
        for path in (*PAGES, f"/complaints/{number}", f"/tasks/{key}"):
            text = re.sub(r"<kbd>[^<]*</kbd>", "", browser.get(path).text)  # keys are called alike everywhere
            text = re.sub(r"<select[^>]* data-people.*?</select>", "", text, flags=re.DOTALL)  # people have their names
            body = re.sub(r"<[^>]+>", " ", text.split("<body>")[1])
            assert set(re.findall(r"[A-Za-z]+", body)) <= allowed, path


def test_the_language_is_chosen_once_and_stays(house: Bank) -> None:
    with house.person("lina") as browser:
        answer = browser.post("/language", data={"csrf_token": CSRF, "language": "en", "next": "/complaints"})
        assert answer.location == "/complaints"
        assert '<html lang="en">' in browser.get("/inbox").text


def test_an_unknown_address_is_a_page_for_browsers_and_a_problem_for_programs(house: Bank) -> None:
    with house.person("lina") as browser:
        page = browser.get("/nowhere", headers={"Accept": "text/html"})
        told = browser.get("/v2/nowhere", headers={"Accept": "application/json"})
    assert (page.status_code, "没有找到内容" in page.text) == (404, True)
    assert (told.status_code, told.content_type) == (404, "application/problem+json")


def test_a_failure_speaks_english_only_on_english_pages(house: Bank) -> None:
    with house.person("lina") as browser:
        chinese = browser.get("/tasks/1")
        post(browser, "/language", {"language": "en"})
        english = browser.get("/tasks/1")
    assert (chinese.status_code, "没有找到内容" in chinese.text, "Expected" in chinese.text) == (404, True, False)
    assert "Expected a UserTask" in english.text


def test_an_empty_inbox_says_what_to_do_next(house: Bank) -> None:
    with house.person("zhouqiang") as browser:
        assert "查看组内待认领" in browser.get("/inbox").text
        assert "组内没有待认领的任务" in browser.get("/inbox?view=groups").text
