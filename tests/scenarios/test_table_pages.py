"""The pages and the interface on which two people release a decision table."""

from __future__ import annotations

import re
from io import BytesIO

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.services.shipped_models import ROOT
from tests.bank import Bank, post

SURVEY = (ROOT / "dmn" / "on_complaint_closed.dmn").read_text("utf-8")
SCENARIOS = (ROOT / "dmn" / "on_complaint_closed.tests.yaml").read_text("utf-8")
NAME = "on_complaint_closed"


def send(browser: FlaskClient, dmn: str, tests: str | None = None, **more: str) -> TestResponse:
    form: dict[str, object] = {"file": (BytesIO(dmn.encode()), f"{NAME}.dmn"), "reason": "Later survey", **more}
    if tests is not None:
        form["tests"] = (BytesIO(tests.encode()), f"{NAME}.tests.yaml")
    return post(browser, "/tables/propose", form, content_type="multipart/form-data")


def proposed(house: Bank, **more: str) -> str:
    with house.person("liuyang", "en") as browser:
        answer = send(browser, SURVEY.replace("24", "48"), SCENARIOS.replace("24", "48"), **more)
    assert answer.status_code == 302, answer.text
    return str(answer.location)


def test_a_table_is_proposed_by_one_and_approved_by_another(house: Bank) -> None:
    place = proposed(house, effective_at="2026-01-10T09:00")
    with house.person("liuyang", "en") as author:
        own = author.get(place).text
    assert "another person has to decide" in own
    assert 'value="approve"' not in own
    with house.person("sunhong", "en") as approver:
        shown = approver.get(place).text
        base = re.search(r'name="base" value="(\d+)"', shown)
        assert base is not None
        assert ("row changed" in shown, "0 failed" in shown) == (True, True)
        answer = post(approver, place, {"action": "approve", "base": base[1], "reason": "as decided"})
        assert answer.status_code == 302
        listed = approver.get("/tables").text
        assert "2026-01-10 09:00" in listed
        history = approver.get(f"/tables/definitions_{NAME}").text
    assert re.findall(r"badge bg-\w+-lt\">([^<]+)", history) == ["Takes effect later", "In force", "Approved"]


def test_a_faulty_table_is_told_in_the_readers_language(house: Bank) -> None:
    with house.person("liuyang", "zh") as browser:
        unknown = send(browser, SURVEY.replace('"archive"', '"shred"')).text
        broken = send(browser, SURVEY.replace("24", "24 +")).text
        same = send(browser, SURVEY).text
    assert ["Expected" in page for page in (unknown, broken, same)] == [False] * 3
    told = (("动作应为", unknown), ("应为表达式，却是文本结尾", broken), ("没有改变任何内容", same))
    assert [words for words, page in told if words not in page] == []


def test_what_cannot_be_a_table_is_told_on_the_form_with_what_was_written(house: Bank) -> None:
    with house.person("liuyang", "en") as browser:
        answer = send(browser, SURVEY.replace('"archive"', '"shred"'), effective_at="2027-01-01T00:00")
        assert (answer.status_code, "Expected an action among" in answer.text) == (422, True)
        assert ("Later survey" in answer.text, "2027-01-01T00:00" in answer.text) == (True, True)
        assert send(browser, SURVEY, effective_at="soon").status_code == 422
        assert post(browser, "/tables/propose", {"reason": "x"}).status_code == 422


def test_a_rejection_without_a_reason_is_asked_for_one(house: Bank) -> None:
    place = proposed(house)
    with house.person("sunhong", "en") as browser:
        assert post(browser, place, {"action": "reject", "reason": ""}).status_code == 422
        assert post(browser, place, {"action": "reject", "reason": "Not yet"}).status_code == 302
        assert ("Not yet" in browser.get(place).text, 'value="reject"' in browser.get(place).text) == (True, False)


def test_a_clerk_sees_no_tables_and_is_not_offered_them(house: Bank) -> None:
    with house.person("lina") as browser:
        assert "/tables" not in browser.get("/inbox").text
        for path in ("/tables", f"/tables/definitions_{NAME}", "/tables/releases/1", "/tables/versions/1.dmn"):
            assert browser.get(path).status_code == 403
    place = proposed(house)
    with house.person("lina") as browser:
        assert post(browser, place, {"action": "approve"}).status_code == 403


def test_the_file_of_a_version_is_given_as_it_came(house: Bank) -> None:
    with house.person("sunhong") as browser:
        (path,) = re.findall(r"/tables/versions/\d+\.dmn", browser.get(f"/tables/definitions_{NAME}").text)
        assert browser.get(path).data == SURVEY.encode()


def test_a_version_of_the_table_of_clocks_shows_which_open_deadlines_it_would_set_otherwise(house: Bank) -> None:
    number = house.file()
    dmn = (
        (ROOT / "dmn" / "clocks.dmn")
        .read_text("utf-8")
        .replace("{simple: 15, complex: 30}", "{simple: 10, complex: 30}")
    )
    with house.person("liuyang", "en") as browser:
        form = {"file": (BytesIO(dmn.encode()), "clocks.dmn"), "reason": "Stricter"}
        shown = browser.get(post(browser, "/tables/propose", form).location).text
    assert re.search(rf"{number}.*Decision on the complaint.*2026-01-20 16:00.*2026-01-15 16:00", shown, re.DOTALL)
    assert "1 would be due at another time" in shown
