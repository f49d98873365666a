"""What is deleted when its time is over, and what stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import update

from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.tidy_up import delete_expired, find_overdue
from app.storage.audit import AuditRow
from app.storage.automation import AutomationEventRow, AutomationFiringRow
from app.storage.base import Base
from app.storage.complaints import ComplaintRow
from app.storage.notices import NoticeRow
from tasks.automation import run_events
from tests.bank import Bank
from tests.conftest import TestDatabase
from tests.desk import Desk

DAYS = 1096
RECORDS: tuple[type[Base], ...] = (NoticeRow, AutomationEventRow, AutomationFiringRow, AuditRow)


@pytest.fixture
def house(database: TestDatabase) -> Iterator[Bank]:
    """The bank, which keeps records for three years."""
    desk = Desk(database.url, record_retention_days=DAYS)
    yield Bank(desk)
    desk.close()


def told(house: Bank) -> int:
    """A complaint whose rules have told somebody; returns its key."""
    number = house.file()
    house.desk.clock.move(timedelta(seconds=3))
    run_events(house.desk.runtime, house.desk.perform(find_overdue, 100).events)
    with house.desk.runtime.engine.begin() as connection:  # as if everything to be sent had been
        connection.execute(update(NoticeRow).values(state="SENT"))
    return int(house.complaint(number).key)


def end(house: Bank, key: int) -> None:
    with house.desk.runtime.engine.begin() as connection:
        ended = update(ComplaintRow).where(ComplaintRow.key == key)
        connection.execute(ended.values(ended_at=house.desk.clock.now()))


def counts(house: Bank, complaint_key: int) -> list[int]:
    of_complaint = [len(house.desk.rows(table, complaint_key=complaint_key)) for table in RECORDS[:3]]
    instance = house.desk.row(ComplaintRow, key=complaint_key).instance_key
    return [*of_complaint, len(house.desk.rows(AuditRow, instance_key=instance))]


def test_records_go_three_years_after_their_complaint_ended_and_not_a_day_before(house: Bank) -> None:
    key = told(house)
    house.desk.clock.move(timedelta(days=400))
    end(house, key)
    before = counts(house, key)
    assert all(before)
    house.desk.clock.move(timedelta(days=DAYS))
    house.desk.perform(delete_expired)
    assert counts(house, key) == before
    house.desk.clock.move(timedelta(seconds=1))
    house.desk.perform(delete_expired)
    assert counts(house, key) == [0, 0, 0, 0]


def test_records_of_an_open_complaint_and_what_is_still_to_be_sent_stay(house: Bank) -> None:
    still_open, ended = told(house), told(house)
    end(house, ended)
    request = NoticeRequest("late", "progress", ["customer"], {"number": "x", "status": "closed"}, complaint_key=ended)
    house.desk.perform(leave_notices, request)
    before = counts(house, still_open)
    house.desk.clock.move(timedelta(days=3 * DAYS))
    house.desk.perform(delete_expired)
    assert counts(house, still_open) == before
    assert [row.cause for row in house.desk.rows(NoticeRow, complaint_key=ended)] == ["late"]


def test_without_the_setting_everything_is_kept(desk: Desk) -> None:
    house = Bank(desk)
    key = told(house)
    end(house, key)
    before = counts(house, key)
    desk.clock.move(timedelta(days=40 * 365))
    desk.perform(delete_expired)
    assert counts(house, key) == before
