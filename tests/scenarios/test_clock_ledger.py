"""One complaint's life with the ledger as written by hand: merged, classed, paused, extended, reopened, withdrawn."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app.errors import ConflictError, InvalidInputError
from app.services.get_complaint import get_complaint
from app.services.merge_complaints import merge_complaints
from app.services.read_clocks import ClockView, read_clocks
from app.services.reopen_complaint import reopen_complaint
from app.storage.clocks import ClockEventRow, ClockRow
from app.storage.complaints import ComplaintRow
from tests.clock_desk import APPROVED, china, file, record, withdraw
from tests.desk import BOSS, NOON, Desk

ORDER = "银保监会令2020年第3号"


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    return stocked


def decisions(bank: Desk, number: str) -> list[ClockView]:
    """The order's clocks of a complaint, the oldest first."""
    views = [view for view in bank.perform(read_clocks, BOSS, number) if view.row.clock_id == "cn_decision"]
    return sorted(views, key=lambda view: view.row.started_at)


def written_out(*parts: tuple[str, str, int | str]) -> list[tuple[date, int | None, str]]:
    """Days from-to, numbered from a number on, or left out for a reason."""
    days = []
    for first, last, what in parts:
        day, end = date.fromisoformat(f"2026-{first}"), date.fromisoformat(f"2026-{last}")
        for ahead in range((end - day).days + 1):
            counted = isinstance(what, int)
            days.append((day + timedelta(ahead), what + ahead if counted else None, "" if counted else str(what)))
    return days


def drawn(view: ClockView) -> list[tuple[date, int | None, str]]:
    return [(day.day, day.number, day.reason) for day in view.ledger.days]


def at(bank: Desk, text: str) -> None:
    bank.clock.pin(china(f"2026-{text}"))


def live(bank: Desk) -> str:
    """Let the complaint live; returns its number."""
    number = file(bank).number
    bank.complete("register", accepted="yes")
    at(bank, "01-06T10:00")
    second = file(bank)
    at(bank, "01-07T09:00")
    assert bank.perform(merge_complaints, BOSS, second.number, number, document="merge-note.pdf") == number
    at(bank, "01-08T00:00")
    record(bank, decisions(bank, number)[0], "classed", "c", "class-note.pdf", complexity="complex", reason="多家机构")
    at(bank, "01-10T09:00")
    record(bank, decisions(bank, number)[0], "paused", "m", "mediation.pdf", reason="mediation")
    at(bank, "01-13T15:00")
    record(bank, decisions(bank, number)[0], "resumed", "m-end", pause="m")
    at(bank, "01-20T11:00")
    record(bank, decisions(bank, number)[0], "extended", "e", "approval.pdf", **APPROVED, notice="sms-77")
    at(bank, "02-02T18:00")
    bank.perform(reopen_complaint, BOSS, number, china("2026-02-02T10:00"), document="letter.pdf")
    at(bank, "02-05T00:00")
    examined: dict[str, Any] = {"reason": "examination", "notice": "sms-81"}
    record(bank, decisions(bank, number)[1], "paused", "x", "examination.pdf", **examined)
    at(bank, "02-09T11:00")
    withdraw(bank, number)
    return number


def test_the_first_clock_is_as_written_by_hand(bank: Desk) -> None:
    first, _ = decisions(bank, live(bank))
    assert (first.ledger.standing, first.ledger.deadline) == ("superseded", china("2026-03-09T00:00"))
    assert drawn(first) == written_out(
        ("01-05", "01-05", "day of the start"),
        ("01-06", "01-10", 1),
        ("01-11", "01-12", "mediation"),
        ("01-13", "03-08", 6),
    )
    rests = {(day.rests_on, day.document) for day in first.ledger.days if day.reason == "mediation"}
    assert rests == {(f"{ORDER} 第23条", "mediation.pdf")}


def test_the_clock_of_the_new_facts_is_as_written_by_hand(bank: Desk) -> None:
    _, second = decisions(bank, live(bank))
    assert (second.ledger.standing, second.row.ended_at) == ("met", china("2026-02-09T11:00"))
    assert second.ledger.deadline == china("2026-02-22T00:00")
    assert drawn(second) == written_out(
        ("02-02", "02-02", "day of the start"),
        ("02-03", "02-04", 1),
        ("02-05", "02-08", "examination"),
        ("02-09", "02-21", 3),
    )
    rests = {(day.rests_on, day.document) for day in second.ledger.days if day.reason == "examination"}
    assert rests == {(f"{ORDER} 第18条", "examination.pdf")}


