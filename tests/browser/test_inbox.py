"""The lists in a real browser: keys, news that move nothing by themselves, several tasks at once, and drafts."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.services.assign_user_task import assign_user_task
from app.services.save_draft import save_draft
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank
from tests.browser.test_journey import browser, open_page, sign_in, site
from tests.desk import BOSS

__all__ = ["browser", "site"]
pytestmark = pytest.mark.browser
expect.set_options(timeout=20_000)  # a busy machine is slow to answer, and a draft waits two seconds by itself
Site = tuple[str, Bank]
ASK_NOW = "document.dispatchEvent(new Event('visibilitychange'))"


def inbox(browser: Browser, site: Site, view: str = "groups", locale: str = "zh-CN") -> tuple[Page, list[str]]:
    page, faults = open_page(browser, locale, 1280)
    sign_in(page, site[0])
    page.goto(f"{site[0]}/inbox?view={view}")
    return page, faults


def focused_line(page: Page) -> str | None:
    line: str | None = page.evaluate("document.activeElement.closest('tr')?.dataset.key ?? null")
    return line


def test_the_list_is_walked_and_a_task_claimed_by_keys_alone(browser: Browser, site: Site) -> None:
    house = site[1]
    house.file()
    house.file()
    page, faults = inbox(browser, site)
    first, second = (str(row.key) for row in house.desk.open_tasks())
    page.keyboard.press("j")
    assert focused_line(page) == first
    page.keyboard.press("j")
    page.keyboard.press("j")  # the last line stays
    assert focused_line(page) == second
    page.keyboard.press("x")
    assert page.is_checked(f"input[name=key][value='{second}']")
    page.keyboard.press("k")
    page.keyboard.press("c")
    page.wait_for_url(f"**/tasks/{first}")
    assert house.desk.row(UserTaskRow, key=int(first)).assignee == "mei"
    assert faults == []


def test_keys_are_letters_where_one_types_and_the_sheet_of_keys_lets_one_out(browser: Browser, site: Site) -> None:
    site[1].file()
    page, faults = inbox(browser, site)
    page.keyboard.press("?")
    expect(page.locator("#keyboard")).to_be_visible()
    page.keyboard.press("j")
    assert focused_line(page) is None
    page.keyboard.press("Escape")
    expect(page.locator("#keyboard")).to_be_hidden()
    page.keyboard.press("/")
    page.keyboard.type("jko?")
    assert page.input_value("#w-q") == "jko?"
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    assert focused_line(page) is not None
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.tagName") in {"A", "BUTTON", "INPUT"}
    assert faults == []


def test_news_are_offered_and_move_nothing_until_they_are_wanted(browser: Browser, site: Site) -> None:
    house = site[1]
    house.file()
    page, faults = inbox(browser, site, locale="en-GB")
    page.keyboard.press("j")
    before = focused_line(page)
    page.evaluate(ASK_NOW)
    expect(page.locator("#news")).to_have_text("")
    house.file()
    page.evaluate(ASK_NOW)
    expect(page.locator("#news")).to_contain_text("New tasks: 1")
    assert page.locator("[data-keys] tbody tr").count() == 1
    assert (focused_line(page), page.inner_text("[data-view-count=groups]")) == (before, "2")
    page.keyboard.press("r")
    expect(page.locator("[data-keys] tbody tr")).to_have_count(2)
    assert focused_line(page) == before
    assert page.get_attribute("#news", "role") == "status"
    expect(page.locator("#news")).to_have_text("")
    assert faults == []


def test_the_title_counts_what_waits_for_me(browser: Browser, site: Site) -> None:
    house = site[1]
    page, _ = inbox(browser, site, "mine")
    assert page.title().startswith("待办")
    house.file()
    house.desk.perform(assign_user_task, BOSS, house.desk.open_task("register"), "mei")
    page.evaluate(ASK_NOW)
    expect(page).to_have_title(re.compile(r"^\(1\) "))


def test_several_tasks_are_claimed_at_once(browser: Browser, site: Site) -> None:
    house = site[1]
    house.file()
    house.file()
    page, faults = inbox(browser, site)
    page.check("#pick-all")
    assert "2" in page.inner_text("[data-selected]")
    page.click("#bulk button[value=claim]")
    page.wait_for_url("**/inbox*")
    expect(page.locator("[role=status]", has_text="已处理 2 条任务")).to_be_visible()
    assert {row.assignee for row in house.desk.open_tasks()} == {"mei"}
    assert faults == []


def test_a_draft_keeps_itself_and_asks_before_it_overwrites_anothers(browser: Browser, site: Site) -> None:
    house = site[1]
    house.file()
    key = house.desk.open_task("register")
    house.desk.perform(assign_user_task, BOSS, key, "mei")
    page, _ = inbox(browser, site, "mine")
    page.goto(f"{site[0]}/tasks/{key}")
    page.check("[name=accepted][value=no]")
    expect(page.locator("#draft")).to_have_text("草稿已保存")
    house.desk.perform(save_draft, BOSS, key, {"refusalReason": "另一人所写"}, seen=1)
    page.fill("[name=refusalReason]", "我写的")
    expect(page.locator("#draft")).to_contain_text("boss 于")
    page.click("#draft button")
    expect(page.locator("#draft")).to_have_text("草稿已保存")
    page.reload()
    assert page.input_value("[name=refusalReason]") == "我写的"
