"""The lists people live in: what filters and words find, what is saved and exported, and what is done at once."""

from __future__ import annotations

import io
import re
from typing import Any

from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import delete

from app.domain.actor import Actor
from app.services.assign_user_task import assign_user_task
from app.services.create_account import create_account
from app.services.export_list import ask_for_export, run_export
from app.services.index_stored_complaints import index_stored_complaints
from app.services.read_inbox import InboxWish, read_inbox
from app.storage.audit import AuditRow
from app.storage.complaint_fields import ComplaintFieldRow
from app.storage.complaint_grams import ComplaintGramRow
from app.storage.list_exports import ListExportRow
from app.storage.saved_views import SavedViewRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank, post
from tests.desk import BOSS, Desk


def numbers(browser: FlaskClient, path: str) -> list[str]:
    """The complaints on a list's page, in order."""
    text = browser.get(path).text
    return list(dict.fromkeys(re.findall(r">(TS-\d{4}-\d{6})<", text.split("<main")[1])))


FILTERS = {
    "status=pending": [1, 2],
    "status=closed": [],
    "product=credit_card": [1],
    "type=service_attitude": [2],
    "channel=branch": [2],
    "amount_from=1000&amount_to=2000": [1],
    "amount_from=1,000&amount_to=2,000": [1],
    "received_from=2026-01-05&received_to=2026-01-05": [1, 2],
    "received_to=2026-01-04": [],
    "due_to=2026-01-04": [],
    "overdue=1": [],
    "severity=critical": [2],
    "field=region%3Deast": [1, 2],
    "field=region%3Dwest": [],
    "field=region%3Deast&field=urgency%3Dnormal": [1, 2],
    "product=credit_card&type=service_attitude": [],
}


def test_filters_mean_the_same_for_tasks_and_for_complaints(house: Bank) -> None:
    house.file()
    house.file(complaintType="service_attitude", productLine="deposit", channel="branch", amount="6000000")
    with house.person("lina") as browser:
        for asked, expected in FILTERS.items():
            wanted = [f"TS-2026-{number:06d}" for number in expected]
            assert sorted(numbers(browser, f"/inbox?view=groups&{asked}")) == wanted, asked
            assert sorted(numbers(browser, f"/complaints?{asked}")) == wanted, asked


def test_tasks_are_found_by_step_process_group_and_person(house: Bank, desk: Desk) -> None:
    house.file()
    key = desk.open_task("register")
    with house.person("lina") as browser:
        found = "TS-2026-000001"
        for asked in ("step=register", "process=complaint_handling", "group=intake"):
            assert numbers(browser, f"/inbox?view=groups&{asked}") == [found], asked
        for asked in ("step=verify", "process=general_enquiry", "group=dept_legal", "assignee=lina"):
            assert numbers(browser, f"/inbox?view=groups&{asked}") == [], asked
        post(browser, f"/tasks/{key}/claim")
        assert numbers(browser, "/inbox?view=mine&assignee=lina") == [found]


def test_words_are_found_as_the_screen_shows_them_and_nothing_else_is(house: Bank) -> None:
    number = house.file(description="年费重复收取，请致电 13911112222 办理 refund")
    house.file(description="柜台排队时间过长", productLine="deposit")
    with house.person("lina") as browser:
        for words in ("重复收取", "年费 refund", "信用卡", number, "000001", "1", number.lower()):
            assert numbers(browser, f"/complaints?q={words}") == [number], words
            assert numbers(browser, f"/inbox?view=groups&q={words}") == [number], words
        for words in ("13911112222", "王小明", "13800138000", "收取年费"):
            assert numbers(browser, f"/complaints?q={words}") == [], words
        assert "请输入至少两个汉字" in browser.get("/complaints?q=年").text


def test_the_index_of_words_holds_none(house: Bank) -> None:
    house.file()
    rows = house.desk.rows(ComplaintGramRow)
    assert len(rows) > 4
    assert all(0 <= row.gram < 2**31 for row in rows)


