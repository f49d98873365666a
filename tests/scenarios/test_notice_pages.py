"""The bell, a person's own notices, what was told about a complaint, and what could not be told."""

from __future__ import annotations

from datetime import timedelta

from app.services.deliver_notice import deliver_notice
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.tidy_up import find_overdue
from app.storage.notices import NoticeRow
from tasks.automation import run_events
from tests.bank import Bank, post


def filed(house: Bank, **changes: object) -> str:
    """A complaint whose rules have been asked."""
    number = house.file(**changes)
    house.desk.clock.move(timedelta(seconds=3))
    run_events(house.desk.runtime, house.desk.perform(find_overdue, 100).events)
    return number


def test_the_bell_counts_what_is_unread_and_is_not_sent_again_unchanged(house: Bank) -> None:
    with house.person("wangwei") as browser:
        empty = browser.get("/notices/unread")
        assert empty.json == {"unread": 0}
        filed(house)
        first = browser.get("/notices/unread", headers={"If-None-Match": empty.headers["ETag"]})
        assert (first.status_code, first.json) == (200, {"unread": 1})
        again = browser.get("/notices/unread", headers={"If-None-Match": first.headers["ETag"]})
        assert again.status_code == 304
        assert 'data-poll="/notices/unread"' in browser.get("/inbox").text


def test_ones_own_notices_are_read_on_their_page_and_lead_to_their_complaint(house: Bank) -> None:
    number = filed(house)
    with house.person("wangwei", "en") as browser:
        page = browser.get("/notices").text
        assert f'href="/complaints/{number}"' in page
        key = house.desk.row(NoticeRow, recipient="wangwei").key
        with house.person("lina") as other:
            post(other, "/notices/read", {"key": str(key)})
        assert browser.get("/notices/unread").json == {"unread": 1}
        post(browser, "/notices/read", {"key": str(key)})
        assert browser.get("/notices/unread").json == {"unread": 0}


def test_a_complaint_shows_what_was_told_and_which_rules_acted(house: Bank) -> None:
    number = filed(house, channel="regulator", regulatorNumber="银转〔2026〕1号")
    with house.person("sunhong", "en") as browser:
        page = browser.get(f"/complaints/{number}/notices").text
    for words in (
        "the customer",
        "Rules when a complaint is registered",
        "made a task",
        "Regulator's attention",
        "王伟",
    ):
        assert words in page
    assert "13800138000" not in page


def test_a_failed_notice_is_listed_for_operators_and_sent_again(house: Bank) -> None:
    number = filed(house)
    complaint = house.complaint(number)
    request = NoticeRequest("c", "progress", ["customer"], {"number": number}, complaint_key=complaint.key)
    (key,) = house.desk.perform(leave_notices, request)
    assert not deliver_notice(house.desk.runtime, key)
    with house.person("admin", "en") as browser:
        assert "Send again" in browser.get("/notices/failed").text
        assert "Send again" in browser.get(f"/complaints/{number}/notices").text
        assert post(browser, f"/notices/{key}/retry").status_code == 302
        assert post(browser, f"/notices/{key}/retry").status_code == 409
    assert house.desk.row(NoticeRow, key=key).state == "WAITING"
    with house.person("lina") as browser:
        assert browser.get("/notices/failed").status_code == 403
        assert post(browser, f"/notices/{key}/retry").status_code == 403
