"""What the task page offers besides the form: the verbs, their refusals in words, and drafts that nobody overwrites."""

from __future__ import annotations

import html
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

from app.engine import TaskListenerResult
from app.services.answer_task import answer_task
from app.services.assign_user_task import assign_user_task
from app.services.await_listeners import await_listeners
from app.services.complete_job import complete_job
from app.services.transfer_task import transfer_task
from app.storage.jobs import JobRow
from app.storage.task_actions import TaskActionRow
from app.storage.task_turns import TaskTurnRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import CSRF, Bank, post
from tests.conformance.drawing import process, zeebe
from tests.desk import BOSS, Desk, work_for


def offered(house: Bank, who: str, key: int) -> set[str]:
    with house.person(who) as browser:
        return set(re.findall(rf"/tasks/{key}/do/([\w-]+)", browser.get(f"/tasks/{key}").text))


def claimed(house: Bank) -> int:
    house.file()
    key = house.desk.open_task("register")
    house.desk.perform(assign_user_task, BOSS, key, "lina")
    return key


def test_who_has_a_task_is_offered_what_may_be_done_with_it_and_others_less(house: Bank) -> None:
    key = claimed(house)
    assert {"transfer", "delegate", "add-before", "add-after", "cc", "urge", "comment"} <= offered(house, "lina", key)
    assert "return" not in offered(house, "lina", key)  # nothing was walked before


def test_a_transferred_task_is_its_new_holders_with_the_reason(house: Bank, desk: Desk) -> None:
    key = claimed(house)
    with house.person("lina") as browser:
        missing = post(browser, f"/tasks/{key}/do/transfer", {"person": "", "said": "休假"})
        assert (missing.status_code, "请选择一个人" in missing.text, "休假" in missing.text) == (422, True, True)
        assert post(browser, f"/tasks/{key}/do/transfer", {"person": "wangwei", "said": "休假"}).status_code == 302
        late = post(browser, f"/tasks/{key}/do/delegate", {"person": "chenjie", "said": "代办"})
        assert (late.status_code, "当前由 王伟 办理" in late.text) == (403, True)
    assert desk.row(UserTaskRow, key=key).assignee == "wangwei"
    with house.person("wangwei") as browser:
        assert "休假" in browser.get(f"/tasks/{key}").text
        assert "转办给您：登记分派" in browser.get("/notices").text
    with house.person("wangwei", "en") as browser:
        assert "Transferred to you: Register and dispatch" in browser.get("/notices").text


WRONG = (
    ("transfer", {"person": "nobody", "said": "休假"}, "没有名为“nobody”的在用账号"),
    ("transfer", {"person": "wangwei", "said": " "}, "请填写理由"),
    ("priority", {"priority": "150"}, "优先级应为 0 至 100 的整数，现为 150"),
    ("priority", {"priority": "x"}, "优先级应为 0 至 100 的整数"),
    ("follow-up", {"at": "2001-01-01T08:00"}, "跟进时间应晚于现在"),
    ("follow-up", {"at": "soon"}, "请填写日期和时间"),
    ("comment", {"said": ""}, "请填写评论内容"),
)


def test_what_is_wrong_with_an_input_is_told_in_the_readers_language(house: Bank) -> None:
    key = claimed(house)
    with house.person("lina") as browser:
        for verb, said, told in WRONG:
            answer = post(browser, f"/tasks/{key}/do/{verb}", said)
            assert (answer.status_code, told in html.unescape(answer.text)) == (422, True), verb
    with house.person("lina", "en") as browser:
        page = post(browser, f"/tasks/{key}/do/priority", {"priority": "150"}).text
        assert "Expected a priority from 0 to 100, but it is 150" in page


def test_a_copied_task_is_in_the_watching_list(house: Bank) -> None:
    key = claimed(house)
    with house.person("lina") as browser:
        assert post(browser, f"/tasks/{key}/do/cc", {"people": ["sunhong"], "said": ""}).status_code == 302
        assert post(browser, f"/tasks/{key}/do/nonsense").status_code == 404
    with house.person("sunhong") as browser:
        watched = browser.get("/inbox?view=watching").text
        assert ("TS-2026-000001" in watched, "未读" in watched) == (True, True)
        assert browser.get(f"/tasks/{key}").status_code == 200
        assert "未读" not in browser.get("/inbox?view=watching").text


def test_a_comment_a_priority_and_a_second_urge_are_told(house: Bank, desk: Desk) -> None:
    key = claimed(house)
    with house.person("lina") as browser:
        post(browser, f"/tasks/{key}/do/comment", {"said": "等待回电"})
        post(browser, f"/tasks/{key}/do/priority", {"priority": "90"})
        post(browser, f"/tasks/{key}/do/urge")
        again = post(browser, f"/tasks/{key}/do/urge")
        assert (again.status_code, "一小时内已催办过" in again.text) == (409, True)
        assert "等待回电" in browser.get(f"/tasks/{key}").text
    assert desk.row(UserTaskRow, key=key).priority == 90