def test_complaints_stored_before_the_index_are_indexed_once(house: Bank, desk: Desk) -> None:
    number = house.file()
    tables = (ComplaintGramRow, ComplaintFieldRow)
    before = [house.desk.rows(table) for table in tables]
    with desk.runtime.unit_of_work() as work:
        for table in tables:
            work.connection.execute(delete(table))
    with house.person("lina") as browser:
        assert numbers(browser, "/complaints?q=重复收取") == []
        assert [index_stored_complaints(desk.runtime) for _ in range(2)] == [1, 1]
        assert numbers(browser, "/complaints?q=重复收取") == [number]
    assert [house.desk.rows(table) for table in tables] == before


def test_a_search_shows_nothing_that_is_not_ones_own_to_see(house: Bank, desk: Desk) -> None:
    house.file()
    desk.perform(create_account, "stranger", display_name="外", roles=["clerk"], groups=["dept_legal"])
    with house.person("stranger") as browser:
        for path in (
            "/complaints",
            "/complaints?q=重复收取",
            "/complaints?q=TS-2026-000001",
            "/inbox?q=重复收取&view=groups",
        ):
            assert numbers(browser, path) == [], path


def test_what_an_address_says_wrongly_is_told_at_its_field(house: Bank) -> None:
    wrong = "amount_from=lots&received_from=2026-13-01&due_from=2026-02-02&due_to=2026-01-01&field=customerName%3D王"
    with house.person("lina", "en") as browser:
        text = browser.get(f"/complaints?{wrong}").text
        after = browser.get("/inbox?view=groups&sort=priority&after=nonsense")
        assert browser.get("/complaints?q=%00").status_code == 400
        assert post(browser, "/lists/tasks/views", {"name": "a\x00b"}).status_code == 400
    told = re.findall(r'id="w-(\w+)-error">([^<]+)', text)
    assert dict(told) == {
        "amount_from": "Enter a number, such as 1000",
        "received_from": "Enter a day, such as 2026-01-31",
        "due_to": "The end lies before the beginning",
        "field": "This field is sealed; complaints cannot be found by it",
    }
    assert after.status_code == 400


def test_tasks_come_in_the_order_asked_for(house: Bank, desk: Desk) -> None:
    house.file()
    desk.move(minutes=1)
    house.file(urgency="urgent", complaintType="card_fraud", cardLastDigits="1234", amount="900000")
    first, second = "TS-2026-000001", "TS-2026-000002"
    with house.person("lina") as browser:
        assert numbers(browser, "/inbox?view=groups&sort=priority") == [second, first]
        assert numbers(browser, "/inbox?view=groups&sort=oldest") == [first, second]
        assert numbers(browser, "/inbox?view=groups&sort=newest") == [second, first]


def test_done_watched_and_supervised_tasks_have_their_views(house: Bank, desk: Desk) -> None:
    house.file()
    house.work("register", accepted="yes")
    with house.person("lina") as browser:
        assert numbers(browser, "/inbox?view=done") == ["TS-2026-000001"]
        assert "没有抄送给您的任务" in browser.get("/inbox?view=watching").text


def test_superiors_see_the_work_below_them_and_stand_ins_that_of_the_absent(house: Bank, desk: Desk) -> None:
    house.file()
    house.file()
    desk.perform(assign_user_task, BOSS, desk.open_tasks()[0].key, "lina")

    def held(view: str, **standing: Any) -> int:
        someone = Actor("someone", scopes=frozenset({"work"}), **standing)
        with desk.runtime.reading() as connection:
            return len(read_inbox(desk.runtime, connection, someone, InboxWish(view), limit=9).tasks)

    assert held("supervised") == 0
    assert held("supervised", supervises=frozenset({"lina"})) == 2
    absent = {"stands_in_for": frozenset({"lina"}), "lent_groups": frozenset({("intake", "lina")})}
    assert (held("groups", **absent), held("mine", **absent)) == (2, 0)


