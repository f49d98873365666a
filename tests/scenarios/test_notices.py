"""Notices from a process or a rule to the people they are for, over real receivers."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from app.domain.access import SCOPES
from app.domain.actor import Actor
from app.domain.notices import MissingPartsError
from app.errors import ConflictError, ForbiddenError, InvalidInputError
from app.services.create_account import create_account
from app.services.deliver_outbox import deliver_outbox
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.leave_notices import NoticeRequest, leave_notices, leave_webhook
from app.services.preview_notice import preview_notice
from app.services.read_notices import list_own_notices, mark_notices_read, retry_notice
from app.services.resolve_incident import resolve_incident
from app.services.run_built_in_job import run_built_in_job
from app.services.set_notice_preference import NoticePreference, set_notice_preference
from app.services.tidy_up import find_overdue
from app.storage.audit import OutboxRow
from app.storage.complaints import ComplaintEventRow
from app.storage.incidents import IncidentRow
from app.storage.jobs import JobRow
from app.storage.notices import NoticeRow
from tasks.notices import deliver_notices
from tests.conformance.drawing import inputs, process
from tests.conftest import TestDatabase
from tests.desk import BOSS, Desk, built_in, open_desk, work_for
from tests.sinks import MailSink, WebSink, mail_sink, web_sink

ANNA = Actor("anna", scopes=frozenset({"work"}))
ADMIN = Actor("admin", scopes=frozenset(SCOPES))
OVERDUE = {"number": "TS-1", "step": "核实分析", "hours": 48}


@pytest.fixture
def mails() -> Iterator[MailSink]:
    with mail_sink() as server:
        yield server


@pytest.fixture
def hook() -> Iterator[WebSink]:
    with web_sink(errcode=0) as sink:
        yield sink


@pytest.fixture
def office(database: TestDatabase, mails: MailSink) -> Iterator[Desk]:
    """A bank with anna in the group intake, whose addresses are known."""
    hosts = frozenset({"127.0.0.1"})
    with open_desk(database.url, smtp_url=mails.url, http_job_allowed_hosts=hosts, sms_url="log:") as desk:
        person = {"display_name": "Anna", "groups": ("intake",), "email": "anna@bank.example", "language": "zh"}
        desk.perform(create_account, "anna", **person)
        yield desk


def leave(office: Desk, *recipients: str, cause: str = "a cause", **more: Any) -> list[int]:
    request = NoticeRequest(cause, "step_overdue", recipients, OVERDUE, **more)
    return office.perform(leave_notices, request)


def send_due(office: Desk) -> int:
    """What a sweep finds and a worker sends."""
    office.clock.move(timedelta(seconds=3))
    return deliver_notices(office.runtime, office.perform(find_overdue, 100).notices)


def file(office: Desk, **more: Any) -> FiledComplaint:
    office.deploy(process(work_for("register"), ident="complaint_handling", flows="s -> register -> e"))
    known = {"customerPhone": "13812345678", "customerName": "张三丰", "channel": "phone", "complaintType": "other"}
    return office.perform(file_complaint, BOSS, known | more)


def test_a_group_is_told_in_the_product_and_by_mail_once(office: Desk, mails: MailSink) -> None:
    leave(office, "intake", "anna", channels=["email"])
    assert leave(office, "intake", channels=["email"]) == []
    assert (send_due(office), send_due(office)) == (1, 0)
    assert [mail["To"] for mail in mails.mails] == ["anna@bank.example"]
    shown = office.perform(list_own_notices, ANNA, "en")
    assert [one.subject for one in shown.notices] == ["Overdue: 核实分析 of TS-1"]


def test_two_workers_send_a_notice_once(office: Desk, mails: MailSink) -> None:
    (key,) = leave(office, "anna", channels=["email"])
    assert deliver_notices(office.runtime, [key, key]) == 1
    assert len(mails.mails) == 1


def test_a_person_reads_only_their_own_notices(office: Desk) -> None:
    leave(office, "anna")
    (notice,) = office.perform(list_own_notices, ANNA, "zh").notices
    other = Actor("bert", scopes=frozenset({"work"}))
    assert office.perform(list_own_notices, other, "zh").notices == []
    assert office.perform(mark_notices_read, other, [notice.key]) == 0
    assert office.perform(mark_notices_read, ANNA, [notice.key]) == 1
    assert office.perform(list_own_notices, ANNA, "zh").unread == 0


def test_a_groups_robot_that_refuses_in_a_good_answer_is_tried_until_it_is_dead(office: Desk, hook: WebSink) -> None:
    robot = {"wecom": {"url": hook.url}}
    office.perform(set_notice_preference, ADMIN, "g:intake", NoticePreference(addresses=robot))
    leave(office, "intake", channels=["wecom"])
    hook.answer = {"errcode": 45009}
    for _ in range(8):
        send_due(office)
        office.clock.move(timedelta(days=1))
    row = office.row(NoticeRow, channel="wecom")
    assert (row.state, row.tries, len(hook.requests)) == ("DEAD", 6, 6)
    hook.answer = {"errcode": 0}
    office.perform(retry_notice, BOSS, row.key)
    assert (send_due(office), office.row(NoticeRow, channel="wecom").state) == (1, "SENT")
    with pytest.raises(ConflictError):
        office.perform(retry_notice, BOSS, row.key)


def test_back_off_grows(office: Desk, hook: WebSink) -> None:
    office.perform(set_notice_preference, ADMIN, "g:intake", NoticePreference(addresses={"wecom": {"url": hook.url}}))
    leave(office, "intake", channels=["wecom"])
    hook.status = 503
    send_due(office)
    office.clock.move(timedelta(seconds=20))
    send_due(office)
    assert len(hook.requests) == 1
    office.clock.move(timedelta(seconds=10))
    send_due(office)
    assert len(hook.requests) == 2


def test_quiet_hours_hold_a_mail_back_until_they_end(office: Desk, mails: MailSink) -> None:
    quiet = NoticePreference(channels=["email"], quiet_from="11:00", quiet_to="14:00")
    office.perform(set_notice_preference, ANNA, "p:anna", quiet)
    leave(office, "anna")
    send_due(office)
    assert mails.mails == []
    office.clock.move(timedelta(hours=2))
    assert (send_due(office), len(mails.mails)) == (1, 1)


def test_others_preferences_are_an_administrators(office: Desk) -> None:
    with pytest.raises(ForbiddenError):
        office.perform(set_notice_preference, ANNA, "g:intake", NoticePreference())
    with pytest.raises(InvalidInputError, match="22:30"):
        office.perform(set_notice_preference, ANNA, "p:anna", NoticePreference(quiet_from="late"))


def test_a_customers_phone_is_opened_at_sending_and_never_logged(
    office: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    filed = file(office)
    request = NoticeRequest("ack", "acknowledgement", ["customer"], {"number": filed.number}, (), filed.key)
    office.perform(leave_notices, request)
    with caplog.at_level("INFO"):
        assert send_due(office) == 1
    row = office.row(NoticeRow)
    assert (row.channel, row.recipient, row.state) == ("sms", filed.number, "SENT")
    logged = "".join(str(record.__dict__) for record in caplog.records)
    assert ("*******5678" in logged, "13812345678" in f"{row}{logged}") == (True, False)
    assert office.rows(ComplaintEventRow)[-1].details == {"template": "acknowledgement", "version": 1, "channel": "sms"}


def test_a_decision_notice_that_lacks_what_the_law_wants_is_not_left(office: Desk) -> None:
    filed = file(office)
    parts = {
        "number": filed.number,
        "verification": "已核实",
        "decision": "退款",
        "basis": "合同",
        "reasons": "重复收费",
    }
    request = NoticeRequest("decision", "decision_notice", ["customer"], parts, (), filed.key)
    with pytest.raises(MissingPartsError, match="诉讼"):
        office.perform(leave_notices, request)
    assert office.rows(NoticeRow) == []
    missing = office.perform(preview_notice, ANNA, "decision_notice", parts).missing
    assert [one.parameter for one in missing] == ["routes"]


def test_the_free_texts_of_a_decision_are_sealed(office: Desk) -> None:
    filed = file(office)
    routes = ["review", "mediation", "arbitration", "court"]
    parts = {
        "verification": "张三丰已还款",
        "decision": "退款",
        "basis": "合同",
        "reasons": "重复收费",
        "routes": routes,
    }
    request = NoticeRequest("decision", "decision_notice", ["customer"], parts, (), filed.key)
    office.perform(leave_notices, request)
    row = office.row(NoticeRow)
    assert "张三丰" not in f"{row.parameters}{row.sealed}"
    assert send_due(office) == 1


def test_a_signed_webhook_carries_the_notices_key(office: Desk, hook: WebSink) -> None:
    address = {"webhook": {"url": hook.url, "secret": "a secret of sixteen"}}
    office.perform(set_notice_preference, ADMIN, "s:qms", NoticePreference(addresses=address))
    key = office.perform(leave_webhook, "volume", "qms", {"productLine": "wealth"}, complaint_key=None)
    assert office.perform(leave_webhook, "volume", "qms", {}, complaint_key=None) is None
    send_due(office)
    assert (hook.requests[0].headers["Idempotency-Key"], hook.json()["productLine"]) == (str(key), "wealth")


@pytest.mark.parametrize(("wish", "served"), [("app", True), ("wechat", True), ("app", False)])
def test_a_customer_is_told_by_the_app_where_the_house_serves_it_and_by_text_message_otherwise(
    office: Desk, hook: WebSink, wish: str, served: bool
) -> None:
    if served:
        address = {"webhook": {"url": hook.url, "secret": "a secret of sixteen"}}
        office.perform(set_notice_preference, ADMIN, f"s:{wish}", NoticePreference(addresses=address))
    filed = file(office, preferredChannel=wish, customerNumber="C100234")
    request = NoticeRequest("ack", "acknowledgement", ["customer"], {"number": filed.number}, (), filed.key)
    office.perform(leave_notices, request)
    send_due(office)
    row = office.row(NoticeRow)
    assert (row.channel, row.state, "C100234" in str(row)) == (wish if served else "sms", "SENT", False)
    if served:
        told = hook.json()
        assert (told["customer"]["customerNumber"], told["complaint"]) == ("C100234", filed.number)
        assert (filed.number in told["text"], "X-Redress-Signature" in hook.requests[0].headers) == (True, True)


def notify_process(*recipients: str) -> Any:
    listed = ", ".join(f'"{one}"' for one in recipients)
    given = inputs(recipients=f"=[{listed}]", step='="核实"')
    told = built_in("tell", "redress:notify", given, headers={"template": "step_overdue"})
    return process(told, work_for("after"), flows="s -> tell -> after -> e")


def run_notify(office: Desk) -> None:
    run_built_in_job(office.runtime, office.row(JobRow).key)
    deliver_outbox(office.runtime, [row.key for row in office.rows(OutboxRow, topic="notice")])


def test_a_notify_job_ends_in_somebodys_notices(office: Desk) -> None:
    office.deploy(notify_process("intake"))
    office.start()
    run_notify(office)
    assert [one.subject for one in office.perform(list_own_notices, ANNA, "zh").notices] == ["催办：核实 已超时"]
    assert office.rows(OutboxRow, topic="notice") == []


def test_a_notice_that_nobody_can_get_is_an_incident_that_can_be_retried(office: Desk, mails: MailSink) -> None:
    office.deploy(notify_process("intake"))
    key = office.start()
    run_notify(office)
    request = NoticeRequest("x", "step_overdue", ["anna"], OVERDUE, ["email"], instance_key=key)
    office.perform(leave_notices, request)
    mails.answer = "550 unknown"
    send_due(office)
    incident = office.row(IncidentRow)
    assert "answered 550" in incident.message
    mails.answer = "250 OK"
    office.perform(resolve_incident, BOSS, incident.key)
    assert (send_due(office), office.row(NoticeRow, channel="email").state) == (1, "SENT")
