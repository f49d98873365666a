"""Complaints filed before there were customers: each is given its own, in pages, and again nothing happens."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import delete, update

from app.services import match_older_complaints as matching
from app.services.match_older_complaints import MatchCount, match_older_complaints
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import ComplaintRow
from app.storage.customer_merges import CustomerProposalRow
from app.storage.customers import CustomerIdentityRow, CustomerRow
from app.storage.matters import ComplaintMarkRow
from tests.bank import Bank

OTHER = {"customerName": "李四", "customerPhone": "13900139000"}


def forget_customers(work: UnitOfWork) -> None:
    """Bring the records to what they were before there were customers."""
    for row_class in (CustomerProposalRow, CustomerIdentityRow, CustomerRow, ComplaintMarkRow):
        work.connection.execute(delete(row_class))
    work.connection.execute(update(ComplaintRow).values(customer_key=None, fingerprint=None))


def older(house: Bank) -> list[str]:
    numbers = [
        house.file(),
        house.file(customerTier="vip", complaintType="product_quality", orderNumber="A-1"),
        house.file(**OTHER),
    ]
    house.desk.perform(forget_customers)
    return numbers


def of_whom(house: Bank) -> list[int | None]:
    return [row.customer_key for row in house.desk.rows(ComplaintRow)]


def match(house: Bank) -> tuple[int, int, int]:
    count = match_older_complaints(house.desk.runtime)
    return count.total, count.seen, count.matched


def test_each_gets_the_customer_it_speaks_of_and_is_found_beside_others(house: Bank) -> None:
    older(house)
    assert match(house) == (3, 3, 3)
    one, same, other = of_whom(house)
    assert one == same != other
    assert house.desk.row(CustomerRow, key=one).tier == "vip"
    assert {row.kind for row in house.desk.rows(ComplaintMarkRow)} == {"text", "order"}
    assert all(row.fingerprint for row in house.desk.rows(ComplaintRow))


def test_what_a_customer_said_since_stays(house: Bank) -> None:
    older(house)
    newer = house.file(customerTier="private")
    match(house)
    keys = of_whom(house)
    assert keys[0] == keys[1] == house.complaint(newer).customer_key
    assert house.desk.row(CustomerRow, key=keys[0]).tier == "private"


def test_broken_off_it_goes_on_where_it_was_and_again_changes_nothing(
    house: Bank, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(matching, "PAGE", 1)
    older(house)

    def break_off(count: MatchCount) -> None:
        if count.seen == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        match_older_complaints(house.desk.runtime, break_off)
    assert match(house) == (1, 1, 1)
    kept = [house.desk.rows(table) for table in (ComplaintRow, CustomerRow, CustomerIdentityRow, ComplaintMarkRow)]
    assert match(house) == (0, 0, 0)
    tables = (ComplaintRow, CustomerRow, CustomerIdentityRow, ComplaintMarkRow)
    assert [house.desk.rows(table) for table in tables] == kept


def test_two_at_once_make_each_customer_once(house: Bank, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(matching, "PAGE", 1)
    older(house)
    threads = [threading.Thread(target=match, args=(house,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(house.desk.rows(CustomerRow)), None in of_whom(house)) == (2, False)
