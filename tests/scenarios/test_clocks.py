"""Deadlines on complaints: which clocks run, what moves them, and what is left when a rule or calendar changes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.domain.clocks import ClockEventError
from app.errors import ForbiddenError, NotFoundError
from app.services.create_account import create_account
from app.services.deploy_resources import deploy_resources
from app.services.draft_extension import draft_extension
from app.services.get_complaint import get_complaint
from app.services.read_resource import ResourceFile
from app.services.record_clock_event import ClockFact, record_clock_event
from app.storage.clocks import ClockEventRow, ClockRow
from app.storage.complaints import ComplaintRow
from app.storage.units import write_unit
from tests.clock_desk import APPROVED, ROOT, china, clocks, file, record, shipped
from tests.desk import BOSS, NOON, Desk


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    return stocked


def test_a_filed_complaint_runs_the_orders_clock_and_the_houses(bank: Desk) -> None:
    filed = file(bank)
    running = clocks(bank, filed.number)
    assert list(running) == ["house_first_review", "cn_decision"]
    decision = running["cn_decision"]
    assert (decision.ledger.deadline, decision.ledger.length) == (china("2026-01-21T00:00"), 15)
    assert (decision.rule.definition.article, decision.rule.definition.certainty) == (
        "银保监会令2020年第3号 第18条",
        "V",
    )
    assert decision.row.definition["table"] == {
        "decision": "clocks", "version": 1, "rule": "clocks_cn_decision", "pack": "cn"
    }  # fmt: skip
    assert bank.row(ComplaintRow, key=filed.key).due_at == NOON + timedelta(hours=24)


def test_the_first_review_ends_with_the_status_and_the_next_deadline_shows(bank: Desk) -> None:
    filed = file(bank)
    bank.clock.move(timedelta(hours=3))
    bank.complete("register", accepted="yes")
    running = clocks(bank, filed.number)
    assert running["house_first_review"].row.standing == "met"
    assert next(iter(running)) == "house_progress"
    assert bank.row(ComplaintRow, key=filed.key).due_at == bank.clock.now() + timedelta(hours=48)


def test_a_regulators_case_has_a_clock_of_its_own(bank: Desk) -> None:
    running = clocks(bank, file(bank, channel="regulator").number)
    assert set(running) == {"house_first_review", "house_regulator_answer", "cn_decision"}


def test_a_complaint_without_the_table_is_filed_and_says_so(desk: Desk) -> None:
    desk.perform(deploy_resources, BOSS, shipped(but="clocks.dmn"))
    filed = file(desk)
    missing = [line for line in desk.perform(get_complaint, BOSS, filed.number).events if line.kind == "clocks-missing"]
    assert [line.details for line in missing] == [
        {"on": "received", "why": ["Expected the table clocks to be deployed, but it is not"]}
    ]
    assert desk.rows(ClockRow) == []


def test_a_row_that_describes_no_clock_is_named_and_keeps_no_other_back(desk: Desk) -> None:
    table = (ROOT / "dmn/clocks.dmn").read_text().replace("{simple: 15, complex: 30}", "{simple: 0}")
    desk.perform(deploy_resources, BOSS, [*shipped(but="clocks.dmn"), ResourceFile("clocks.dmn", table.encode())])
    filed = file(desk)
    (why,) = desk.perform(get_complaint, BOSS, filed.number).events[1].details["why"]
    assert "in the column lengths of the clock 'cn_decision'" in why
    assert set(clocks(desk, filed.number)) == {"house_first_review"}


def test_a_class_moves_the_deadline_and_the_timeline_tells_it(bank: Desk) -> None:
    filed = file(bank)
    decision = clocks(bank, filed.number)["cn_decision"]
    assert record(bank, decision, "classed", "c1", complexity="complex", reason="多方核实") == china("2026-02-05T00:00")
    line = bank.perform(get_complaint, BOSS, filed.number).events[-1]
    assert (line.kind, line.details["clock"]) == ("clock-classed", "cn_decision")


def test_the_same_event_twice_is_one(bank: Desk) -> None:
    filed = file(bank)
    decision = clocks(bank, filed.number)["cn_decision"]
    for _ in range(2):
        record(bank, decision, "classed", "c1", complexity="complex")
    assert len(bank.rows(ClockEventRow, clock_key=decision.row.key)) == 2
    with pytest.raises(ClockEventError, match="reads differently"):
        record(bank, decision, "classed", "c1", complexity="simple")


def test_a_pause_takes_the_deadline_away_and_its_end_gives_it_back_later(bank: Desk) -> None:
    filed = file(bank, complaintType="card_fraud")
    decision = clocks(bank, filed.number)["cn_decision"]
    bank.clock.pin(china("2026-01-08T00:00"))
    record(bank, decision, "paused", "p1", "mediation.pdf", reason="mediation")
    assert bank.row(ClockRow, key=decision.row.key).alert_at is None
    bank.clock.pin(china("2026-01-13T00:00"))
    assert record(bank, decision, "resumed", "r1", pause="p1") == china("2026-01-26T00:00")
    left_out = [day for day in clocks(bank, filed.number)["cn_decision"].ledger.days if day.reason == "mediation"]
    assert [day.day.day for day in left_out] == [8, 9, 10, 11, 12]
    assert {day.rests_on for day in left_out} == {"银保监会令2020年第3号 第23条"}


def test_an_extension_passes_the_gate_only_whole(bank: Desk) -> None:
    decision = clocks(bank, file(bank).number)["cn_decision"]
    with pytest.raises(ClockEventError) as refused:
        record(bank, decision, "extended", "e1", "approval.pdf", **APPROVED)
    assert refused.value.fields == {"notice": ["Required"]}
    low = APPROVED | {"level": "department head", "notice": "sms-1"}
    with pytest.raises(ClockEventError, match="head-office senior management"):
        record(bank, decision, "extended", "e1", "approval.pdf", **low)
    assert record(bank, decision, "extended", "e1", "approval.pdf", **APPROVED, notice="sms-1") == china(
        "2026-03-07T00:00"
    )


def test_an_extension_after_the_deadline_is_refused(bank: Desk) -> None:
    decision = clocks(bank, file(bank).number)["cn_decision"]
    bank.clock.pin(china("2026-01-21T00:01"))
    with pytest.raises(ClockEventError, match="it passed on"):
        record(bank, decision, "extended", "e1", "approval.pdf", **APPROVED, notice="sms-1")


def test_the_request_for_an_extension_is_drafted_in_both_languages(bank: Desk) -> None:
    filed = file(bank)
    key = clocks(bank, filed.number)["cn_decision"].row.key
    zh = bank.perform(draft_extension, BOSS, key, 60, "需外部鉴定")
    assert (zh.level, zh.deadline) == ("head-office senior management", china("2026-03-07T00:00"))
    told = (filed.number, "需外部鉴定", "第18条", "2026-01-20 24:00", "2026-03-06 24:00")
    assert [text for text in told if text not in zh.text] == []
    assert "up to" not in bank.perform(draft_extension, BOSS, key, 60, "expert opinion", language="en").text
    with pytest.raises(ClockEventError, match="at most 60"):
        bank.perform(draft_extension, BOSS, key, 61, "more")


def test_facts_are_checked_before_they_are_taken(bank: Desk) -> None:
    decision = clocks(bank, file(bank).number)["cn_decision"]
    key, now = decision.row.key, bank.clock.now()
    for fact, said in (
        (ClockFact("superseded", "x", now), "Expected one of"),
        (ClockFact("classed", "x", now, details={"colour": "red"}), "Expected of classed only"),
        (ClockFact("classed", "x", now + timedelta(1), details={"complexity": "complex"}), "has happened"),
        (ClockFact("stopped", "x", now), "document"),
    ):
        with pytest.raises(ClockEventError, match=said):
            bank.perform(record_clock_event, BOSS, key, fact)
    with pytest.raises(ForbiddenError):
        bank.perform(record_clock_event, Actor("nobody"), key, ClockFact("stopped", "x", now, "d"))
    with pytest.raises(NotFoundError):
        bank.perform(record_clock_event, BOSS, 7, ClockFact("stopped", "x", now, "d"))


def test_a_new_version_of_the_table_leaves_running_clocks_as_they_are(bank: Desk) -> None:
    filed = file(bank)
    table = (ROOT / "dmn/clocks.dmn").read_text().replace("{simple: 15, complex: 30}", "{simple: 10, complex: 20}")
    bank.perform(deploy_resources, BOSS, [ResourceFile("clocks.dmn", table.encode())])
    later = file(bank)
    lengths = [clocks(bank, number)["cn_decision"].ledger.length for number in (filed.number, later.number)]
    assert lengths == [15, 10]


@pytest.mark.parametrize(
    ("approver", "why"),
    [
        ("nobody", "nobody is called 'nobody'"),
        ("lina", "'lina' is handler by unit and post"),
        ("head", "'head' is department head by unit and post"),
    ],
)
def test_an_extension_is_refused_where_the_approver_does_not_stand_so_high(bank: Desk, approver: str, why: str) -> None:
    people(bank)
    decision = clocks(bank, file(bank).number)["cn_decision"]
    said = APPROVED | {"approver": approver, "level": "head-office senior management", "notice": "sms-1"}
    with pytest.raises(ClockEventError, match=why):
        record(bank, decision, "extended", "e1", "approval.pdf", **said)
    assert len(bank.rows(ClockEventRow, clock_key=decision.row.key)) == 1


@pytest.mark.parametrize("approver", ["zhou", "governor"])
def test_an_extension_holds_with_an_approver_of_the_head_offices_management(bank: Desk, approver: str) -> None:
    people(bank)
    decision = clocks(bank, file(bank).number)["cn_decision"]
    said = APPROVED | {"approver": approver, "level": "head-office senior management", "notice": "sms-1"}
    assert record(bank, decision, "extended", "e1", "approval.pdf", **said) > decision.ledger.deadline


def people(bank: Desk) -> None:
    """A clerk, a head of department, the governor, and one of the senior management."""
    for name, groups in (("lina", ["intake"]), ("head", []), ("governor", []), ("zhou", ["senior_management"])):
        bank.perform(create_account, name, display_name=name, groups=groups)
    for unit, kind, head in (("ho", "head_office", "governor"), ("cards", "department", "head")):
        row = {"id": unit, "kind": kind, "name_zh": unit, "name_en": unit, "parent_id": None, "head": head}
        bank.perform(lambda work, row: write_unit(work.connection, row), row | {"calendar": None})
