"""The section "Deadlines" of a complaint's page: what people record of its clocks, and what they are told."""

from __future__ import annotations

import html
import io
import re
from typing import Any

from app.services.cc_task import cc_task
from app.storage.clocks import ClockRow
from app.storage.notices import NoticeRow
from app.storage.step_limits import StepLimitRow
from app.storage.user_tasks import UserTaskRow
from tasks.clocks import recompute_all
from tests.bank import Bank, post
from tests.desk import BOSS
from tests.scenarios.test_complaint_handling import REGISTERED

AT = "2026-01-05T12:00"
STORM = "date,kind,name\n2026-01-08,holiday,暴雪停业\n"
REQUESTS = (("zh", "关于延长投诉", "总行高级管理人员"), ("en", "Request to extend", "senior management"))


def clock(house: Bank, clock_id: str = "cn_decision") -> Any:
    return house.desk.rows(ClockRow, clock_id=clock_id)[-1]


def section(house: Bank, number: str, language: str = "zh", username: str = "lina") -> str:
    with house.person(username, language) as browser:
        return html.unescape(browser.get(f"/complaints/{number}/deadlines").text)


def send(house: Bank, number: str, path: str, language: str = "zh", **said: str) -> tuple[int, str]:
    with house.person("lina", language) as browser:
        answer = post(browser, f"/complaints/{number}/deadlines/{path}", {"at": AT, **said})
    return answer.status_code, html.unescape(answer.text)


def test_an_extension_is_drafted_approved_by_who_stands_high_enough_and_recorded_with_its_proof(house: Bank) -> None:
    number = house.file()
    key = clock(house).key
    wish = {"kind": "extended", "length": "60", "reason": "需外部鉴定"}
    for language, told, wanted in REQUESTS:
        status, page = send(house, number, f"{key}/extension", language, **wish)
        assert (status, told in page, wanted in page, "需外部鉴定" in page) == (200, True, True, True)
    said = {"id": "x", "level": "head-office senior management", **wish}
    status, page = send(house, number, str(key), **said, document="", notice="", approver="")
    assert (status, "请写明作为凭证的文件" in page, "请写明告知客户的凭证" in page) == (422, True, True)
    proof = {"document": "请示 7 号", "notice": "短信 12"}
    status, page = send(house, number, str(key), **said, **proof, approver="lina")
    assert (status, "此人的级别不足以批准" in page, 'value="短信 12"' in page) == (422, True, True)
    assert send(house, number, str(key), **said, **proof, approver="zhouqiang")[0] == 302
    assert send(house, number, str(key), **said, **proof, approver="zhouqiang")[0] == 302  # sent twice
    shown = section(house, number)
    assert [shown.count(words) for words in ("请示 7 号", "告知凭证: 短信 12", "60 日（自然日）")] == [1, 1, 2]


def test_a_clock_is_classed_paused_with_its_steps_and_goes_on(house: Bank) -> None:
    number = house.file()
    house.work("register", **REGISTERED)
    key = clock(house).key
    assert send(house, number, str(key), id="c", kind="classed", complexity="complex")[0] == 302
    status, page = send(house, number, str(key), id="p", kind="paused", reason="examination", document="委托书")
    assert (status, "请写明告知客户的凭证" in page, 'value="委托书"' in page) == (422, True, True)
    paused = {"id": "p", "kind": "paused", "reason": "examination", "document": "委托书", "notice": "短信 1"}
    assert send(house, number, str(key), **paused)[0] == 302
    verify = house.desk.open_task("verify")
    assert house.desk.row(UserTaskRow, key=verify).due_at is None
    with house.person("zhangmin") as browser:
        inbox = browser.get("/inbox?view=groups").text
        task = browser.get(f"/tasks/{verify}").text
    assert all("已中止，剩余" in page for page in (inbox, task))
    for language, named in (("en", "Decision on the complaint"), ("zh", "投诉处理决定")):
        with house.person("lina", language) as browser:
            assert named in browser.get(f"/complaints/{number}/timeline?kind=clock").text
    house.desk.move(days=3)
    over = {"id": "r", "kind": "resumed", "pause": "p", "at": "2026-01-08T12:00"}
    assert send(house, number, str(key), **over)[0] == 302
    assert house.desk.row(StepLimitRow, key=verify).still_since is None
    assert "Pause" in section(house, number, "en")


