"""Complaints taken in, and where people see them stand, told on real databases with the shipped models."""

from __future__ import annotations

import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.domain.actor import Actor
from app.errors import ForbiddenError, InvalidInputError, NotFoundError
from app.jobs import RUN_JOBS
from app.services.file_complaint import FiledComplaint, file_complaint
from app.services.get_complaint import get_complaint
from app.services.publish_message import Message, publish_message
from app.services.run_built_in_job import run_built_in_job
from app.storage.complaints import ComplaintRow, find_complaints_by_identity
from app.storage.variables import VariableRow
from tests.desk import BOSS, NOON, Desk

ROOT = Path(__file__).parents[2]
COMPLAINT: dict[str, Any] = {
    "customerName": "张三丰",
    "customerPhone": "13812345678",
    "customerTier": "vip",
    "channel": "phone",
    "complaintType": "fee_dispute",
    "productLine": "debit_card",
    "region": "east",
    "urgency": "normal",
    "amount": 1200,
    "description": "年费重复收取，请回电 13900001111",
}


@pytest.fixture
def bank(stocked: Desk) -> Desk:
    return stocked


def do_jobs(bank: Desk) -> None:
    for nudge in [nudge for nudge in bank.nudges.sent if nudge.task == RUN_JOBS]:
        for (key,) in nudge.ids:
            run_built_in_job(bank.runtime, key)


def file(bank: Desk, **changes: Any) -> FiledComplaint:
    return bank.perform(file_complaint, BOSS, COMPLAINT | changes)


def test_a_complaint_gets_its_number_its_process_and_a_task(bank: Desk) -> None:
    filed = file(bank)
    assert (filed.number, filed.process_id) == ("TS-2026-000001", "complaint_handling")
    assert [task.element_id for task in bank.open_tasks()] == ["register"]
    view = bank.perform(get_complaint, BOSS, filed.number)
    assert (view.row.status, view.row.received_at, view.row.instance_key) == ("pending", NOON, filed.instance_key)


def test_personal_data_is_sealed_masked_and_no_process_variable(bank: Desk) -> None:
    filed = file(bank)
    row = bank.row(ComplaintRow, key=filed.key)
    kept = f"{row.data}{row.sealed}" + "".join(variable.value for variable in bank.rows(VariableRow))
    assert not any(text in kept for text in ("张三丰", "13812345678", "13900001111"))
    shown = bank.perform(get_complaint, BOSS, filed.number).fields
    assert (shown["customerName"], shown["customerPhone"]) == ("张**", "138****5678")
    assert shown["description"] == "年费重复收取，请回电 139****1111"


def test_complaints_of_one_phone_are_found_however_it_was_written(bank: Desk) -> None:
    numbers = [file(bank, customerPhone=phone).number for phone in ("13812345678", "+86 138 1234 5678", "13800000000")]
    index = bank.runtime.sealer.blind_index("phone", "138-1234-5678")
    with bank.runtime.reading() as connection:
        assert [row.number for row in find_complaints_by_identity(connection, [index])] == numbers[1::-1]


def test_the_status_follows_the_process(bank: Desk) -> None:
    filed = file(bank)
    bank.complete("register", accepted="yes")
    assert bank.perform(get_complaint, BOSS, filed.number).row.status == "in_progress"
    publish_message(bank.runtime, BOSS, Message("complaint_withdrawn", filed.number))
    do_jobs(bank)
    view = bank.perform(get_complaint, BOSS, filed.number)
    assert (view.row.status, view.row.ended_at) == ("withdrawn", NOON)
    assert [event.kind for event in view.events] == ["filed", "status", "spoken-for", "status"]


def test_a_filing_that_fails_leaves_no_gap(desk: Desk, bank: Desk) -> None:
    file(bank)
    with pytest.raises(InvalidInputError, match="dated"):
        bank.perform(file_complaint, BOSS, COMPLAINT, received_at=NOON + timedelta(seconds=1))
    with pytest.raises(ForbiddenError):
        bank.perform(file_complaint, Actor("nobody"), COMPLAINT)
    assert file(bank).number == "TS-2026-000002"


def test_without_the_process_nothing_is_recorded(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="'complaint_handling'"):
        desk.perform(file_complaint, BOSS, COMPLAINT)
    assert desk.rows(ComplaintRow) == []


def test_numbers_have_no_gaps_when_many_file_at_once(bank: Desk) -> None:
    numbers: list[str] = []
    threads = [threading.Thread(target=lambda: numbers.append(file(bank).number)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(numbers) == [f"TS-2026-{sequence:06d}" for sequence in range(1, 9)]


def test_the_year_of_the_number_is_the_institutions(bank: Desk) -> None:
    received = NOON.replace(year=2025, month=12, day=31, hour=20)
    zone = bank.runtime.zone
    filed = bank.perform(file_complaint, BOSS, COMPLAINT, received_at=received)
    assert filed.number.startswith(f"TS-{received.astimezone(zone).year}-")
