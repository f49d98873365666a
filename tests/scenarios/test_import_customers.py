"""Customers taken in from another system's CSV: once, matched with those who complained, what is wrong told by line."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from app.domain.actor import Actor
from app.domain.reject import Reject
from app.errors import ForbiddenError, InvalidInputError
from app.services.file_complaint import file_complaint
from app.services.import_customers import import_customers
from app.services.read_customer import CustomerView, read_customer
from app.storage.complaints import ComplaintRow
from app.storage.customer_tags import CustomerTagRow
from app.storage.customers import CustomerIdentityRow, CustomerRow
from tests.bank import COMPLAINT, Bank
from tests.desk import BOSS

HEAD = "customerNumber,idNumber,phone,name,tier,fact.occupation,fact.product,model.risk_level"
LINES = (
    "C1,110101199001011234,13800138000,王小明,vip,高校教师,credit_card;wealth,B",
    "C2,,13900000002,李四,standard,老师,,A",
)


def csv(folder: Path, *lines: str, head: str = HEAD) -> Path:
    path = folder / "crm.csv"
    path.write_text("\n".join((head, *lines)) + "\n", encoding="utf-8")
    return path


def take(house: Bank, path: Path) -> tuple[tuple[int, int, int, int], list[Reject]]:
    rejects: list[Reject] = []
    count = import_customers(house.desk.runtime, BOSS, path, on_reject=rejects.append)
    return (count.read, count.added, count.known, count.rejected), rejects


def look_at(house: Bank, number: str) -> CustomerView:
    index = house.desk.runtime.sealer.blind_index("number", number)
    row = house.desk.row(CustomerIdentityRow, blind_index=index)
    return house.desk.perform(read_customer, BOSS, row.customer_key)


def test_customers_of_a_file_have_their_tags_in_standard_words_with_their_source(house: Bank, tmp_path: Path) -> None:
    assert take(house, csv(tmp_path, *LINES))[0] == (2, 2, 0, 0)
    view = look_at(house, "C1")
    assert {(row.kind, row.tag, row.value, row.source) for row in view.tags} == {
        ("fact", "occupation", "教师", "import:crm.csv"),
        ("fact", "product", "credit_card", "import:crm.csv"),
        ("fact", "product", "wealth", "import:crm.csv"),
        ("model", "risk_level", "B", "import:crm.csv"),
    }
    assert (view.tier, dict(view.products)) == ("vip", {"credit_card": 0, "wealth": 0})


def test_the_same_file_again_changes_nothing_and_a_newer_one_replaces_its_tags(house: Bank, tmp_path: Path) -> None:
    take(house, csv(tmp_path, *LINES))
    tables = (CustomerRow, CustomerIdentityRow, CustomerTagRow)
    before = [house.desk.rows(table) for table in tables]
    assert take(house, csv(tmp_path, *LINES))[0] == (2, 0, 2, 0)
    assert [house.desk.rows(table) for table in tables] == before
    take(house, csv(tmp_path, "C1,,,,private,,wealth,C"))
    tags = {(row.tag, row.value) for row in look_at(house, "C1").tags}
    assert tags == {("occupation", "教师"), ("product", "wealth"), ("risk_level", "C")}


def test_who_complained_before_is_known_and_who_complains_later_is_found(house: Bank, tmp_path: Path) -> None:
    answers = {**COMPLAINT, "amount": 1200}
    first = house.desk.perform(file_complaint, BOSS, answers)
    take(house, csv(tmp_path, *LINES))
    later = house.desk.perform(
        file_complaint, BOSS, {**answers, "customerPhone": "13700000000", "customerNumber": "c1"}
    )
    keys = {house.desk.row(ComplaintRow, key=filed.key).customer_key for filed in (first, later)}
    assert keys == {look_at(house, "C1").key}


def test_what_cannot_be_taken_is_told_by_line_and_the_rest_is_taken(house: Bank, tmp_path: Path) -> None:
    wrong = (",,,王五,,,,", "C3,,not a phone,王五,,,,", "C4,too,many,values,x,,,,,,", ",,13900000009,,,,,")
    counts, rejects = take(house, csv(tmp_path, LINES[0], *wrong, LINES[1]))
    assert counts == (6, 2, 0, 4)
    assert [one.line for one in rejects] == [3, 4, 5, 6]
    assert "kind phone" in rejects[1].reason
    assert not any("王五" in one.reason or "139" in one.reason for one in rejects)


def test_another_kind_of_file_and_another_person_are_refused(house: Bank, tmp_path: Path) -> None:
    with pytest.raises(InvalidInputError, match="salary"):
        take(house, csv(tmp_path, "1,2", head="customerNumber,salary"))
    with pytest.raises(InvalidInputError, match="an identity"):
        take(house, csv(tmp_path, "王", head="name"))
    with pytest.raises(ForbiddenError):
        import_customers(house.desk.runtime, Actor("lina"), csv(tmp_path, *LINES))


def test_two_imports_of_one_file_at_once_make_each_customer_once(house: Bank, tmp_path: Path) -> None:
    path = csv(tmp_path, *(f"N{n},,139{n:08},人{n},,,," for n in range(60)))
    threads = [threading.Thread(target=lambda: take(house, path)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(house.desk.rows(CustomerRow)) == 60