def test_what_happened_outside_starts_and_ends_deadlines(house: Bank) -> None:
    number = house.file()
    status, page = send(house, number, "events", kind="event", event="decision_notified", at="2027-01-01T00:00")
    assert (status, "时间有误" in page) == (422, True)
    assert send(house, number, "events", kind="event", event="decision_notified", document="回执")[0] == 302
    assert "客户申请核查" in section(house, number)
    assert send(house, number, "events", kind="event", event="new_facts", document="来信")[0] == 302
    assert len(house.desk.rows(ClockRow, clock_id="cn_decision")) == 2
    assert len(re.findall("Decision on the complaint", section(house, number, "en"))) == 2


def test_a_clock_is_found_only_under_its_own_complaint_and_pauses_only_before_its_end(house: Bank) -> None:
    number, other = house.file(), house.file()
    key = str(clock(house).key)
    stop = {"id": "s", "kind": "stopped", "document": "回执", "notice": "短信 1"}
    assert [send(house, number, path, **stop)[0] for path in (key, f"{key}/extension")] == [404, 404]
    assert send(house, other, key, **stop)[0] == 302
    late = {"id": "p", "kind": "paused", "reason": "examination", "document": "委托书", "notice": "短信 1"}
    status, page = send(house, other, key, **late)
    assert (status, "该期限已结束，只能补记结束之前发生的事" in page) == (422, True)


def test_nobody_records_on_a_complaint_of_others(house: Bank) -> None:
    number = house.file()
    with house.person("chenjie") as browser:
        answer = post(browser, f"/complaints/{number}/deadlines/{clock(house).key}", {"at": AT, "kind": "stopped"})
    assert answer.status_code == 403


def test_who_was_only_shown_a_complaint_records_nothing_on_its_deadlines(house: Bank) -> None:
    number = house.file()
    house.desk.perform(cc_task, BOSS, house.desk.open_task("register"), ["chenjie"])
    assert "登记发生的事项" not in section(house, number, username="chenjie")
    stop = {"id": "s", "kind": "stopped", "at": AT, "document": "回执", "notice": "短信 1"}
    with house.person("chenjie") as browser:
        for path, said in ((str(clock(house).key), stop), ("events", {"event": "decision_notified", "at": AT})):
            assert post(browser, f"/complaints/{number}/deadlines/{path}", said).status_code == 403
    assert send(house, number, str(clock(house).key), **stop)[0] == 302


def test_compliance_sees_what_new_days_of_a_calendar_would_move_and_then_applies_them(house: Bank) -> None:
    number = house.file()
    send(house, number, "events", kind="event", event="regulator_received")
    with house.person("lina") as browser:
        assert browser.get("/calendars").status_code == 403
    with house.person("sunhong") as browser:
        wish = {"file": (io.BytesIO(STORM.encode()), "storm.csv"), "years": "2026"}
        page = html.unescape(post(browser, "/calendars/cn/preview", wish).text)
        assert all(words in page for words in (number, "监管转办", "改为休息日", "有 1 项"))
        assert clock(house, "cn_forwarding").calendar_version == 1
        said = {"base": "1", "file_name": "storm.csv", "years": "2026", "text": STORM}
        assert post(browser, "/calendars/cn/versions", said).status_code == 302
        assert post(browser, "/calendars/cn/versions", said).status_code == 422  # another version by now
        wrong = post(browser, "/calendars/cn/preview", {"file": (io.BytesIO(b"date\n"), "x.csv")})
        assert (wrong.status_code, "x.csv 应有 date、kind、name 三列" in wrong.text) == (422, True)
        days = {"file": (io.BytesIO(b"date,kind,name\n2026-02-30,holiday,x\n"), "x.csv")}
        assert "x.csv 第 2 行：日期应形如" in post(browser, "/calendars/cn/preview", days).text
    recompute_all(house.desk.runtime)
    assert clock(house, "cn_forwarding").calendar_version == 2


def test_the_customer_is_told_of_an_extension_by_the_product_and_that_notice_is_its_proof(house: Bank) -> None:
    number = house.file()
    said = {"id": "x", "level": "head-office senior management", "kind": "extended", "length": "60", "reason": "需鉴定"}
    for _ in range(2):
        status, _page = send(
            house, number, str(clock(house).key), **said, document="请示", approver="zhouqiang", tell="1"
        )
        assert status == 302
    house.desk.move(minutes=1)
    (notice,) = house.desk.rows(NoticeRow, template="extension_notice")
    assert (notice.recipient_kind, notice.recipient) == ("customer", number)
    assert notice.parameters["newDeadline"] == "2026-03-06 16:00"
    assert "系统发送的通知" in section(house, number)
