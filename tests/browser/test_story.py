"""The whole story in a real browser, in both languages: a customer complains, the house works, the customer decides.

With REDRESS_SCREENSHOTS naming a folder, what each of them sees is kept there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from flask.sessions import SecureCookieSessionInterface
from playwright.sync_api import Browser, BrowserContext, Page

from app.services.deliver_outbox import deliver_outbox
from app.services.open_session import open_session
from app.services.send_portal_code import send_portal_code
from app.services.simulated_people import who_works
from app.storage.audit import OutboxRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank
from tests.browser.test_journey import browser, open_page, site

__all__ = ["browser", "site"]
pytestmark = pytest.mark.browser
SCREENSHOTS = os.environ.get("REDRESS_SCREENSHOTS")
PHONE = "13800138000"
FILED = {
    "customerName": "王小明",
    "complaintType": "fee_dispute",
    "productLine": "credit_card",
    "region": "east",
    "amount": "5000",
    "description": "年费重复收取，要求退还。",
}
VERIFIED = {"customerContacted": "true", "complexity": "simple", "findings": "两年年费均已扣收", "rootCause": "pricing"}
OFFER = {
    "resolution": "compensation",
    "compensationAmount": "5000",
    "proposal": "退还两年年费",
    "needsCollaboration": "true",
    "collaborators": ["dept_legal", "technical_support", "dept_payments"],
}
TOLD = {"contactWay": "phone", "contactedAt": "2026-01-08T15:00", "consent": "agreed", "consentNote": "客户同意方案"}


class Story:
    """The pages of everybody in it, in one language."""

    def __init__(self, started: Browser, address: str, house: Bank, locale: str) -> None:
        self.started, self.address, self.house, self.locale = started, address, house, locale
        self.complaints: list[str] = []

    def page(self, width: int = 1280) -> Page:
        """A fresh browser."""
        page, told = open_page(self.started, self.locale, width)
        self.complaints = told
        return page

    def desk(self, username: str) -> Page:
        """The browser of somebody of the house."""
        page = self.page()
        secret = self.house.desk.perform(open_session, username, browser="Chromium", address="192.0.2.1")
        keep_session(
            page.context, self.house, self.address, {"secret": secret, "csrf": "t", "language": self.locale[:2]}
        )
        return page

    def customer(self) -> Page:
        """The browser of the customer, who has come in by a code."""
        page = self.page(width=420)
        page.goto(f"{self.address}/portal")
        page.fill("#contact", PHONE)
        page.click("main .btn-primary")
        page.fill("#code", str(self.house.desk.perform(send_portal_code, PHONE, "zh")))
        page.click("main .btn-primary")
        return page

    def look(self, page: Page, name: str) -> None:
        """Keep what is seen."""
        if SCREENSHOTS:
            page.screenshot(path=Path(SCREENSHOTS) / f"{name}-{self.locale[:2]}.png", full_page=True)

    def work(self, step: str, answers: Mapping[str, Any], look: str = "") -> None:
        """Let somebody who may take the step claim it in the inbox's page and complete it."""
        key = self.house.desk.open_task(step)
        self.work_task(key, who_may(self.house, key), answers, look)

    def work_task(self, key: int, username: str, answers: Mapping[str, Any], look: str = "") -> None:
        page = self.desk(username)
        page.goto(f"{self.address}/tasks/{key}")
        take(page, key)
        page.wait_for_selector("main form[data-form]")
        fill(page, answers)
        if look:
            self.look(page, look)
        with page.expect_navigation():
            page.click("main form[data-form] .btn-primary")
        assert "/inbox" in page.url, page.inner_text("main")
        page.context.close()
        self.house.do_jobs()


def take(page: Page, key: int) -> None:
    """Claim the task that is shown, where nobody has."""
    claim = page.locator(f"form[action$='/tasks/{key}/claim'] button")
    if claim.count():
        with page.expect_navigation():
            claim.first.click()


def who_may(house: Bank, key: int) -> str:
    row = house.desk.row(UserTaskRow, key=key)
    return str(row.assignee or who_works(row.candidate_groups).username)