def test_every_event_stands_with_when_it_happened_and_what_proves_it(bank: Desk) -> None:
    first, second = decisions(bank, live(bank))
    assert [(event.kind, event.at, event.document) for event in first.events] == [
        ("started", NOON, ""),
        ("classed", china("2026-01-08T00:00"), "class-note.pdf"),
        ("paused", china("2026-01-10T09:00"), "mediation.pdf"),
        ("resumed", china("2026-01-13T15:00"), ""),
        ("extended", china("2026-01-20T11:00"), "approval.pdf"),
        ("superseded", china("2026-02-02T10:00"), "letter.pdf"),
    ]
    assert first.events[-1].details == {"successor": str(second.row.key), "reason": "new_facts"}
    assert first.events[-1].recorded_at == china("2026-02-02T18:00")


def test_a_merged_complaint_keeps_its_trail_and_leaves_its_deadline_to_the_earlier_one(bank: Desk) -> None:
    number = live(bank)
    (other,) = [row for row in bank.rows(ComplaintRow) if row.number != number]
    assert (other.merged_into, other.status, other.due_at) == (
        bank.row(ComplaintRow, number=number).key,
        "archived",
        None,
    )
    assert {row.standing for row in bank.rows(ClockRow, complaint_key=other.key)} == {"superseded"}
    assert bank.row(ComplaintRow, number=number).received_at == NOON
    kinds = [line.kind for line in bank.perform(get_complaint, BOSS, other.number).events]
    assert kinds == ["filed", "merged-into"]
    assert "merged" in [line.kind for line in bank.perform(get_complaint, BOSS, number).events]


def test_nothing_is_left_to_be_due_after_a_withdrawal(bank: Desk) -> None:
    number = live(bank)
    assert bank.row(ComplaintRow, number=number).status == "withdrawn"
    assert bank.row(ComplaintRow, number=number).due_at is None
    assert not bank.rows(ClockRow, ended_at=None)
    assert not [row for row in bank.rows(ClockRow) if row.alert is not None]


def test_a_pause_that_lasts_goes_on_when_new_facts_arrive(bank: Desk) -> None:
    number = file(bank).number
    at(bank, "01-08T00:00")
    record(bank, decisions(bank, number)[0], "paused", "m", "mediation.pdf", reason="mediation")
    at(bank, "01-10T00:00")
    bank.perform(reopen_complaint, BOSS, number, bank.clock.now(), document="letter.pdf")
    at(bank, "01-12T00:00")
    second = decisions(bank, number)[1]
    assert second.ledger.standing == "paused"
    assert record(bank, second, "resumed", "m-end", pause="m") == china("2026-01-27T00:00")


def test_an_ended_complaint_is_worked_on_again_when_new_facts_arrive(bank: Desk) -> None:
    filed = file(bank)
    bank.complete("register", accepted="yes")
    withdraw(bank, filed.number)
    bank.clock.move(timedelta(days=3))
    bank.perform(reopen_complaint, BOSS, filed.number, bank.clock.now(), document="letter.pdf")
    row = bank.row(ComplaintRow, number=filed.number)
    assert (row.status, row.ended_at, row.received_at) == ("pending", None, NOON)
    assert row.instance_key != filed.instance_key
    assert [view.ledger.standing for view in decisions(bank, filed.number)] == ["met", "running"]


def test_what_cannot_be_merged_or_reopened_is_refused(bank: Desk) -> None:
    first, second, third = (file(bank).number for _ in range(3))
    with pytest.raises(InvalidInputError, match="named twice"):
        bank.perform(merge_complaints, BOSS, first, first, document="note.pdf")
    bank.perform(merge_complaints, BOSS, first, second, document="note.pdf")
    with pytest.raises(ConflictError, match="merged before"):
        bank.perform(merge_complaints, BOSS, second, third, document="note.pdf")
    with pytest.raises(ConflictError, match="merged into another"):
        bank.perform(reopen_complaint, BOSS, second, bank.clock.now(), document="letter.pdf")
    with pytest.raises(InvalidInputError, match="arrived after"):
        bank.perform(reopen_complaint, BOSS, first, datetime(2025, 1, 1, tzinfo=UTC), document="letter.pdf")
    assert len(bank.rows(ClockEventRow, kind="superseded")) == 2
