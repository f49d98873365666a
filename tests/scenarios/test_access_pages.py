"""Uncovering, recusal and the auditors' log at the pages and the API."""

from __future__ import annotations

import re
from datetime import timedelta
from io import BytesIO

from flask.testing import FlaskClient
from openpyxl import load_workbook

from app.services.create_account import create_account
from app.services.seed_demo import PEOPLE
from app.storage.access_events import AccessEventRow
from app.storage.people import write_person
from tests.bank import CSRF, Bank, post
from tests.desk import NOON

REVEAL = {"field": "customerPhone", "purpose": "contact_customer", "reason": "约客户核实时间"}


def take(house: Bank, username: str = "lina", **said: str) -> int:
    with house.person(username) as browser:
        return post(browser, f"/tasks/{house.desk.open_task('register')}/claim", said).status_code


def test_a_field_is_uncovered_on_the_page_of_the_complaint(house: Bank) -> None:
    number = house.file()
    assert take(house) == 302
    with house.person("lina") as browser:
        page = browser.get(f"/complaints/{number}").text
        assert "138****8000" in page
        assert "查看原文" in page
        assert post(browser, f"/complaints/{number}/reveals", REVEAL).status_code == 302
        assert "13800138000" in browser.get(f"/complaints/{number}").text
        assert post(browser, f"/complaints/{number}/reveals", {**REVEAL, "reason": ""}).status_code == 400
    with house.person("sunhong") as browser:
        assert "13800138000" not in browser.get(f"/complaints/{number}").text


def test_who_may_have_an_interest_is_asked_for_the_reason_when_claiming(house: Bank) -> None:
    place = {"unit_id": None, "calendar": None}
    house.desk.perform(lambda work: write_person(work.connection, {"username": "wangwei", "superior": "lina", **place}))
    house.file(respondentStaff="王伟")
    with house.person("lina") as browser:
        asked = post(browser, f"/tasks/{house.desk.open_task('register')}/claim")
    assert asked.status_code == 422
    assert "说明理由并认领" in asked.text
    assert take(house, reason="值班仅我一人") == 302
    assert house.desk.row(AccessEventRow, kind="recusal").reason == "值班仅我一人"


def test_auditors_see_who_looked_uncovered_and_was_refused_and_what_was_done(house: Bank) -> None:
    number = house.file()
    take(house)
    with house.person("lina") as browser:
        browser.get(f"/complaints/{number}")
        post(browser, f"/complaints/{number}/reveals", REVEAL)
    with house.person("liuyang") as browser:
        assert browser.get(f"/complaints/{number}").status_code == 403
        assert browser.get("/access-log").status_code == 403
    with house.person("zhouqiang") as browser:
        page = browser.get("/access-log", query_string={"complaint": number}).text
        for words in ("查看投诉", "联系客户: 约客户核实时间", "被拒绝", "GET /complaints/&lt;number&gt;", "手机号"):
            assert words in page
        only = browser.get("/access-log", query_string={"person": "liuyang", "complaint": number}).text
        assert "被拒绝" in only
        assert "联系客户" not in only.split("<table")[1]
        done = browser.get("/access-log", query_string={"view": "done", "complaint": number, "person": "lina"}).text
        assert "<code>ASSIGN</code>" in done
        assert "没有此类记录" in browser.get("/access-log", query_string={"complaint": "TS-1999-000001"}).text
        assert browser.get("/access-log", query_string={"since": "gestern"}).status_code == 400


def test_the_log_is_paged_without_losing_or_repeating_a_line(house: Bank) -> None:
    numbers = [house.file() for _ in range(3)]
    for number in numbers:
        for username in ("lina", "sunhong", "zhouqiang"):
            with house.person(username) as browser:
                browser.get(f"/complaints/{number}")
    house.desk.clock.move(timedelta(hours=1))
    house.desk.perform(
        create_account, "api", display_name="审计", password="long enough to keep", roles=("auditor",), groups=()
    )
    client = house.app.test_client()

    def ask(**query: object) -> list[dict[str, str]]:
        answer = client.get("/api/access-log", query_string=query, auth=("api", "long enough to keep"))
        assert answer.status_code == 200, answer.text
        return list(answer.json or [])

    assert len(ask(kind="viewed")) == 9
    assert [line["complaint"] for line in ask(kind="viewed", person="lina")] == numbers[::-1]
    assert ask(since=(NOON + timedelta(minutes=30)).isoformat()) == []
    assert len(ask(kind="viewed", limit=4)) == 4


def test_the_api_lists_reads_and_uncovers_as_the_pages_do(house: Bank) -> None:
    number = house.file()
    take(house)
    house.desk.perform(
        create_account, "other", display_name="旁人", password="long enough to keep", roles=("clerk",), groups=()
    )
    client = house.app.test_client()
    assert client.get("/api/complaints", auth=("other", "long enough to keep")).json == []
    assert client.get(f"/api/complaints/{number}", auth=("other", "long enough to keep")).status_code == 403
    with house.person("lina") as browser:
        (listed,) = browser.get("/api/complaints").json or []
        read = browser.get(f"/api/complaints/{number}").json or {}
        assert (listed["number"], read["fields"]["customerPhone"]) == (number, "138****8000")
        assert {"field": "customerPhone", "mayReveal": True, "until": None} in read["covered"]
        shown = browser.post(
            f"/api/complaints/{number}/reveals", json=REVEAL, headers={"X-CSRF-Token": "a token of this test"}
        )
        assert (shown.json or {})["value"] == "13800138000"


def test_list_detail_search_deadlines_and_export_agree_for_everybody(house: Bank) -> None:
    lines = ("credit_card", "debit_card", "wealth", "credit_card")
    numbers = [house.file(productLine=line, description=f"年费重复收取第{line}笔") for line in lines]
    for task in house.desk.open_tasks()[:3]:
        house.work_task(task.key, accepted="yes")
    house.desk.perform(create_account, "auditor", display_name="审计", roles=("auditor",), groups=())
    seen = {}
    for username in (*(person.username for person in PEOPLE), "auditor"):
        with house.person(username) as browser:
            by_page = numbers_in(browser.get("/complaints").text)
            assert numbers_in(browser.get("/complaints", query_string={"q": "年费重复收取"}).text) == by_page
            assert {one["number"] for one in browser.get("/api/complaints").json or []} == by_page
            late = browser.get("/api/deadlines", query_string={"before": "2027-01-01T00:00:00Z"}).json or []
            assert {one["number"] for one in late} == by_page
            assert {number for number in numbers if browser.get(f"/complaints/{number}").status_code == 200} == by_page
            assert exported(browser) == by_page
            tasks = browser.post("/v2/user-tasks/search", json={}, headers={"X-CSRF-Token": CSRF}).json or {}
            assert {task["businessId"] for task in tasks["items"]} <= by_page
        seen[username] = len(by_page)
    all_seeing = {"lina", "zhaolei", "sunhong", "zhouqiang", "admin", "auditor"}
    assert {name for name, count in seen.items() if count == 4} == all_seeing
    assert (seen["zhangmin"], seen["liuyang"]) == (1, 0)


def numbers_in(text: str) -> set[str]:
    return set(re.findall(r"TS-\d{4}-\d{6}", text))


def exported(browser: FlaskClient) -> set[str]:
    """The numbers in the workbook of one's list of complaints."""
    post(browser, "/lists/complaints/export")
    address = re.findall(r'href="(/exports/\d+)"', browser.get("/exports").text)[0]
    book = load_workbook(BytesIO(browser.get(address).data))
    return numbers_in(" ".join(str(cell.value) for row in book.worksheets[0].iter_rows() for cell in row))