def keep_session(context: BrowserContext, house: Bank, address: str, values: Mapping[str, str]) -> None:
    """Give a browser a signed session, as signing in would."""
    serializer = SecureCookieSessionInterface().get_signing_serializer(house.app)
    assert serializer is not None
    context.add_cookies([{"name": "session", "value": serializer.dumps(dict(values)), "url": address}])


def fill(page: Page, answers: Mapping[str, Any]) -> None:
    """Answer a form as a person does: type, choose, tick."""
    for name, value in answers.items():
        for one in value if isinstance(value, list) else [value]:
            box = page.locator(f"main form[data-form] [name={name}][value='{one}']:not([type=hidden])")
            if box.count():
                box.first.check()
                page.wait_for_timeout(150)  # what the answer shows comes from the server
                continue
            field = page.locator(f"main form[data-form] [name={name}]:not([type=hidden])").first
            if one == "false":
                field.uncheck()
            elif field.evaluate("one => one.tagName") == "SELECT":
                field.select_option(one)
            else:
                field.fill(one)


@pytest.mark.parametrize(
    ("locale", "escalated", "thanks"),
    [("zh-CN", "超时", "谢谢，已收到。"), ("en-GB", "Overdue", "Thank you. We have taken it in.")],
)
def test_the_whole_story(
    browser: Browser,
    site: tuple[str, Bank],
    locale: str,
    escalated: str,
    thanks: str,
) -> None:
    address, house = site
    story = Story(browser, address, house, locale)
    customer = story.customer()
    customer.goto(f"{address}/portal/complaints/new")
    fill(customer, FILED)
    story.look(customer, "1-customer-files")
    customer.click("main .card-footer .btn-primary")
    customer.wait_for_url("**/portal/complaints/TS-*")
    number = customer.url.rsplit("/", 1)[1]
    story.look(customer, "2-customer-sees")

    story.work("register", {"accepted": "yes"}, look="3-intake")
    story.work("verify", VERIFIED)
    story.work("propose", OFFER, look="4-proposal")
    members = [row.key for row in house.desk.open_tasks() if row.element_id == "collaborate"]
    for key, opinion in zip(members, ("support", "object", "support"), strict=True):
        more = {"opinionComment": "金额与合同不符"} if opinion == "object" else {}
        story.work_task(key, who_may(house, key), {"opinion": opinion} | more, look="5-opinion")

    approval = house.desk.open_task("approve")
    house.wait(hours=49)
    deliver_outbox(house.desk.runtime, [row.key for row in house.desk.rows(OutboxRow, topic="notice")])
    superior = story.desk("wangwei")
    superior.goto(f"{address}/notices")
    assert escalated in superior.inner_text("main")
    story.look(superior, "6-superior-is-told")
    superior.goto(f"{address}/tasks/{approval}")
    take(superior, approval)
    form = superior.locator("form[action$='/return']")
    superior.locator("details.verb", has=form).locator("summary").click()
    form.locator("[name=step]").nth(1).check()  # past the departments, to the proposal
    form.locator("[name=said]").fill("请按意见调整金额")
    if form.locator("[name=confirmed]").count():
        form.locator("[name=confirmed]").check()
    story.look(superior, "7-return")
    form.locator("button").click()
    superior.wait_for_load_state()
    assert house.open_steps() == ["propose"]

    story.work("propose", {"compensationAmount": "800", "needsCollaboration": "false"})
    assert house.open_steps() == ["communicate"]
    story.work("communicate", TOLD)
    story.work("execute", {"executed": "true", "executionNote": "已退款"})
    customer = story.customer()
    customer.goto(f"{address}/portal/complaints/{number}")
    story.look(customer, "8-customer-decides")
    customer.click("form[action$='/confirm'] button")
    assert thanks in customer.inner_text("[role=status]")
    house.wait(hours=24)
    customer = story.customer()
    customer.goto(f"{address}/portal/complaints/{number}")
    customer.select_option("#satisfaction", "5")
    customer.select_option("#nps", "9")
    customer.click("form[action$='/rate'] button")
    house.do_jobs()
    assert house.complaint(number).status == "archived"
    looked = story.desk("wangwei")
    looked.goto(f"{address}/complaints/{number}/timeline")
    story.look(looked, "9-timeline")
    assert story.complaints == []
