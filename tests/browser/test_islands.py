"""What the built scripts add to the pages, in a real browser: forms, diagrams, tabs and themes."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from app.services.cc_task import cc_task
from app.web.scripts import MANIFEST
from tests.bank import Bank
from tests.browser.test_journey import browser, open_page, sign_in, site
from tests.desk import BOSS

__all__ = ["browser", "site"]
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not MANIFEST.is_file(), reason="Expected built scripts, but there are none: no island was seen"),
]
Site = tuple[str, Bank]


def field(page: Page, label: str) -> Any:
    """The form-js field under a label."""
    return page.locator(".fjs-form-field", has=page.locator("label", has_text=label)).last


def choose(page: Page, label: str, option: str) -> None:
    field(page, label).locator(".fjs-input-group").click()
    page.locator(".fjs-dropdownlist-item", has_text=option).first.click()


def open_island(page: Page, address: str, name: str) -> None:
    page.goto(address)
    page.wait_for_selector(f"x-island[name={name}][data-state=ready]")


TEXTS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "name": "姓名或单位名称", "phone": "手机号", "mail": "电子邮箱", "told": "详细经过", "required": "请填写手机号",
        "refused": "电子邮箱应为邮箱地址", "channel": "投诉渠道=电话", "type": "投诉类型=信用卡盗刷",
        "line": "产品条线=信用卡", "region": "地区=华东", "card": "卡号后四位",
    },
    "en-GB": {
        "name": "Name or company", "phone": "Mobile number", "mail": "E-mail", "told": "What happened",
        "required": "Mobile number is required", "refused": "E-mail must be an e-mail address",
        "channel": "Channel=Phone", "type": "Complaint type=Card fraud", "line": "Product line=Credit card",
        "region": "Region=East", "card": "Last four digits",
    },
}  # fmt: skip


@pytest.mark.parametrize("locale", ["zh-CN", "en-GB"])
def test_a_complaint_is_registered_with_form_js_and_what_the_server_refuses_stands_at_its_field(
    browser: Browser, site: Site, locale: str
) -> None:
    address, house = site
    words = TEXTS[locale]
    page, complaints = open_page(browser, locale, 1280, islands=True)
    sign_in(page, address)
    open_island(page, f"{address}/complaints/new", "form-viewer")
    page.click("#complaint-form .btn-primary")
    assert words["required"] in field(page, words["phone"]).inner_text()
    field(page, words["name"]).locator("input").fill("王小明")
    field(page, words["phone"]).locator("input").fill("13800138000")
    field(page, words["mail"]).locator("input").fill("wang@nowhere")
    assert page.locator("label", has_text=words["card"]).count() == 0
    for part in ("channel", "type", "line", "region"):
        choose(page, *words[part].split("="))
    page.locator("label", has_text=words["card"]).wait_for()
    field(page, words["told"]).locator("textarea").fill("境外消费两笔，本人未交易")
    page.click("#complaint-form .btn-primary")
    page.locator(".fjs-form-field-error", has_text=words["refused"]).wait_for()
    assert field(page, words["told"]).locator("textarea").input_value() == "境外消费两笔，本人未交易"
    field(page, words["mail"]).locator("input").fill("wang@example.com")
    page.click("#complaint-form .btn-primary")
    page.wait_for_url("**/complaints/TS-*")
    assert house.open_steps() == ["register"]
    assert complaints == []


def test_a_customer_is_found_chosen_and_filled_in_by_keys_alone(browser: Browser, site: Site) -> None:
    address, house = site
    number = house.file()
    house.desk.perform(cc_task, BOSS, house.desk.open_task("register"), ["mei"])
    page, complaints = open_page(browser, "zh-CN", 1280, islands=True)
    sign_in(page, address)
    open_island(page, f"{address}/complaints/new", "form-viewer")
    page.focus("#sought")
    page.keyboard.type("13800138000")
    option = page.locator("#found [role=option]")
    option.wait_for()
    page.keyboard.press("Escape")
    expect(page.locator("#sought")).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#sought")).to_have_attribute("aria-activedescendant", option.get_attribute("id") or "?")
    page.keyboard.press("Enter")
    page.locator("[data-chosen]", has_text=number).wait_for()
    page.wait_for_selector("x-island[name=form-viewer][data-state=ready]")
    assert [field(page, label).locator("input").input_value() for label in ("姓名或单位名称", "手机号")] == [
        "王**",
        "138****8000",
    ]
    expect(field(page, "电子邮箱").locator("input")).to_be_focused()
    assert complaints == []


def test_a_task_is_done_with_form_js_and_given_back_by_its_own_button(browser: Browser, site: Site) -> None:
    address, house = site
    house.file()
    page, complaints = open_page(browser, "zh-CN", 1280, islands=True)
    sign_in(page, address)
    key = house.desk.open_task("register")
    for _ in range(2):
        page.goto(f"{address}/tasks/{key}")
        page.click("[action$='/claim'] button")
        page.wait_for_selector("x-island[data-state=ready]")
        if house.open_steps() == ["register"] and _ == 0:
            page.click(".card-footer [formaction$=release]")
            page.wait_for_url("**/inbox*")
    field(page, "是否受理").get_by_text("是", exact=True).click()
    page.click("#task-form .btn-primary")
    page.wait_for_url("**/inbox*")
    assert house.open_steps() == ["verify"]
    assert complaints == []


def test_a_form_whose_session_ended_says_so_and_is_sent_after_signing_in_again(browser: Browser, site: Site) -> None:
    address, house = site
    house.file()
    key = house.desk.open_task("register")
    page, _ = open_page(browser, "zh-CN", 1280, islands=True)
    sign_in(page, address)
    page.goto(f"{address}/tasks/{key}")
    page.click("[action$='/claim'] button")
    page.wait_for_selector("x-island[data-state=ready]")
    field(page, "是否受理").get_by_text("是", exact=True).click()
    page.context.clear_cookies()
    page.click("#task-form .btn-primary")
    with page.expect_popup() as opened:
        page.click("[role=alert]:has-text('登录已失效') a")
    sign_in(opened.value, address)
    page.click("#task-form .btn-primary")
    page.wait_for_url("**/inbox*")
    assert house.open_steps() == ["verify"]


def test_a_complaint_half_typed_outlives_its_session(browser: Browser, site: Site) -> None:
    address, house = site
    page, _ = open_page(browser, "zh-CN", 1280, islands=True)
    sign_in(page, address)
    open_island(page, f"{address}/complaints/new", "form-viewer")
    page.context.clear_cookies()
    field(page, "姓名或单位名称").locator("input").fill("王小明")
    field(page, "详细经过").locator("textarea").fill("境外消费两笔，本人未交易")
    with page.expect_response(lambda answer: answer.url.endswith("/complaints/new/clocks")):
        field(page, "手机号").locator("input").fill("13800138000")
        for part in ("channel", "type", "line", "region"):
            choose(page, *TEXTS["zh-CN"][part].split("="))
    page.click("#complaint-form .btn-primary")
    with page.expect_popup() as opened:
        page.click("[role=alert]:has-text('登录已失效') a")
    assert page.inner_text("#related") == ""
    sign_in(opened.value, address)
    page.click("#complaint-form .btn-primary")
    page.wait_for_url("**/complaints/TS-*")
    assert house.open_steps() == ["register"]


def test_the_diagram_shows_where_it_stands_and_whose_work_it_is(browser: Browser, site: Site) -> None:
    address, house = site
    number = house.file()
    house.work("register", accepted="yes")
    page, complaints = open_page(browser, "en-GB", 1280, islands=True)
    sign_in(page, address)
    open_island(page, f"{address}/complaints/{number}/diagram", "bpmn-viewer")
    assert page.locator(".djs-shape.active-now").get_attribute("data-element-id") == "verify"
    assert page.locator(".djs-connection.ran").count() >= 3
    assert "Verify" in (page.locator("[data-element-id=verify]").first.text_content() or "")
    mark = page.locator(".bjs-powered-by")
    box = mark.bounding_box()
    assert box is not None
    middle = [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2]
    assert page.evaluate("([x, y]) => !!document.elementFromPoint(x, y).closest('.bjs-powered-by')", middle)
    page.get_by_label("Zoom in").click()
    assert complaints == []


def test_a_section_is_fetched_into_the_page_and_the_way_back_leads_back(browser: Browser, site: Site) -> None:
    address, house = site
    number = house.file()
    page, complaints = open_page(browser, "zh-CN", 1280, islands=True)
    sign_in(page, address)
    page.goto(f"{address}/complaints/{number}")
    page.evaluate("window.sameDocument = true")
    page.click("a[data-tab] >> text=时间线")
    page.wait_for_url("**/timeline")
    page.locator("#section >> text=投诉登记").first.wait_for()
    page.locator("a[data-tab][aria-current=page] >> text=时间线").wait_for()
    assert page.evaluate("window.sameDocument") is True
    page.select_option("#kind", "decision")
    page.wait_for_url("**/timeline?kind=decision*")
    page.go_back()
    page.go_back()
    page.locator("#section >> text=登记内容").wait_for()
    assert complaints == []


def test_the_chosen_theme_stays_and_a_print_is_light(browser: Browser, site: Site) -> None:
    address, _ = site
    page, _ = open_page(browser, "zh-CN", 1280, islands=True, color_scheme="dark")
    theme = "document.documentElement.dataset.bsTheme"
    sign_in(page, address)
    assert page.evaluate(theme) == "dark"
    page.click("#theme")
    assert page.evaluate(theme) == "light"
    page.reload()
    assert page.evaluate(theme) == "light"
    page.click("#theme")
    assert page.evaluate(theme) == "dark"
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    assert page.evaluate(theme) == "light"
