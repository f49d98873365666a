"""A complaint is hidden from whom it is about (回避), whatever else lets them see complaints; and never strands."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.domain.actor import Actor
from app.services.authenticate_password import find_actor
from app.services.change_person import PersonWish, change_person
from app.services.merge_complaints import merge_complaints
from app.services.name_respondent import name_respondent
from app.services.tell_of_stranded_tasks import tell_of_stranded_tasks
from app.services.transfer_task import transfer_task
from app.storage.access_events import REFUSED, AccessEventRow
from app.storage.audit import AuditRow
from app.storage.complaint_recusals import ComplaintRecusalRow
from app.storage.notices import NoticeRow
from app.storage.people import write_person
from app.storage.units import write_unit
from app.storage.user_tasks import UserTaskRow
from tests.bank import CSRF, Bank, post
from tests.scenarios.test_access_pages import exported, numbers_in

ORGANISER = Actor("duxin", scopes=frozenset({"organise"}))
HEADERS = {"X-CSRF-Token": CSRF}


@pytest.fixture
def bank(house: Bank) -> Bank:
    """Two complaints at the credit cards' desk, the second about Zhang Min, who works there."""
    house.file(description="年费重复收取第一笔")
    house.file(description="年费重复收取第二笔", respondentStaff="张敏")
    for task in house.desk.open_tasks():
        house.work_task(task.key, accepted="yes")
    return house


FIRST, SECOND = "TS-2026-000001", "TS-2026-000002"


def someone(bank: Bank, username: str) -> Actor:
    with bank.desk.runtime.reading() as connection:
        found = find_actor(connection, username, bank.desk.clock.now())
    assert found is not None
    return found


def task_of(bank: Bank, number: str) -> int:
    key = bank.complaint(number).instance_key
    (task,) = [row for row in bank.desk.open_tasks() if row.root_key == key]
    return int(task.key)


def found_everywhere(browser: FlaskClient) -> list[set[str]]:
    """The complaints' numbers in each list that the person can ask for."""
    asked: dict[str, Any] = {"json": {}, "headers": HEADERS}
    return [
        numbers_in(browser.get("/complaints").text),
        numbers_in(browser.get("/complaints", query_string={"q": "年费重复收取"}).text),
        numbers_in(browser.get("/api/complaints").text),
        numbers_in(browser.get("/api/deadlines", query_string={"before": "2027-01-01T00:00:00Z"}).text),
        numbers_in(browser.get("/inbox?view=groups").text) | numbers_in(browser.get("/inbox?view=mine").text),
        numbers_in(browser.post("/v2/user-tasks/search", **asked).text),
        exported(browser),
    ]


def test_no_list_search_export_or_interface_shows_it_to_whom_it_is_about(bank: Bank) -> None:
    with bank.person("zhangmin") as browser:
        assert found_everywhere(browser) == [{FIRST}] * 7
        assert '"groups":"1"' in browser.get("/inbox/changes").text.replace(" ", "")
    with bank.person("zhaolei") as browser:
        assert numbers_in(browser.get("/complaints").text) == {FIRST, SECOND}


@pytest.mark.parametrize("path", ["/complaints/{}", "/complaints/{}/timeline", "/api/complaints/{}"])
def test_its_page_is_refused_in_the_words_that_strangers_hear_and_the_refusal_is_on_record(
    bank: Bank, path: str
) -> None:
    with bank.person("zhangmin") as browser:
        answer = browser.get(path.format(SECOND))
        assert answer.status_code == 403
        assert "respondent" not in answer.text
    assert bank.desk.rows(AccessEventRow, kind=REFUSED)[-1].actor == "zhangmin"


def test_its_task_is_not_there_for_whom_it_is_about(bank: Bank) -> None:
    key = task_of(bank, SECOND)
    with bank.person("zhangmin") as browser:
        assert browser.get(f"/tasks/{key}").status_code == 404
        assert post(browser, f"/tasks/{key}/claim").status_code == 404
        assert browser.get(f"/v2/user-tasks/{key}").status_code == 404
        assert browser.post(f"/v2/user-tasks/{key}/completion", json={}, headers=HEADERS).status_code == 404
        asked: dict[str, Any] = {"json": {}, "headers": HEADERS}
        assert browser.post(f"/v2/user-tasks/{key}/variables/search", **asked).status_code == 404
        comment: dict[str, Any] = {"json": {"text": "?"}, "headers": HEADERS}
        assert browser.post(f"/api/tasks/{key}/comments", **comment).status_code == 404


def test_an_office_that_sees_everything_does_not_see_what_is_about_itself(bank: Bank) -> None:
    number = bank.file(respondentStaff="admin")
    instance_key = bank.complaint(number).instance_key
    with bank.person("admin") as browser:
        assert numbers_in(browser.get("/complaints").text) == {FIRST, SECOND}
        assert browser.get(f"/v2/process-instances/{instance_key}").status_code == 404
        wanted = {"filter": {"processInstanceKey": str(instance_key)}}
        for what in ("variables", "user-tasks", "element-instances", "process-instances", "decision-instances"):
            found = browser.post(f"/v2/{what}/search", json=wanted, headers=HEADERS).get_json()
            assert found["items"] == [], what