def test_a_view_is_saved_shared_with_a_group_counted_and_deleted_by_its_owner_alone(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        form = {"view": "groups", "product": "credit_card", "name": "信用卡投诉", "shared_with": "customer_service"}
        assert post(browser, "/lists/tasks/views", form).status_code == 302
        (view,) = house.desk.rows(SavedViewRow)
        assert browser.get("/lists/tasks/counts").json == {str(view.key): "1"}
        refused = post(browser, "/lists/tasks/views", form | {"shared_with": "senior_management"})
        assert refused.status_code == 403
    with house.person("zhangmin") as browser:
        assert "信用卡投诉" not in browser.get("/inbox").text
        assert post(browser, f"/lists/tasks/views/{view.key}/delete").status_code == 404
    with house.person("lina") as browser:
        assert "product=credit_card" in browser.get("/inbox").text
        assert post(browser, f"/lists/tasks/views/{view.key}/delete").status_code == 302
    assert house.desk.rows(SavedViewRow) == []


def test_the_columns_one_chose_stay_until_the_usual_ones_are_wanted(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        post(browser, "/lists/tasks/columns", {"column": ["amount", "product", "evil"]})
        head = browser.get("/inbox?view=groups").text.split("<thead>")[1].split("</thead>")[0]
        assert re.findall(r'<th scope="col"[^>]*>([^<]+)</th>', head) == ["步骤", "产品条线", "涉及金额"]
        post(browser, "/lists/tasks/columns", {"standard": "1"})
        assert "候选组" in browser.get("/inbox?view=groups").text.split("<thead>")[1].split("</thead>")[0]


def exported(content: bytes) -> list[tuple[Any, ...]]:
    return list(load_workbook(io.BytesIO(content)).worksheets[0].iter_rows(values_only=True))


def test_an_export_says_what_the_screen_says_and_runs_no_formula(house: Bank) -> None:
    house.file(description="=1+1", customerName="=cmd()")
    with house.person("lina") as browser:
        assert post(browser, "/lists/complaints/export", {"product": "credit_card"}).status_code == 302
        (row,) = house.desk.rows(ListExportRow)
        answer = browser.get(f"/exports/{row.key}")
        assert "下载" in browser.get("/exports").text
    head, line = exported(answer.data)
    assert head[:7] == ("投诉", "状态", "类型", "产品条线", "渠道", "涉及金额", "收到时间")
    assert line[:1] + line[3:6] == ("TS-2026-000001", "信用卡", "电话", 1200)
    operations = [(one.actor, one.operation) for one in house.desk.rows(AuditRow, entity="LIST")]
    assert operations == [("lina", "EXPORT"), ("lina", "READ")]
    with house.person("zhangmin") as browser:
        assert browser.get(f"/exports/{row.key}").status_code == 404


def test_an_export_that_lost_its_worker_is_made_again_and_given_up_the_second_time(house: Bank, desk: Desk) -> None:
    words = {"headings": {"number": "编号"}, "statuses": {}, "language": "zh"}
    key = desk.perform(ask_for_export, BOSS, "complaints", {}, **words)
    desk.perform(_lose_worker, key)
    desk.move(minutes=6)
    desk.perform(_lose_worker, key)
    desk.move(minutes=6)
    assert run_export(desk.runtime, key) is False
    assert desk.row(ListExportRow, key=key).state == "FAILED"


def _lose_worker(work: Any, key: int) -> None:
    from app.services.export_list import _claim

    assert _claim(work, key) is not None


def test_several_tasks_at_once_have_each_an_honest_result(house: Bank, desk: Desk) -> None:
    house.file()
    house.file()
    first, second = (row.key for row in desk.open_tasks())
    desk.perform(assign_user_task, BOSS, second, "wangwei")
    with house.person("lina") as browser:
        answer = post(browser, "/inbox/bulk", {"action": "claim", "key": [str(first), str(second), "404"]})
        assert "3 条中已完成 1 条" in answer.text
        assert re.findall(r"not done|未完成", answer.text) == ["未完成", "未完成"]
        done = post(browser, "/inbox/bulk", {"action": "complete", "key": [str(first)]})
        assert "需要填写表单" in done.text
        nothing = post(browser, "/inbox/bulk", {"action": "claim"})
        assert nothing.status_code == 302
    assert [desk.row(UserTaskRow, key=key).assignee for key in (first, second)] == ["lina", "wangwei"]


def test_a_page_is_told_of_changes_only_when_there_are_any(house: Bank) -> None:
    house.file()
    with house.person("lina") as browser:
        text = browser.get("/inbox?view=groups").text
        tag = re.search(r'data-tag="(\w+)"', text)
        assert tag
        headers = {"If-None-Match": f'"{tag[1]}"'}
        assert browser.get("/inbox/changes?view=groups", headers=headers).status_code == 304
        house.file()
        changed = browser.get("/inbox/changes?view=groups", headers=headers)
        assert (changed.status_code, len(changed.json["keys"]), changed.json["counts"]["groups"]) == (200, 2, "2")
