"""Other regimes than the shipped bank's, and complaints that turn out to be of another kind than they came in as."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.errors import ConflictError
from app.services.complete_user_task import complete_user_task
from app.services.merge_complaints import merge_complaints
from app.services.read_clocks import ClockView
from app.services.report_event import report_event
from app.storage.clocks import ClockRow
from app.storage.complaints import ComplaintEventRow
from tests.clock_desk import china, clocks, file, shipped
from tests.conformance.drawing import activity, process, zeebe
from tests.conftest import TestDatabase
from tests.desk import BOSS, Desk, open_desk, work_for

CLOSED = zeebe("properties", zeebe("property", name="complaintStatus", value="closed"))
HANDLING = process(
    work_for("register"),
    activity("endEvent", "e", ext=(CLOSED,)),
    ident="complaint_handling",
    flows="s -> register -> work -> e",
)
Under = Callable[..., Desk]


@pytest.fixture
def under(database: TestDatabase) -> Iterator[Under]:
    """An installation under packs of rules, with the table and one short procedure."""
    with ExitStack() as opened:

        def open_under(*packs: str) -> Desk:
            desk = opened.enter_context(open_desk(database.url, clock_packs=packs))
            desk.deploy(HANDLING, clocks__dmn=next(one.content for one in shipped() if one.name == "clocks.dmn"))
            return desk

        yield open_under


def deadlines(desk: Desk, number: str) -> dict[str, str]:
    return {name: view.ledger.deadline.isoformat() for name, view in clocks(desk, number).items()}


def view(desk: Desk, number: str, clock_id: str) -> ClockView:
    return clocks(desk, number)[clock_id]


def report(desk: Desk, number: str, event: str, at: datetime | None = None, **more: Any) -> None:
    desk.perform(report_event, BOSS, number, event, at or desk.clock.now(), **more)


def test_a_complaint_that_turns_out_to_be_about_a_payment_has_that_clock_from_its_receipt(under: Under) -> None:
    desk = under("uk")
    number = file(desk, productLine="mortgage").number
    assert set(deadlines(desk, number)) == {"uk_summary_resolution", "uk_final_response"}
    desk.clock.move(timedelta(days=4))
    desk.complete("register", productLine="payment")
    final, payment = view(desk, number, "uk_final_response"), view(desk, number, "uk_psd_response")
    assert (final.row.standing, payment.row.standing) == ("superseded", "running")
    assert payment.ledger.started_at == final.ledger.started_at
    assert payment.ledger.deadline == datetime(2026, 1, 27, tzinfo=UTC)  # 15 business days after 5 January
    (line,) = [row for row in desk.rows(ComplaintEventRow) if row.kind == "clocks-reclassified"]
    assert line.details["changed"] == {"productLine": "payment"}
    desk.complete("work", productLine="payment")
    assert len(desk.rows(ClockRow)) == 3


def test_an_enquiry_that_turns_out_to_be_a_complaint_has_its_clock_and_a_complaint_called_an_enquiry_keeps_it(
    under: Under,
) -> None:
    desk = under("cn")
    enquiry, complaint = file(desk, complaintType="enquiry").number, file(desk).number
    desk.clock.move(timedelta(days=3))
    for task, said in zip(desk.open_tasks(), ("fee_dispute", "enquiry"), strict=True):
        desk.perform(complete_user_task, BOSS, task.key, {"complaintType": said})
    assert (
        deadlines(desk, enquiry)
        == deadlines(desk, complaint)
        == {"cn_decision": str(china("2026-01-21T00:00")).replace(" ", "T")}
    )
    assert view(desk, complaint, "cn_decision").row.standing == "running"


def test_what_is_reported_twice_starts_its_clock_once(under: Under) -> None:
    desk = under("cn", "pboc")
    number = file(desk).number
    for _ in range(2):
        report(desk, number, "forwarded")
        report(desk, number, "decision_notified")
    assert sorted(row.clock_id for row in desk.rows(ClockRow)) == ["cn_decision", "cn_review_request", "pboc_answer"]


@pytest.mark.parametrize(
    ("pack", "event", "met"),
    [
        ("cn", "decision_notified", {"cn_decision"}),
        ("uk", "decision_notified", {"uk_summary_resolution", "uk_psd_response"}),
        ("eu", "decision_notified", {"eu_psd2_reply"}),
        ("us_cfpb", "responded", {"us_first_response"}),
        ("pboc", "responded", {"pboc_answer"}),
        ("wechat_pay", "replied", {"wechat_pay_reply"}),
    ],
)
def test_a_duty_is_met_when_the_answer_reaches_whom_it_is_due_to_not_when_the_file_is_closed(
    under: Under, pack: str, event: str, met: set[str]
) -> None:
    desk = under(pack)
    channel = {"us_cfpb": "regulator", "pboc": "regulator", "wechat_pay": "wechat_pay"}.get(pack, "phone")
    number = file(desk, channel=channel).number
    report(desk, number, event, document="letter.pdf")
    assert {row.clock_id for row in desk.rows(ClockRow, standing="met")} == met


def test_nothing_that_still_runs_is_merged_into_what_has_ended(under: Under) -> None:
    desk = under("cn")
    first = file(desk).number
    desk.complete("register")
    desk.complete("work")
    later = file(desk).number
    with pytest.raises(ConflictError, match="new facts"):
        desk.perform(merge_complaints, BOSS, first, later, document="note.pdf")
    assert view(desk, later, "cn_decision").row.standing == "running"


def test_a_step_that_finds_the_facts_complex_gives_the_clock_its_longer_time_unless_it_is_late(under: Under) -> None:
    desk = under("cn")
    number = file(desk).number
    desk.complete("register", complexity="simple")
    assert len(view(desk, number, "cn_decision").events) == 1
    desk.complete("work", complexity="complex")
    assert view(desk, number, "cn_decision").ledger.length == 30
    late = file(desk).number
    desk.clock.move(timedelta(days=16))
    desk.complete("register", complexity="complex")
    assert (view(desk, late, "cn_decision").ledger.length, view(desk, late, "cn_decision").ledger.standing) == (
        15,
        "overdue",
    )
