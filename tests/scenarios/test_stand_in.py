"""A stand-in works an absent person's tasks, for as long as the absence lasts, and it is said for whom."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, ForbiddenError, InvalidInputError, NotFoundError
from app.services.assign_user_task import assign_user_task
from app.services.plan_absence import cancel_absence, plan_absence
from app.storage.absences import AbsenceRow
from app.storage.audit import AuditRow
from app.storage.task_actions import TaskActionRow
from app.storage.user_tasks import UserTaskRow
from app.web.authentication import KnownActors
from tests.bank import Bank, post
from tests.desk import BOSS, NOON

LINA = Actor("lina", scopes=frozenset({"work"}))


@pytest.fixture
def bank(house: Bank) -> Bank:
    """A complaint at its first step, taken by Li Na, who is away for two days; Zhang Min stands in."""
    house.file()
    house.desk.perform(assign_user_task, BOSS, house.desk.open_task("register"), "lina")
    house.desk.perform(plan_absence, LINA, "lina", "zhangmin", NOON, NOON + timedelta(days=2))
    return house


def test_a_stand_in_sees_and_completes_the_task_and_the_audit_says_for_whom(bank: Bank) -> None:
    key = bank.desk.open_task("register")
    with bank.person("zhangmin") as browser:
        assert f"/tasks/{key}" in browser.get("/inbox?view=groups").text
        assert browser.get(f"/tasks/{key}").status_code == 200
        assert post(browser, f"/tasks/{key}", {"accepted": "yes"}).status_code == 302
    assert bank.desk.row(UserTaskRow, key=key).ended_by == "zhangmin"
    (entry,) = bank.desk.rows(AuditRow, entity_key=key, operation="COMPLETE")
    assert (entry.actor, entry.details) == ("zhangmin", {"onBehalfOf": "lina"})


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_inbox_and_the_task_say_for_whom_and_until_when(bank: Bank, language: str) -> None:
    words = {"zh": "您代李娜办理本任务", "en": "You work on this in place of 李娜"}[language]
    number = bank.file()
    (key,) = [row.key for row in bank.desk.open_tasks() if row.assignee is None]
    bank.desk.perform(assign_user_task, BOSS, key, "lina")
    assert bank.desk.row(UserTaskRow, key=key).assignee == "zhangmin"
    with bank.person("zhangmin", language) as browser:
        assert "2026-01-07 12:00" in browser.get("/inbox").text
        page = browser.get(f"/tasks/{key}").text
        assert words in page
        assert "data-key-complete" in page
        found = browser.get(f"/api/tasks/{key}/actions").get_json()
        assert (found["onBehalfOf"], found["absentUntil"][:10]) == ("lina", "2026-01-07")
        assert browser.get(f"/v2/user-tasks/{key}").get_json()["assignee"] == "zhangmin"
        assert "李娜" in browser.get(f"/complaints/{number}/timeline").text


def test_a_stand_in_who_is_complained_about_does_not_get_the_task(house: Bank) -> None:
    house.file(respondentStaff="张敏")
    house.desk.perform(plan_absence, LINA, "lina", "zhangmin", NOON, NOON + timedelta(days=2))
    key = house.desk.open_task("register")
    house.desk.perform(assign_user_task, BOSS, key, "lina")
    assert house.desk.row(UserTaskRow, key=key).assignee == "lina"
    assert house.desk.row(TaskActionRow, task_key=key).details["why"] == "recused"


def test_the_searches_of_the_engine_show_a_stand_in_the_same(bank: Bank) -> None:
    key = bank.desk.open_task("register")
    with bank.person("zhangmin") as browser:
        shown = browser.get(f"/v2/user-tasks/{key}")
    assert shown.status_code == 200
    with bank.person("chenjie") as browser:
        assert browser.get(f"/v2/user-tasks/{key}").status_code in (403, 404)


@pytest.mark.parametrize("by", ["time", "hand"])
def test_after_the_absence_the_stand_in_is_nobody_special(bank: Bank, by: str) -> None:
    key = bank.desk.open_task("register")
    if by == "time":
        bank.desk.clock.move(timedelta(days=2))
    else:
        (row,) = bank.desk.rows(AbsenceRow)
        bank.desk.perform(cancel_absence, LINA, "lina", row.key)
    bank.app.extensions["known_actors"] = KnownActors()
    with bank.person("zhangmin") as browser:
        assert f"/tasks/{key}" not in browser.get("/inbox?view=groups").text
        assert post(browser, f"/tasks/{key}", {"accepted": "yes"}).status_code in (403, 404)


@pytest.mark.parametrize(
    ("who", "username", "stand_in", "first", "days", "error"),
    [
        (LINA, "lina", "lina", 5, 1, InvalidInputError),
        (LINA, "lina", "wangwei", 5, 0, InvalidInputError),
        (LINA, "lina", "wangwei", -5, 2, InvalidInputError),
        (LINA, "lina", "nobody", 5, 1, NotFoundError),
        (LINA, "lina", "wangwei", 1, 5, ConflictError),
        (LINA, "zhangmin", "lina", 5, 1, ForbiddenError),
    ],
)
def test_an_absence_that_makes_no_sense_is_refused(
    bank: Bank, who: Actor, username: str, stand_in: str, first: int, days: int, error: type[Exception]
) -> None:
    starts_at = NOON + timedelta(days=first)
    with pytest.raises(error):
        bank.desk.perform(plan_absence, who, username, stand_in, starts_at, starts_at + timedelta(days=days))


def test_who_plans_an_absence_at_the_page_gives_whole_days(bank: Bank) -> None:
    with bank.person("wangwei") as browser:
        wish = {"first": "2026-01-12", "last": "2026-01-13", "stand_in": "lina"}
        assert post(browser, "/profile/absences", wish).status_code == 302
        assert "2026-01-12 – 2026-01-13" in browser.get("/profile").text
        wrong = {"": "请选择代办人", "nobody": "没有名为 nobody 的人员", "wangwei": "请选择他人代办"}
        for stand_in, told in wrong.items():
            post(browser, "/profile/absences", {**wish, "stand_in": stand_in})
            page = browser.get("/profile").text
            assert (told in page, "已不存在" in page) == (True, False), stand_in
    row = bank.desk.row(AbsenceRow, username="wangwei")
    assert row.ends_at - row.starts_at == timedelta(days=2)
