"""A complaint's first steps in a real browser, in both languages and at both ends of the range of widths."""

from __future__ import annotations

import logging
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright
from werkzeug.serving import make_server

from app.services.create_account import create_account
from tests.bank import Bank
from tests.desk import open_desk

pytestmark = pytest.mark.browser
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("Expected Chromium on the PATH or in CHROMIUM, but there is none: no page was looked at")
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture
def site(sqlite_template: Path, tmp_path: Path) -> Iterator[tuple[str, Bank]]:
    """The bank on a server of its own; `mei` of intake signs in by password."""
    path = tmp_path / "site.sqlite3"
    shutil.copy(sqlite_template, path)
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with open_desk(f"sqlite:///{path}") as desk:
        house = Bank(desk)
        groups = ["intake", "customer_service"]
        desk.perform(create_account, "mei", display_name="梅", password="correct horse", roles=["clerk"], groups=groups)
        server = make_server("127.0.0.1", 0, house.app, threaded=True)
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}", house
        server.shutdown()
        thread.join()
        server.server_close()


def open_page(
    browser: Browser, locale: str, width: int, *, islands: bool = False, **options: Any
) -> tuple[Page, list[str]]:
    """A fresh browser profile, and what its console complains about; without `islands` as if none were built."""
    context = browser.new_context(locale=locale, viewport={"width": width, "height": 800}, **options)
    if not islands:
        context.route("**/static/dist/**", lambda route: route.fulfill(content_type="text/javascript", body=""))
    page = context.new_page()
    complaints: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"} and "422" not in message.text:
            complaints.append(message.text)

    page.on("console", note)
    return page, complaints


def sign_in(page: Page, site: str, username: str = "mei", leads_to: str = "/inbox") -> None:
    page.goto(f"{site}/login")
    page.fill("#username", username)
    page.fill("#password", "correct horse")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda place: urlsplit(place).path == leads_to)


@pytest.mark.parametrize(
    ("locale", "said", "done"),
    [("zh-CN", "请填写手机号", "已完成：登记分派"), ("en-GB", "Mobile number is required", "Done: Register")],
)
def test_a_clerk_files_claims_and_completes(
    browser: Browser, site: tuple[str, Bank], locale: str, said: str, done: str
) -> None:
    address, house = site
    page, complaints = open_page(browser, locale, 1280)
    sign_in(page, address)
    page.goto(f"{address}/complaints/new")
    page.click("main .card-footer button")
    assert said in page.inner_text("#problems")
    page.fill("[name=customerName]", "王小明")
    page.fill("[name=customerPhone]", "13800138000")
    for name, value in {"channel": "phone", "productLine": "credit_card", "region": "east"}.items():
        page.select_option(f"[name={name}]", value)
    assert not page.is_visible("[name=cardLastDigits]")
    page.select_option("[name=complaintType]", "card_fraud")
    page.wait_for_selector("[name=cardLastDigits]", state="visible")
    page.fill("[name=description]", "境外消费两笔，本人未交易")
    page.click("main .card-footer button")
    page.wait_for_url("**/complaints/TS-*")
    page.goto(f"{address}/inbox?view=groups")
    page.click("td form button")
    page.wait_for_url("**/tasks/*")
    page.check("[name=accepted][value=no]")
    page.wait_for_selector("[name=refusalReason]", state="visible")
    page.check("[name=accepted][value=yes]")
    page.wait_for_selector("[name=refusalReason]", state="hidden")
    page.click("main .card-footer .btn-primary")
    page.wait_for_url("**/inbox*")
    assert done in page.inner_text("[role=status]")
    assert house.groups_of("verify") == ["dept_card_risk"]
    assert complaints == []


@pytest.mark.parametrize("width", [360, 1920])
def test_pages_fit_narrow_and_wide_screens(browser: Browser, site: tuple[str, Bank], width: int) -> None:
    address, house = site
    number = house.file()
    page, complaints = open_page(browser, "zh-CN", width)
    sign_in(page, address)
    task = f"/tasks/{house.desk.open_task('register')}"
    for path in ("/login", "/inbox?view=groups", "/complaints", "/complaints/new", f"/complaints/{number}", task):
        page.goto(address + path)
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.evaluate("document.querySelectorAll('h1').length") == 1, path
    assert complaints == []


def test_every_input_has_a_name_for_those_who_listen(browser: Browser, site: tuple[str, Bank]) -> None:
    address, _ = site
    page, _ = open_page(browser, "zh-CN", 1280)
    sign_in(page, address)
    page.goto(f"{address}/complaints/new")
    nameless = "Array.from(document.querySelectorAll('main input:not([type=hidden]), main select, main textarea'))"
    assert page.evaluate(f"{nameless}.filter(one => one.labels.length === 0).map(one => one.name)") == []


def test_the_work_is_done_by_keyboard_alone_and_without_scripts(browser: Browser, site: tuple[str, Bank]) -> None:
    address, house = site
    house.file()
    context = browser.new_context(locale="zh-CN", java_script_enabled=False)
    page = context.new_page()
    sign_in(page, address)
    page.goto(f"{address}/inbox?view=groups")
    page.focus("td form button")
    page.keyboard.press("Enter")
    page.wait_for_url("**/tasks/*")
    page.focus("[name=accepted][value=yes]")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/inbox*")
    assert house.open_steps() == ["verify"]