def test_a_step_is_returned_to_and_a_completion_taken_back(house: Bank, desk: Desk) -> None:
    house.file()
    who = house.work("register", accepted="yes")
    done = desk.row(UserTaskRow, element_id="register").key
    with house.person(who) as browser:
        answer = post(browser, f"/tasks/{done}/do/withdraw", {"said": "登记有误"})
        assert (answer.status_code, house.open_steps()) == (302, ["register"])
        again = post(browser, f"/tasks/{desk.open_task('register')}", {"accepted": "yes"})
        assert (again.status_code, house.open_steps()) == (302, ["verify"])
    key = desk.open_task("verify")
    desk.perform(assign_user_task, BOSS, key, "zhangmin")
    with house.person("zhangmin") as browser:
        assert post(browser, f"/tasks/{key}/do/return", {"said": "缺少凭证"}).status_code == 302
    assert house.open_steps() == ["register"]


def test_a_draft_is_kept_and_never_overwrites_anothers_unseen(house: Bank) -> None:
    key = claimed(house)
    form = {"accepted": "no", "refusalReason": "材料不全"}
    with house.person("lina") as browser:
        assert post(browser, f"/tasks/{key}/draft", form | {"draft_version": "0"}).json["version"] == 1
        assert "材料不全" in browser.get(f"/tasks/{key}").text
        refused = post(browser, f"/tasks/{key}/draft", form | {"draft_version": "0"})
        assert (refused.status_code, refused.json["version"]) == (409, 1)
        assert post(browser, f"/tasks/{key}/draft", form | {"draft_version": "1", "back": "1"}).status_code == 302
    with house.person("zhangmin") as browser:
        assert post(browser, f"/tasks/{key}/draft", form).status_code == 404


CHECKED = zeebe("taskListeners", zeebe("taskListener", eventType="completing", type="check", retries="1"))
NOTE = '{"id": "note", "type": "default", "components": [{"type": "textfield", "key": "note", "label": "备注"}]}'


@contextmanager
def listening(desk: Desk, **result: Any) -> Iterator[None]:
    """Let a worker decide on the next completion, beside the test."""
    seen = threading.Event()

    def work() -> None:
        while not seen.wait(0.01):
            for job in desk.rows(JobRow, type="check", ended_at=None):
                desk.perform(complete_job, BOSS, job.key, {}, result=TaskListenerResult(**result))
                return

    worker = threading.Thread(target=work)
    worker.start()
    try:
        yield
    finally:
        seen.set()
        worker.join()


def test_a_completion_that_a_listener_denies_is_told_with_what_was_answered(house: Bank, desk: Desk) -> None:
    asked = work_for("ask", CHECKED, zeebe("formDefinition", formId="note"), users="lina")
    desk.deploy(process(asked, flows="s -> ask -> after -> e", ident="checked"), note__form=NOTE)
    desk.start("checked")
    key = desk.open_task("ask")
    desk.perform(assign_user_task, BOSS, key, "lina")
    with house.person("lina") as browser:
        with listening(desk, denied=True, reason="缺少凭证"):
            denied = post(browser, f"/tasks/{key}", {"note": "第一次"})
        assert (denied.status_code, "未被接受：缺少凭证" in denied.text, "第一次" in denied.text) == (409, True, True)
        with listening(desk):
            assert post(browser, f"/tasks/{key}", {"note": "第二次"}).status_code == 302
        assert "已完成：ask" in browser.get("/inbox").text
    assert [row.element_id for row in desk.open_tasks()] == ["after"]


def test_a_denial_that_comes_when_nobody_waits_any_more_is_told_on_the_page_and_nothing_sent_is_lost(
    house: Bank, desk: Desk
) -> None:
    asked = work_for("ask", CHECKED, zeebe("formDefinition", formId="note"), users="lina")
    desk.deploy(process(asked, flows="s -> ask -> e", ident="checked"), note__form=NOTE)
    desk.start("checked")
    key = desk.open_task("ask")
    desk.perform(assign_user_task, BOSS, key, "lina")
    desk.perform(answer_task, BOSS, key, {"note": "已核对"})
    with house.person("lina") as browser:
        assert "仍在核对，核对完成前不能更改" in browser.get(f"/tasks/{key}").text
        (job,) = desk.rows(JobRow, type="check")
        desk.perform(complete_job, BOSS, job.key, {}, result=TaskListenerResult(denied=True, reason="缺少凭证"))
        page = browser.get(f"/tasks/{key}").text
        assert ("未被接受：缺少凭证" in page, "已核对" in page) == (True, True)
        desk.clock.move(timedelta(seconds=1))
        assert post(browser, f"/tasks/{key}/do/transfer", {"person": "wangwei", "said": "请处理"}).status_code == 302
    with house.person("wangwei") as browser:  # it was not asked by this person, nor of the task as it is now
        assert "未被接受" not in browser.get(f"/tasks/{key}").text


