"""The customer portal: in by a code, filing, seeing, answering, and everything a stranger must not get."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from app.domain.portal import CUSTOMER
from app.services.send_portal_code import send_portal_code
from app.storage.attachments import AttachmentRow
from app.storage.complaints import ComplaintRow, add_event
from app.storage.contacts import ContactRow
from app.storage.notices import NoticeRow
from app.storage.portal_codes import PortalCodeRow
from tests.bank import Bank
from tests.scenarios.test_complaint_handling import AGREED, EXECUTED, REGISTERED, SOLVED, VERIFIED

PHONE = "13800138000"
HERE = {"Origin": "http://localhost"}
ANSWERS: dict[str, Any] = {
    "customerName": "王小明",
    "complaintType": "fee_dispute",
    "productLine": "credit_card",
    "region": "east",
    "description": "年费重复收取，我的电话 13800138000",
}


def post(browser: FlaskClient, path: str, **data: Any) -> TestResponse:
    return browser.post(f"/portal{path}", data=data, headers=HERE)


@contextmanager
def visitor(house: Bank, contact: str = PHONE, language: str = "zh") -> Iterator[FlaskClient]:
    """A browser of somebody who has proved to hold a contact."""
    with house.app.test_client() as browser:
        with browser.session_transaction() as session:
            session["language"] = language
        code = house.desk.perform(send_portal_code, contact, language)
        assert post(browser, "/enter", contact=contact, code=code).status_code == 302
        yield browser


def file(browser: FlaskClient, **changes: Any) -> str:
    answer = post(browser, "/complaints/new", **(ANSWERS | changes))
    assert answer.status_code == 302, re.findall(r"invalid-feedback[^>]*>([^<]+)", answer.text)
    return answer.location.rsplit("/", 1)[1]


def executed(house: Bank, browser: FlaskClient) -> str:
    """File a complaint and work it up to the customer's consent."""
    number = file(browser)
    house.work("register", **REGISTERED)
    house.work("verify", **VERIFIED)
    house.work("propose", **SOLVED)
    house.work("communicate", **AGREED)
    house.work("execute", **EXECUTED)
    return number


def test_a_code_lets_in_and_a_complaint_is_filed_with_its_evidence(house: Bank) -> None:
    with visitor(house) as browser:
        picture = (io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64)), "凭证.png")
        number = file(browser, file=picture)
        page = browser.get(f"/portal/complaints/{number}").text
    row = house.complaint(number)
    assert (row.channel, row.recorded_by, row.status) == ("website", CUSTOMER.username, "pending")
    assert house.desk.row(AttachmentRow, complaint_key=row.key).source == "customer"
    assert "银保监会令2020年第3号" in page
    assert ("您上传了材料" in page, "上传了附件" in page) == (True, False)
    assert "王小明" not in page
    assert house.open_steps() == ["register"]


def test_a_notice_in_the_history_speaks_to_the_customer(house: Bank) -> None:
    with visitor(house) as browser:
        number = file(browser)
        line = {"complaint_key": house.complaint(number).key, "actor": "system", "kind": "notice", "details": {}}
        house.desk.perform(lambda work: add_event(work.connection, {"key": work.next_key(), "at": work.now, **line}))
        page = browser.get(f"/portal/complaints/{number}").text
    assert ("已向您发送通知" in page, "已向客户发送通知" in page) == (True, False)


def test_the_code_goes_to_the_contact_and_stands_nowhere_in_the_clear(house: Bank) -> None:
    code = house.desk.perform(send_portal_code, PHONE, "zh")
    notice = house.desk.row(NoticeRow, template="portal_code")
    kept = house.desk.row(PortalCodeRow)
    assert (notice.channel, notice.recipient) == ("sms", kept.contact_index)
    assert code not in f"{notice.parameters}{notice.sealed}{kept.code_hash}"
    assert PHONE not in f"{notice.parameters}{notice.recipient}{notice.cause}"


def test_the_entrance_says_the_same_of_known_and_unknown_contacts(house: Bank) -> None:
    house.file()
    with house.app.test_client() as browser:
        seen = re.search(r'name="seen" value="([^"]+)"', browser.get("/portal").text)
        assert seen is not None
        known, unknown = (
            post(browser, "/code", contact=contact, seen=seen[1]).text.replace(contact, "…")
            for contact in (PHONE, "13900139000")
        )
    assert known == unknown


