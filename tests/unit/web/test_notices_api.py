"""One's own notices, previews, preferences and customers' events through the door."""

from __future__ import annotations

from sqlalchemy import select

from app.services.leave_notices import NoticeRequest, leave_notices
from app.storage.automation import AutomationEventRow
from tests.unit.web.conftest import Door


def tell(door: Door) -> None:
    request = NoticeRequest("c", "step_overdue", ["clerk"], {"number": "TS-1", "step": "核实"})
    door.runtime.perform(leave_notices, request)


def test_ones_own_notices_are_listed_in_ones_language_and_marked_as_read(door: Door) -> None:
    tell(door)
    found = door.ask("GET", "/api/notices", name="clerk", headers={"Accept-Language": "en"}).json
    assert (found["unread"], found["notices"][0]["subject"]) == (1, "Overdue: 核实 of TS-1")
    keys = [one["key"] for one in found["notices"]]
    assert door.ask("POST", "/api/notices/read", {"keys": keys}, name="auditor").json == {"count": 0}
    assert door.ask("POST", "/api/notices/read", {"keys": keys}, name="clerk").json == {"count": 1}
    assert door.ask("GET", "/api/notices?unread=true", name="clerk").json == {"unread": 0, "notices": []}


def test_a_preview_names_what_the_law_wants(door: Door) -> None:
    body = {"template": "extension_notice", "parameters": {"number": "TS-1", "reason": "需要外部鉴定"}}
    found = door.ask("POST", "/api/notices/preview", body, name="clerk").json
    assert [one["parameter"] for one in found["missing"]] == ["newDeadline", "approvedBy"]
    assert "需要外部鉴定" in found["texts"][0]["text"]


def test_failed_notices_are_an_operators(door: Door) -> None:
    assert door.ask("GET", "/api/notices/failed", name="clerk").status_code == 403
    assert door.ask("GET", "/api/notices/failed").json == []
    assert door.ask("POST", "/api/notices/1/retry").status_code == 409


def test_a_person_sets_their_own_preference_only(door: Door) -> None:
    body = {"channels": ["email"], "quietFrom": "22:00", "quietTo": "08:00"}
    assert door.ask("PUT", "/api/notice-preferences/p:clerk", body, name="clerk").status_code == 200
    assert door.ask("PUT", "/api/notice-preferences/g:desk", body, name="clerk").status_code == 403
    assert door.ask("PUT", "/api/notice-preferences/g:desk", {"channels": ["pigeon"]}).status_code == 400


def test_a_customers_event_counts_once_and_keeps_no_identity(door: Door) -> None:
    body = {"id": "crm-1", "kind": "birthday", "identityKind": "phone", "identity": "13812345678"}
    assert door.ask("POST", "/api/customer-events", body).json == {"count": 1}
    assert door.ask("POST", "/api/customer-events", body).json == {"count": 0}
    assert door.ask("POST", "/api/customer-events", body, name="clerk").status_code == 403
    with door.runtime.reading() as connection:
        (row,) = connection.execute(select(AutomationEventRow.__table__)).all()
    assert "13812345678" not in str(row)
