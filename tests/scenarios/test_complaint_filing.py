"""Complaints that other systems send: by the counter's form, once, with their own number, instant and documents."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from werkzeug.test import TestResponse

from app.services.create_account import create_account
from app.storage.attachments import AttachmentRow
from app.storage.complaints import ComplaintRow
from app.storage.customers import CustomerRow
from tests.bank import COMPLAINT, CSRF, Bank
from tests.scenarios.test_attachments import PDF

ANSWERS = {**COMPLAINT, "amount": 1200.5}


def send(house: Bank, *, who: str = "lina", key: str | None = None, **body: Any) -> TestResponse:
    headers: Mapping[str, str] = {"X-CSRF-Token": CSRF, **({} if key is None else {"Idempotency-Key": key})}
    with house.person(who, "en") as browser:
        return browser.post("/api/complaints", json={"answers": ANSWERS, **body}, headers=headers)


def test_a_sent_complaint_is_filed_as_at_the_counter(house: Bank) -> None:
    answer = send(house, receivedAt="2026-01-05T02:00:00Z", externalNumber="CC-77")
    assert answer.status_code == 201, answer.text
    row = house.complaint(answer.get_json()["number"])
    assert (row.external_number, str(row.instance_key)) == ("CC-77", answer.get_json()["processInstanceKey"])
    assert (row.received_at.isoformat(), float(row.amount)) == ("2026-01-05T02:00:00+00:00", 1200.5)
    assert len(house.desk.rows(CustomerRow)) == 1


def test_the_same_request_again_files_nothing_more(house: Bank) -> None:
    first, second = (send(house, key="one") for _ in range(2))
    assert first.get_json() == second.get_json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert send(house, key="one", externalNumber="X").status_code == 409
    assert len(house.desk.rows(ComplaintRow)) == 1


def test_an_external_number_is_filed_once_even_when_sent_twice_at_once(house: Bank) -> None:
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda _: send(house, externalNumber="CC-1").status_code, range(2)))
    assert (sorted(answers), len(house.desk.rows(ComplaintRow))) == ([201, 409], 1)


def test_documents_that_answers_name_become_its_attachments(house: Bank) -> None:
    with house.person("lina") as browser:
        sent = {"file": (io.BytesIO(PDF), "王小明的账单.pdf")}
        named = browser.post("/v2/documents", data=sent, headers={"X-CSRF-Token": CSRF}).get_json()
    row = house.complaint(send(house, answers={**ANSWERS, "evidence": [named]}).get_json()["number"])
    assert house.desk.row(AttachmentRow, complaint_key=row.key).reference == named["documentId"]
    told = json.dumps([row.data, house.desk.variables(row.instance_key)], ensure_ascii=False, default=str)
    assert (named["documentId"] in told, "王小明" in told) == (True, False)


@pytest.mark.parametrize(
    ("body", "status", "field"),
    [
        ({"answers": {**ANSWERS, "customerPhone": "12", "channel": ""}}, 400, "customerPhone"),
        ({"receivedAt": "2027-01-01T00:00:00Z"}, 400, "received_at"),
        ({"who": "sunhong"}, 201, ""),
        ({"who": "guest"}, 403, ""),
    ],
)
def test_what_the_form_or_the_rights_forbid_is_refused_and_nothing_kept(
    house: Bank, body: dict[str, Any], status: int, field: str
) -> None:
    house.desk.perform(create_account, "guest", display_name="来宾", roles=["auditor"])
    answer = send(house, **body)
    assert answer.status_code == status
    assert not field or field in answer.get_json()["fields"]
    assert len(house.desk.rows(ComplaintRow)) == (status == 201)


def test_the_form_can_be_drawn_by_others(house: Bank) -> None:
    with house.person("lina") as browser:
        assert browser.get("/api/complaint-form").get_json()["schema"]["id"] == "complaint"