def test_five_wrong_codes_spend_the_right_one(house: Bank) -> None:
    code = house.desk.perform(send_portal_code, PHONE, "zh")
    wrong = f"{(int(code) + 1) % 10**6:06d}"
    with house.app.test_client() as browser:
        assert {post(browser, "/enter", contact=PHONE, code=wrong).status_code for _ in range(5)} == {422}
        assert post(browser, "/enter", contact=PHONE, code=code).status_code == 422


def test_a_code_is_good_once_and_for_ten_minutes(house: Bank) -> None:
    code = house.desk.perform(send_portal_code, PHONE, "zh")
    with house.app.test_client() as browser:
        assert post(browser, "/enter", contact=PHONE, code=code).status_code == 302
        assert post(browser, "/enter", contact=PHONE, code=code).status_code == 422
    late = house.desk.perform(send_portal_code, PHONE, "zh")
    house.desk.move(minutes=11)
    with house.app.test_client() as browser:
        assert post(browser, "/enter", contact=PHONE, code=late).status_code == 422


def test_a_sixth_code_within_the_hour_is_not_sent(house: Bank) -> None:
    sent = [house.desk.perform(send_portal_code, PHONE, "zh") for _ in range(6)]
    assert [code is not None for code in sent] == [True] * 5 + [False]


@pytest.mark.parametrize("path", ["", "/evidence", "/confirm", "/withdraw", "/review", "/rate"])
def test_another_customer_finds_nothing(house: Bank, path: str) -> None:
    number = house.file()
    with visitor(house, "mallory@example.com") as browser:
        url = f"/portal/complaints/{number}{path}"
        answer = browser.post(url, data={"words": "x", "sure": "yes"}, headers=HERE) if path else browser.get(url)
        nowhere = browser.get("/portal/complaints/TS-2026-999999")
    assert (answer.status_code, nowhere.status_code) == (404, 404)


def test_a_stranger_is_sent_to_the_entrance_and_another_sites_page_is_refused(house: Bank) -> None:
    number = house.file()
    with house.app.test_client() as browser:
        assert browser.get(f"/portal/complaints/{number}").location.startswith("/portal?next=")
    with visitor(house) as browser:
        answer = browser.post(f"/portal/complaints/{number}/withdraw", data={"sure": "yes"})
        assert answer.status_code == 403
        other = {"Origin": "https://evil.example"}
        assert browser.post(f"/portal/complaints/{number}/withdraw", data={}, headers=other).status_code == 403
    assert house.complaint(number).status == "pending"


def test_a_customer_withdraws_and_the_process_hears_it(house: Bank) -> None:
    with visitor(house) as browser:
        number = file(browser)
        assert post(browser, f"/complaints/{number}/withdraw").status_code == 422
        assert post(browser, f"/complaints/{number}/withdraw", sure="yes").status_code == 302
        house.do_jobs()
        assert post(browser, f"/complaints/{number}/withdraw", sure="yes").status_code == 409
    assert house.complaint(number).status == "withdrawn"


def test_the_customer_confirms_rates_and_asks_for_review_each_in_its_time(house: Bank) -> None:
    with visitor(house) as browser:
        number = executed(house, browser)
        assert "解释说明" in browser.get(f"/portal/complaints/{number}").text
        assert post(browser, f"/complaints/{number}/rate", satisfactionScore="5", npsScore="9").status_code == 409
        assert post(browser, f"/complaints/{number}/confirm").status_code == 302
        house.do_jobs()
        house.wait(hours=24)
    with visitor(house) as browser:
        assert post(browser, f"/complaints/{number}/rate", satisfactionScore="9").status_code == 422
        assert post(browser, f"/complaints/{number}/rate", satisfactionScore="5", npsScore="9").status_code == 302
        house.do_jobs()
        assert post(browser, f"/complaints/{number}/review", words="决定依据有误").status_code == 302
        assert post(browser, f"/complaints/{number}/review", words="再次").status_code == 409
    assert house.complaint(number).status == "archived"
    assert house.open_steps() == ["accept"]


def test_review_is_over_thirty_days_after_the_decision(house: Bank) -> None:
    with visitor(house) as browser:
        number = executed(house, browser)
        assert post(browser, f"/complaints/{number}/confirm").status_code == 302
    house.wait(days=31)
    with visitor(house) as browser:
        assert post(browser, f"/complaints/{number}/review", words="决定依据有误").status_code == 409


