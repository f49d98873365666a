"""How a person wants to be reached, chosen on their own page; nobody sees a whole address again."""

from __future__ import annotations

from app.domain.actor import Actor
from app.services.set_notice_preference import NoticePreference, set_notice_preference
from app.storage.notices import NoticePreferenceRow
from tests.bank import Bank, post

MAIL = "li.na@bank.example.cn"


def test_a_person_chooses_channels_language_and_quiet_hours_and_sees_them_again_masked(house: Bank) -> None:
    wish = {"channel": "email", "address-email": MAIL, "notice_language": "en"}
    with house.person("lina") as browser:
        kept = post(browser, "/profile/notices", wish | {"quiet_from": "22:00", "quiet_to": "08:00"})
        page = browser.get("/profile").text
        told = browser.get("/api/notice-preferences").get_json()
    assert kept.status_code == 302
    assert MAIL not in page
    assert "l***@bank.example.cn" in page
    assert 'value="22:00"' in page
    assert (told["channels"], told["language"], told["quietTo"]) == (["email"], "en", "08:00")
    assert told["addresses"] == {"email": "l***@bank.example.cn"}
    assert MAIL not in str(house.desk.row(NoticePreferenceRow, who="p:lina"))


def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(house: Bank) -> None:
    cases = {
        "n-email-error": {"channel": "email", "address-email": "nobody"},
        "n-quietTo-error": {"quiet_from": "22:00"},
        "n-quietFrom-error": {"quiet_from": "22+01", "quiet_to": "08:00"},
        "n-language-error": {"notice_language": "tlh"},
    }
    with house.person("lina", "en") as browser:
        post(browser, "/profile/notices", {"channel": "email", "address-email": MAIL})
        for field, wish in cases.items():
            answer = post(browser, "/profile/notices", wish)
            assert answer.status_code == 422
            assert f'id="{field}"' in answer.text
        assert post(browser, "/profile/notices", {"channel": "pigeon"}).status_code == 422
        told = browser.get("/api/notice-preferences").get_json()
    assert (told["channels"], told["quietFrom"], told["language"]) == (["email"], None, None)


def test_an_address_stays_until_it_is_forgotten_also_one_that_this_page_does_not_ask_for(house: Bank) -> None:
    robot = {"url": "https://robots.example.cn/send?key=hidden", "secret": "SEC"}
    lina = Actor("lina")
    both = NoticePreference(["dingtalk"], addresses={"dingtalk": robot, "email": MAIL})
    house.desk.perform(set_notice_preference, lina, "p:lina", both)
    with house.person("lina") as browser:
        assert "robots.example.cn/…" in browser.get("/profile").text
        post(browser, "/profile/notices", {"channel": "dingtalk", "forget": "email"})
        assert browser.get("/api/notice-preferences").get_json()["addresses"] == {"dingtalk": "robots.example.cn/…"}
        refused = post(browser, "/profile/notices", {"channel": "dingtalk", "forget": "dingtalk"})
    assert refused.status_code == 422
    assert 'id="n-dingtalk-error"' in refused.text