def test_work_in_bulk_and_a_transfer_tell_what_listeners_deny(house: Bank, desk: Desk) -> None:
    deciders = [zeebe("taskListener", eventType=event, type="check") for event in ("assigning", "completing")]
    desk.deploy(process(work_for("ask", zeebe("taskListeners", *deciders), users="lina"), flows="s -> ask -> e"))
    desk.start()
    key = desk.open_task("ask")
    held = desk.perform(assign_user_task, BOSS, key, "lina")
    with listening(desk):
        assert await_listeners(desk.runtime, held, 5.0)
    assert await_listeners(desk.runtime, held, 0.0)  # one look is taken in any case
    chosen = {"key": str(key), "action": "complete"}
    with house.person("lina") as browser:
        with listening(desk, denied=True, reason="缺少凭证"):
            assert "未被接受：缺少凭证" in post(browser, "/inbox/bulk", chosen).text
        transfer = {"person": "wangwei", "said": "请处理"}
        with listening(desk, denied=True, reason="不在同一机构"):
            denied = post(browser, f"/tasks/{key}/do/transfer", transfer)
        assert (denied.status_code, "未被接受：不在同一机构" in denied.text) == (409, True)
        headers, wish = {"X-CSRF-Token": CSRF}, {"to": "wangwei", "reason": "请处理"}
        with listening(desk, denied=True, reason="不在同一机构"):
            denied = browser.post(f"/api/tasks/{key}/transfer", json=wish, headers=headers)
        assert (denied.status_code, "不在同一机构" in denied.json["detail"]) == (409, True)
        with listening(desk):
            assert post(browser, "/inbox/bulk", chosen).status_code == 302


def test_a_priority_or_follow_up_date_that_a_listener_denies_is_not_said_to_be_set(house: Bank, desk: Desk) -> None:
    decider = zeebe("taskListeners", zeebe("taskListener", eventType="updating", type="check"))
    desk.deploy(process(work_for("ask", decider, users="lina"), flows="s -> ask -> e"))
    desk.start()
    key = desk.open_task("ask")
    desk.perform(assign_user_task, BOSS, key, "lina")
    with house.person("lina") as browser:
        for verb, given in (("priority", {"priority": "90"}), ("follow-up", {"at": ""})):
            with listening(desk, denied=True, reason="由科室决定"):
                denied = post(browser, f"/tasks/{key}/do/{verb}", given)
            assert (denied.status_code, "未被接受：由科室决定" in denied.text) == (409, True)
        with listening(desk, denied=True, reason="由科室决定"):
            wish, headers = {"priority": 90}, {"X-CSRF-Token": CSRF}
            assert browser.put(f"/api/tasks/{key}/priority", json=wish, headers=headers).status_code == 409
    assert desk.row(UserTaskRow, key=key).priority == 50


def test_nobody_gets_a_turn_at_a_task_whose_assignments_listeners_decide(house: Bank, desk: Desk) -> None:
    decider = zeebe("taskListeners", zeebe("taskListener", eventType="assigning", type="check"))
    desk.deploy(process(work_for("ask", decider, users="lina"), flows="s -> ask -> e"))
    desk.start()
    key = desk.open_task("ask")
    held = desk.perform(assign_user_task, BOSS, key, "lina")
    with listening(desk):
        assert await_listeners(desk.runtime, held, 5.0)
    with house.person("lina") as browser:
        for verb, whom in (("delegate", "person"), ("add-before", "people"), ("add-after", "people")):
            refused = post(browser, f"/tasks/{key}/do/{verb}", {whom: "wangwei", "said": "请代办"})
            assert (refused.status_code, "请改用转办" in refused.text) == (409, True), verb
    task = desk.row(UserTaskRow, key=key)
    assert (task.assignee, task.hold, desk.rows(TaskTurnRow)) == ("lina", None, [])


def test_a_transfer_is_told_and_recorded_when_listeners_have_let_it_and_not_before(house: Bank, desk: Desk) -> None:
    decider = zeebe("taskListeners", zeebe("taskListener", eventType="assigning", type="check"))
    desk.deploy(process(work_for("ask", decider, users="lina"), flows="s -> ask -> e"))
    desk.start()
    key = desk.open_task("ask")
    held = desk.perform(assign_user_task, BOSS, key, "lina")
    with listening(desk):
        assert await_listeners(desk.runtime, held, 5.0)
    told, verbs = [], []
    for denied in (True, False):
        desk.perform(transfer_task, BOSS, key, "wangwei", reason="请处理")
        (job,) = desk.rows(JobRow, type="check", ended_at=None)
        desk.perform(complete_job, BOSS, job.key, {}, result=TaskListenerResult(denied=denied))
        with house.person("wangwei") as browser:
            told.append("转办给您" in browser.get("/notices").text)
        verbs.append([(row.verb, row.actor) for row in desk.rows(TaskActionRow, task_key=key)])
    asked = ("ask-transfer", BOSS.username)
    assert (told, verbs) == ([False, True], [[asked], [asked, asked, ("transfer", BOSS.username)]])
    with house.person("wangwei") as browser:
        page = browser.get(f"/tasks/{key}").text
    assert ("申请转办" in page, page.count("请处理")) == (True, 3)