def test_an_objection_brings_the_complaint_back_and_its_words_are_sealed(house: Bank) -> None:
    with visitor(house) as browser:
        number = executed(house, browser)
        assert post(browser, f"/complaints/{number}/object", words="").status_code == 422
        assert post(browser, f"/complaints/{number}/object", words="金额不对").status_code == 302
        house.do_jobs()
    contact = house.desk.row(ContactRow, complaint_key=house.complaint(number).key)
    assert "金额不对" not in contact.sealed
    assert house.open_steps() == ["propose"]


def test_only_a_demo_shows_the_code_on_its_page(house: Bank) -> None:
    with house.app.test_client() as browser:
        seen = re.search(r'name="seen" value="([^"]+)"', browser.get("/portal").text)
        assert seen is not None
        page = post(browser, "/code", contact=PHONE, seen=seen[1]).text
    assert re.search(r"\b\d{6}\b", page) is None


def test_what_fills_the_hidden_field_is_no_person(house: Bank) -> None:
    with house.app.test_client() as browser:
        seen = re.search(r'name="seen" value="([^"]+)"', browser.get("/portal").text)
        assert seen is not None
        assert post(browser, "/code", contact=PHONE, seen=seen[1], website="http://x").status_code == 422
    assert house.desk.rows(PortalCodeRow) == []


def test_the_same_as_json(house: Bank) -> None:
    code = house.desk.perform(send_portal_code, PHONE, "zh")
    client = house.app.test_client()
    assert client.get("/api/portal/complaints").status_code == 401
    visit = client.post("/api/portal/visits", json={"contact": PHONE, "code": code})
    bearer = {"Authorization": f"Bearer {visit.json['token']}"}
    refused = client.post("/api/portal/complaints", json={"answers": {"customerName": ""}}, headers=bearer)
    assert refused.status_code == 400
    assert "complaintType" in refused.json["fields"]
    filed = client.post("/api/portal/complaints", json={"answers": ANSWERS}, headers=bearer)
    own = client.get(f"/api/portal/complaints/{filed.json['number']}", headers=bearer).json
    assert own["acts"] == ["evidence", "withdraw"]
    assert own["dueAt"] is not None
    assert house.desk.row(ComplaintRow, number=filed.json["number"]).channel == "website"


def test_what_was_typed_in_full_width_and_with_spaces_is_understood(house: Bank) -> None:
    code = house.desk.perform(send_portal_code, "１３８００１３８０００", "zh")
    wide = "".join(chr(ord(digit) + 0xFEE0) for digit in str(code))
    with house.app.test_client() as browser:
        assert post(browser, "/enter", contact=PHONE, code=f"{wide[:3]} {wide[3:]}").status_code == 302


def test_one_customer_files_ten_complaints_an_hour(house: Bank) -> None:
    with visitor(house) as browser:
        told = [ANSWERS | {"description": f"第 {turn} 件"} for turn in range(11)]
        answers = [post(browser, "/complaints/new", **one).status_code for one in told]
    assert answers == [302] * 10 + [429]


def test_too_many_files_and_too_many_words_are_told_and_nothing_typed_is_lost(house: Bank) -> None:
    with visitor(house) as browser:
        number = file(browser)
        pictures = [(io.BytesIO(b"\x89PNG\r\n\x1a\n" + bytes(64)), f"{n}.png") for n in range(21)]
        answer = post(browser, f"/complaints/{number}/evidence", words="说明", file=pictures)
        assert (answer.status_code, "20" in answer.text, ">说明<" in answer.text) == (422, True, True)
        lines = "投诉情况\r\n" * 799
        assert post(browser, f"/complaints/{number}/evidence", words=lines).status_code == 302
        long = post(browser, f"/complaints/{number}/evidence", words="长" * 4001)
        assert (long.status_code, "长" * 4001 in long.text) == (422, True)
        assert post(browser, f"/complaints/{number}/evidence", words="a\x00b").status_code == 400


@pytest.mark.parametrize(
    ("path", "where"),
    [
        ("/code", "/portal"),
        ("/complaints/{}/evidence", "/portal/complaints/{}"),
        ("/complaints/{}/withdraw", "/portal/complaints/{}"),
    ],
)
def test_the_address_of_a_form_that_was_sent_leads_back(house: Bank, path: str, where: str) -> None:
    with visitor(house) as browser:
        number = file(browser)
        assert browser.get("/portal" + path.format(number)).location == where.format(number)
        unknown = browser.get("/portal/nosuch")
    assert (unknown.status_code, unknown.mimetype) == (404, "text/html")


def test_half_a_character_is_refused_as_json(house: Bank) -> None:
    body = b'{"contact": "\\ud800@b.cn"}'
    answer = house.app.test_client().post("/api/portal/codes", data=body, content_type="application/json")
    assert answer.status_code == 400


