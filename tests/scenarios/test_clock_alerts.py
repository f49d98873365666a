"""Deadlines that come near and pass: told once, to the right people, whoever sweeps and however often."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest

from app.jobs import TELL_CLOCKS
from app.services.claim_due_clocks import claim_due_clocks
from app.services.get_complaint import get_complaint
from app.services.raise_incident import raise_clock_incident
from app.services.resolve_incident import resolve_incident
from app.services.tell_clock import tell_clock
from app.storage.audit import OutboxRow
from app.storage.clocks import ClockRow, list_complaints_by_deadline
from app.storage.complaints import ComplaintEventRow
from app.storage.incidents import IncidentRow
from tasks.clocks import tell_leased
from tasks.dispatcher import dispatch_clocks
from tests.clock_desk import APPROVED, china, clocks, file, record, withdraw
from tests.desk import BOSS, Desk


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    return stocked


def sweep(bank: Desk) -> int:
    told = 0
    while leases := bank.perform(claim_due_clocks, 50):
        told += tell_leased(bank.runtime, leases)
    return told


def told(bank: Desk, number: str) -> list[tuple[str, str]]:
    events = bank.perform(get_complaint, BOSS, number).events
    return [(line.kind, line.details["clock"]) for line in events if line.kind.startswith("clock-")]


def test_a_deadline_is_warned_of_and_then_overdue_each_once(bank: Desk) -> None:
    number = file(bank).number
    assert sweep(bank) == 0
    bank.clock.move(timedelta(hours=20))
    assert (sweep(bank), sweep(bank)) == (1, 0)
    assert told(bank, number) == [("clock-warning", "house_first_review")]
    bank.clock.move(timedelta(hours=4))
    assert sweep(bank) == 0
    bank.clock.move(timedelta(microseconds=1))
    assert (sweep(bank), sweep(bank)) == (1, 0)
    assert told(bank, number)[1:] == [("clock-overdue", "house_first_review")]
    assert clocks(bank, number)["house_first_review"].row.standing == "overdue"


def test_each_telling_leaves_a_notice_to_be_sent(bank: Desk) -> None:
    filed = file(bank)
    bank.clock.move(timedelta(hours=21))
    sweep(bank)
    (notice,) = [row for row in bank.rows(OutboxRow) if row.payload.get("event") == "clock-warning"]
    assert (notice.topic, notice.payload["complaint"], notice.instance_key) == (
        "notice",
        filed.number,
        filed.instance_key,
    )
    assert notice.payload["deadline"] == "2026-01-06T12:00:00+00:00"


def test_who_slept_through_the_warning_hears_only_that_it_is_late(bank: Desk) -> None:
    number = file(bank).number
    bank.clock.move(timedelta(days=20))
    assert sweep(bank) == 2
    assert told(bank, number) == [("clock-overdue", "house_first_review"), ("clock-overdue", "cn_decision")]


def test_a_moved_deadline_is_warned_of_anew_and_an_ended_one_no_more(bank: Desk) -> None:
    number = file(bank).number
    bank.complete("register", accepted="yes")
    bank.clock.pin(china("2026-01-19T00:00"))
    sweep(bank)
    record(bank, clocks(bank, number)["cn_decision"], "extended", "e", "a.pdf", **APPROVED, notice="sms")
    bank.clock.pin(china("2026-03-05T00:00"))
    sweep(bank)
    withdraw(bank, number)
    bank.clock.pin(china("2026-06-01T00:00"))
    sweep(bank)
    decision = [kind for kind, clock in told(bank, number) if clock == "cn_decision"]
    assert decision == ["clock-warning", "clock-extended", "clock-warning"]


def test_a_lease_that_was_taken_over_tells_nothing(bank: Desk) -> None:
    file(bank)
    bank.clock.move(timedelta(hours=20))
    ((key, old),) = bank.perform(claim_due_clocks, 50)
    assert bank.perform(claim_due_clocks, 50) == []
    bank.clock.move(timedelta(seconds=61))
    ((_, new),) = bank.perform(claim_due_clocks, 50)
    assert [bank.perform(tell_clock, key, token) for token in (old, new, new)] == [False, True, False]


def test_the_dispatcher_passes_leases_on_and_tells_itself_without_a_queue(bank: Desk) -> None:
    file(bank)
    bank.clock.move(timedelta(hours=20))
    assert dispatch_clocks(bank.runtime) == 1
    (nudge,) = [nudge for nudge in bank.nudges.sent if nudge.task == TELL_CLOCKS]
    assert tell_leased(bank.runtime, nudge.ids) == 1
    bank.nudges.is_reachable = False
    bank.clock.move(timedelta(hours=5))
    assert dispatch_clocks(bank.runtime) == 1
    assert len(bank.rows(ComplaintEventRow, kind="clock-overdue")) == 1


def test_sweepers_who_race_tell_each_clock_once(bank: Desk) -> None:
    for _ in range(12):
        file(bank)
    bank.clock.move(timedelta(hours=25))
    threads = [threading.Thread(target=sweep, args=(bank,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(bank.rows(ComplaintEventRow, kind="clock-overdue")) == 12


def test_a_clock_that_cannot_be_told_of_is_an_incident_that_can_be_tried_again(bank: Desk) -> None:
    filed = file(bank)
    bank.clock.move(timedelta(hours=20))
    ((key, _),) = bank.perform(claim_due_clocks, 50)
    bank.perform(raise_clock_incident, key, "ValueError: broken")
    bank.clock.move(timedelta(minutes=2))
    assert sweep(bank) == 0
    incident = bank.row(IncidentRow, instance_key=filed.instance_key)
    bank.perform(resolve_incident, BOSS, incident.key)
    assert sweep(bank) == 1


def test_complaints_are_listed_by_their_nearest_deadline(bank: Desk) -> None:
    numbers = []
    for _ in range(3):
        numbers.append(file(bank).number)
        bank.clock.move(timedelta(hours=1))
    with bank.runtime.reading() as connection:
        soon = list_complaints_by_deadline(connection, bank.clock.now() + timedelta(hours=22, minutes=30))
        assert [row.number for row in soon] == numbers[:2]
        after = list_complaints_by_deadline(
            connection, soon[0].due_at + timedelta(days=9), after=(soon[0].due_at, soon[0].key)
        )
    assert [row.number for row in after] == numbers[1:]
    assert len(bank.rows(ClockRow, clock_id="house_first_review")) == 3