def test_the_superiors_of_who_behaved_badly_see_nothing_either_as_the_table_says(house: Bank) -> None:
    unit = {"id": "cards", "kind": "department", "name_zh": "卡", "name_en": "Cards", "parent_id": None}
    house.desk.perform(lambda work: write_unit(work.connection, {**unit, "head": "sunhong", "calendar": None}))
    place = {"username": "zhangmin", "unit_id": "cards", "superior": "zhouqiang", "calendar": None}
    house.desk.perform(lambda work: write_person(work.connection, place))
    number = house.file(complaintType="service_attitude", respondentStaff="张敏")
    rows = {row.username: row.source for row in house.desk.rows(ComplaintRecusalRow) if row.hidden}
    assert rows == {"zhangmin": "named", "zhouqiang": "line", "sunhong": "line"}
    with house.person("zhouqiang") as browser:
        assert browser.get(f"/complaints/{number}").status_code == 403
    house.desk.perform(change_person, ORGANISER, "zhangmin", PersonWish("张敏", None, "cards", "liuyang"))
    assert {row.username for row in house.desk.rows(ComplaintRecusalRow)} == {"zhangmin", "liuyang", "sunhong"}


def test_compliance_says_whom_it_is_about_and_whom_not(bank: Bank) -> None:
    with bank.person("zhaolei") as browser:
        said = {"username": "zhangmin", "respondent": "no", "reason": "同名，另有其人"}
        assert post(browser, f"/complaints/{SECOND}/recusals", said).status_code == 302
        wish: dict[str, Any] = {"json": {"respondent": True, "reason": "本人承认"}, "headers": HEADERS}
        rows = browser.put(f"/api/complaints/{SECOND}/recusals/wangwei", **wish).get_json()
        page = browser.get(f"/complaints/{SECOND}/recusals").text
        nobody = browser.put(f"/api/complaints/{SECOND}/recusals/nobody", **wish)
    assert {(row["username"], row["source"], row["hidden"]) for row in rows} == {
        ("wangwei", "chosen", True),
        ("zhangmin", "cleared", False),
    }
    assert "不可查看" in page
    assert nobody.status_code == 400


def test_who_is_cleared_sees_it_again_and_who_is_named_does_not(bank: Bank) -> None:
    zhaolei = someone(bank, "zhaolei")
    bank.desk.perform(name_respondent, zhaolei, SECOND, "zhangmin", is_respondent=False, reason="同名")
    bank.desk.perform(name_respondent, zhaolei, FIRST, "zhangmin", is_respondent=True, reason="13800138000 来电")
    with bank.person("zhangmin") as browser:
        assert found_everywhere(browser) == [{SECOND}] * 7
    assert bank.desk.rows(AuditRow, actor="zhaolei", entity="RESOURCE")[-1].details["respondent"] == "zhangmin"
    assert "13800138000" not in str(bank.desk.rows(AccessEventRow))
    with bank.person("lina") as browser:
        assert browser.get(f"/api/complaints/{SECOND}/recusals").get_json() == []
        assert "zhangmin" not in browser.get(f"/api/complaints/{SECOND}").text
        wish: dict[str, Any] = {"json": {"respondent": True, "reason": "?"}, "headers": HEADERS}
        assert browser.put(f"/api/complaints/{FIRST}/recusals/wangwei", **wish).status_code == 403


def test_a_merged_complaint_stays_hidden(bank: Bank) -> None:
    bank.desk.perform(merge_complaints, someone(bank, "zhaolei"), FIRST, SECOND, document="同一事实")
    with bank.person("zhangmin") as browser:
        assert numbers_in(browser.get("/complaints").text) == set()


def test_a_task_that_only_recused_people_could_do_is_told_of_once_and_can_be_given_on(bank: Bank) -> None:
    key = task_of(bank, SECOND)
    assert bank.desk.perform(tell_of_stranded_tasks) == 1
    assert bank.desk.perform(tell_of_stranded_tasks) == 0
    told = {row.recipient for row in bank.desk.rows(NoticeRow, template="task_notice")}
    assert "sunhong" in told
    assert "zhangmin" not in told
    bank.desk.perform(transfer_task, someone(bank, "sunhong"), key, "lina", reason="张敏回避")
    assert bank.desk.row(UserTaskRow, key=key).assignee == "lina"


def test_while_somebody_else_is_there_nothing_is_told(bank: Bank) -> None:
    zhaolei = someone(bank, "zhaolei")
    bank.desk.perform(name_respondent, zhaolei, SECOND, "zhangmin", is_respondent=False, reason="同名")
    assert bank.desk.perform(tell_of_stranded_tasks) == 0