def key_of(browser: FlaskClient) -> str:
    """The key of a page with the form, freshly opened."""
    found = re.search(r'name="_once" value="([^"]+)"', browser.get("/portal/complaints/new").text)
    assert found is not None
    return found[1]


def test_what_is_sent_twice_is_one_complaint_with_each_file_once(house: Bank) -> None:
    with visitor(house) as browser:
        keys = [key_of(browser)] * 2 + [key_of(browser)]  # pressed twice; and sent once more after going back
        numbers = [file(browser, _once=key, file=(io.BytesIO(b"%PDF-1.7 receipt"), "收据.pdf")) for key in keys]
        told = browser.get(f"/portal/complaints/{numbers[0]}").text
    assert len(set(numbers)) == 1
    assert len(house.desk.rows(ComplaintRow)) == len(house.desk.rows(AttachmentRow)) == 1
    assert "您已提交过这份投诉" in told


def test_a_page_that_says_something_else_the_second_time_asks_before_it_files_again(house: Bank) -> None:
    with visitor(house) as browser:
        key = key_of(browser)
        number = file(browser, _once=key)
        again = post(browser, "/complaints/new", **ANSWERS | {"_once": key, "description": "补充：另有一笔"})
        assert (again.status_code, number in again.text, "补充：另有一笔" in again.text) == (409, True, True)
        found = re.search(r'name="_once" value="([^"]+)"', again.text)
        assert found is not None
        assert file(browser, _once=found[1], description="补充：另有一笔") != number


def test_the_same_sent_at_the_same_moment_is_one_complaint(house: Bank) -> None:
    with visitor(house) as browser, ThreadPoolExecutor(4) as pool:
        key = key_of(browser)
        cookie = browser.get_cookie("redress_portal", path="/portal")
        assert cookie is not None
        headers = HERE | {"Cookie": f"redress_portal={cookie.value}"}

        def send(_turn: int) -> str:
            client = house.app.test_client(use_cookies=False)
            return client.post("/portal/complaints/new", data=ANSWERS | {"_once": key}, headers=headers).location

        assert len(set(pool.map(send, range(4)))) == 1
    assert len(house.desk.rows(ComplaintRow)) == 1


def test_who_withdrew_a_complaint_files_the_same_again(house: Bank) -> None:
    with visitor(house) as browser:
        number = file(browser)
        assert post(browser, f"/complaints/{number}/withdraw", sure="yes").status_code == 302
        house.do_jobs()
        assert file(browser) != number


def test_evidence_sent_twice_is_added_once(house: Bank) -> None:
    with visitor(house) as browser:
        number = file(browser)
        for _ in range(2):
            paper = (io.BytesIO(b"%PDF-1.7 receipt"), "收据.pdf")
            assert post(browser, f"/complaints/{number}/evidence", words="见附件", file=paper).status_code == 302
    key = house.complaint(number).key
    assert len(house.desk.rows(AttachmentRow, complaint_key=key)) == 1
    assert len(house.desk.rows(ContactRow, complaint_key=key)) == 1


def test_an_app_repeats_its_request_and_gets_the_same_complaint(house: Bank) -> None:
    code = house.desk.perform(send_portal_code, PHONE, "zh")
    client = house.app.test_client()
    visit = client.post("/api/portal/visits", json={"contact": PHONE, "code": code})
    headers = {"Authorization": f"Bearer {visit.json['token']}", "Idempotency-Key": "7d1c"}
    first, again = (client.post("/api/portal/complaints", json={"answers": ANSWERS}, headers=headers) for _ in "12")
    assert (first.status_code, first.json) == (again.status_code, again.json)
    assert [one.headers.get("Idempotency-Replayed") for one in (first, again)] == [None, "true"]
    other = {"answers": ANSWERS | {"description": "另一件事"}}
    assert client.post("/api/portal/complaints", json=other, headers=headers).status_code == 409
    assert (
        client.post("/api/portal/complaints", json=other, headers=headers | {"Idempotency-Key": ""}).status_code == 400
    )
    assert len(house.desk.rows(ComplaintRow)) == 1


def test_the_upload_names_every_kind_that_is_taken(house: Bank) -> None:
    with visitor(house) as browser:
        page = browser.get("/portal/complaints/new").text
    for words in ("图片", "录音", "视频", "PDF", "Word、Excel 等办公文档", "邮件", "压缩包"):
        assert words in page
