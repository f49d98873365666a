"""Every page there is, as the address map tells: no serious fault that axe finds, in light or dark, and none wider than
the screen from 360 to 1,920 px. A new page fails here until it says how it is reached."""

from __future__ import annotations

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect

from app.domain.actor import Actor
from app.services.create_account import create_account
from app.services.propose_table import TableProposal, propose_table
from app.services.review_table import TableFiles
from app.services.send_portal_code import send_portal_code
from app.services.set_second_factor import confirm_second_factor
from app.services.shipped_models import ROOT
from app.storage.customers import CustomerRow
from app.web.pages.complaint_sections import SECTIONS
from app.web.scripts import MANIFEST
from tests.bank import COMPLAINT, Bank
from tests.browser.test_journey import browser, open_page, sign_in, site
from tests.desk import BOSS

__all__ = ["browser", "site"]
AXE = ROOT / "app" / "web" / "islands" / "node_modules" / "axe-core" / "axe.min.js"
expect.set_options(timeout=20_000)  # a busy machine is slow to load an island
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not MANIFEST.is_file(), reason="Expected built scripts, but there are none: no island was seen"),
    pytest.mark.skipif(not AXE.is_file(), reason="Expected axe-core among the pages' packages: no page was looked at"),
]
NO_PAGES = frozenset(
    f"pages.{name}"
    for name in (
        "home", "attachment", "diagram_data", "export_file", "inbox_changes", "saved_counts", "unread", "table_file",
        "procedure_file", "sign_in_elsewhere", "come_back",
    )
) | {"portal.script", "portal.embedded"}  # fmt: skip
"""Addresses that give a file or data, or lead on to a page."""

PHONE = COMPLAINT["customerPhone"]


def pages_of(house: Bank) -> dict[str, list[str]]:
    """The addresses of every page for people with an account, by its name in the address map."""
    number = house.file()
    house.work("register", accepted="yes")
    other = house.complaint(house.file(customerPhone="13900139000", customerName="李四"))
    one, two = (row.key for row in house.desk.rows(CustomerRow))
    table = ROOT / "dmn" / "on_complaint_closed.dmn"
    files = TableFiles(table.name, table.read_bytes().replace(b"24", b"48"))
    release = house.desk.perform(propose_table, BOSS, TableProposal(files, "Later survey"))
    return {
        "pages.access_log": ["/access-log", "/access-log?view=done"],
        "pages.accounts": ["/accounts"],
        "pages.account": ["/accounts/lina"],
        "pages.new_account": ["/accounts/new"],
        "pages.calendars": ["/calendars"],
        "pages.complaints": ["/complaints"],
        "pages.complaint": [f"/complaints/{number}", f"/complaints/{other.number}"],
        "pages.complaint_section": [f"/complaints/{number}/{section.name}" for section in SECTIONS],
        "pages.new_complaint": ["/complaints/new"],
        "pages.customers": ["/customers"],
        "pages.customer": [f"/customers/{one}"],
        "pages.confirm_merge": [f"/customers/{one}/merge/{two}"],
        "pages.exports": ["/exports"],
        "pages.inbox": ["/inbox?view=groups"],
        "pages.matters": ["/matters"],
        "pages.notices": ["/notices"],
        "pages.failed_notices": ["/notices/failed"],
        "pages.organisation": ["/organisation"],
        "pages.post": ["/organisation/posts?post=intake"],
        "pages.unit": ["/organisation/units"],
        "pages.profile": ["/profile"],
        "pages.second_factor": ["/profile/second-factor"],
        "pages.procedures": ["/procedures"],
        "pages.tables": ["/tables"],
        "pages.table": ["/tables/definitions_on_complaint_closed"],
        "pages.propose": ["/tables/propose"],
        "pages.table_release": [f"/tables/releases/{release}"],
        "pages.task": [f"/tasks/{house.desk.open_task('register')}"],
    }


def faults(page: Page, address: str) -> list[str]:
    """What is wrong with one page: too wide, or what axe calls serious or critical."""
    page.set_viewport_size({"width": 360, "height": 800})
    answer = page.goto(address)
    assert answer is not None
    expect(page.locator("x-island:not([data-state])")).to_have_count(0)
    found = [] if answer.status < 400 or address.endswith("nosuch") else [f"{address}: {answer.status}"]
    for width in (360, 1920):
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(f"{address}: wider than {width}")
    page.evaluate(AXE.read_text(encoding="utf-8"))
    for scheme, rules in (("light", "{}"), ("dark", "{runOnly: ['color-contrast', 'link-in-text-block']}")):
        page.emulate_media(color_scheme="light" if scheme == "light" else "dark")
        results = page.evaluate(f"axe.run(document, {{...{rules}, resultTypes: ['violations']}})")
        found += [
            f"{address} ({scheme}): {one['id']} {node['target']}"
            for one in results["violations"]
            if one["impact"] in {"serious", "critical"}
            for node in one["nodes"]
        ]
    page.emulate_media(color_scheme="light")
    return found


def test_no_page_has_a_serious_fault_or_is_wider_than_the_screen(browser: Browser, site: tuple[str, Bank]) -> None:
    address, house = site
    house.desk.perform(
        create_account, "eve", display_name="伊", password="correct horse", roles=["admin"], groups=["intake"]
    )
    page, complaints = open_page(browser, "zh-CN", 360, islands=True, reduced_motion="reduce")
    found = faults(page, f"{address}/login")
    secret = pyotp.random_base32()
    house.desk.perform(create_account, "two", display_name="双", password="correct horse", roles=["clerk"])
    house.desk.perform(confirm_second_factor, Actor("two"), secret, pyotp.TOTP(secret).now())
    sign_in(page, address, "two", leads_to="/login/code")
    found += faults(page, f"{address}/login/code")
    sign_in(page, address, "eve")
    places = pages_of(house)
    for path in (*(path for paths in places.values() for path in paths), "/nosuch"):
        found += faults(page, address + path)
    found += [fault for path in ("", "/complaints/new") for fault in faults(page, f"{address}/portal{path}")]
    code = house.desk.perform(send_portal_code, PHONE, "zh")
    page.request.post(
        f"{address}/portal/enter", form={"contact": PHONE, "code": str(code)}, headers={"Origin": address}
    )
    number = places["pages.complaint"][0]
    for path in ("", "/complaints/new", number):
        found += faults(page, f"{address}/portal{path}")
    assert found == []
    looked_at = {"pages.sign_in", "pages.prove", "portal.home", "portal.new_complaint", "portal.complaint", *places}
    assert looked_at | NO_PAGES == {
        rule.endpoint
        for rule in house.app.url_map.iter_rules()
        if rule.endpoint.split(".")[0] in {"pages", "portal"} and "GET" in (rule.methods or ())
    }
    assert [one for one in complaints if "404" not in one] == []
