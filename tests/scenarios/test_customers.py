"""Whose a complaint is: people found again, made once, never merged unasked, merged and taken apart by people."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, ForbiddenError, InvalidInputError
from app.services.file_complaint import file_complaint
from app.services.find_customers import find_customers
from app.services.merge_customers import merge_customers
from app.services.read_customer import CustomerView, read_customer
from app.services.run_rules import run_rules
from app.services.unmerge_customers import unmerge_customers
from app.storage.automation import AutomationEventRow
from app.storage.complaints import ComplaintRow
from app.storage.customer_merges import CustomerProposalRow
from app.storage.customers import CustomerIdentityRow, CustomerRow
from tests.bank import COMPLAINT, CSRF, Bank, post
from tests.desk import BOSS

LINA = Actor("lina", frozenset({"intake"}), frozenset({"work", "start"}))
STRANGER = Actor("stranger", frozenset({"dept_legal"}), frozenset({"work", "start"}))
ANSWERS = {**COMPLAINT, "amount": 1200}


def file(house: Bank, **changes: Any) -> Any:
    """File a complaint and return its row."""
    filed = house.desk.perform(file_complaint, BOSS, ANSWERS | changes)
    return house.desk.row(ComplaintRow, key=filed.key)


def look_at(house: Bank, key: int, actor: Actor = BOSS) -> CustomerView:
    return house.desk.perform(read_customer, actor, key)


def values(view: CustomerView) -> list[str]:
    return sorted(one.value for one in view.identities)


def test_one_phone_and_name_is_one_customer_however_they_are_written(house: Bank) -> None:
    one = file(house)
    other = file(house, customerPhone="+86 138-0013-8000", customerName="王 小明", customerEmail="wang@example.com")
    assert one.customer_key == other.customer_key
    view = look_at(house, one.customer_key)
    assert (view.name, values(view)) == ("王**", ["138****8000", "w***@example.com"])
    assert [row.number for row in view.complaints] == [other.number, one.number]


def test_two_people_at_one_phone_stay_two_and_are_proposed_once(house: Bank) -> None:
    one, other = file(house), file(house, customerName="李四")
    again = file(house, customerName="李四")
    assert one.customer_key != other.customer_key == again.customer_key
    (proposal,) = look_at(house, one.customer_key).proposals
    assert (proposal.key, proposal.reason, proposal.name) == (other.customer_key, "shared", "李*")


def test_another_id_number_at_the_same_phone_and_name_is_another_person(house: Bank) -> None:
    one = file(house, customerIdNumber="110101199001011234")
    other = file(house, customerIdNumber="11010119900101567X")
    assert one.customer_key != other.customer_key
    assert [row.reason for row in house.desk.rows(CustomerProposalRow)] == ["two-people"]


def test_identities_of_two_customers_given_together_are_proposed_never_merged(house: Bank) -> None:
    one = file(house, customerPhone="13900000001", customerNumber="C1")
    other = file(house, customerPhone="13900000002", customerIdNumber="110101199001011234")
    third = file(house, customerPhone="13900000001", customerIdNumber="110101199001011234")
    assert third.customer_key == other.customer_key
    assert [row.key for row in house.desk.rows(CustomerRow)] == [one.customer_key, other.customer_key]
    assert [row.reason for row in house.desk.rows(CustomerProposalRow)] == ["given-together"]


def test_a_complaint_of_nobody_has_no_customer(house: Bank) -> None:
    nameless = {name: value for name, value in ANSWERS.items() if not name.startswith("customer")}
    filed = house.desk.perform(file_complaint, BOSS, nameless)
    assert house.desk.row(ComplaintRow, key=filed.key).customer_key is None
    assert house.desk.rows(CustomerRow) == []


def test_a_new_person_filing_eight_times_at_once_is_one_customer(house: Bank) -> None:
    old = house.desk.clock.now() - timedelta(days=10)  # last year: another row of numbers
    when = [None, old] * 4
    threads = [
        threading.Thread(target=lambda at=at: house.desk.perform(file_complaint, BOSS, ANSWERS, received_at=at))
        for at in when
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(house.desk.rows(ComplaintRow)) == 8
    assert len(house.desk.rows(CustomerRow)) == len(house.desk.rows(CustomerIdentityRow)) == 1


def test_a_merge_taken_back_leaves_each_what_it_had_and_what_came_since(house: Bank) -> None:
    one, other = file(house), file(house, customerPhone="13900000002", customerName="王晓明")
    before = [look_at(house, row.customer_key) for row in (one, other)]
    stays = house.desk.perform(merge_customers, BOSS, other.customer_key, one.customer_key, reason="同一人")
    since = file(house, customerPhone="13900000002", customerName="王晓明", customerNumber="C9")
    merged = look_at(house, other.customer_key)
    assert (stays, merged.key, len(merged.complaints)) == (one.customer_key, one.customer_key, 3)
    house.desk.perform(unmerge_customers, BOSS, merged.merges[0].key, reason="两个人")
    after = [look_at(house, row.customer_key) for row in (one, other)]
    assert (after[0].identities, after[0].complaints) == (before[0].identities, before[0].complaints)
    assert [row.number for row in after[1].complaints] == [since.number, other.number]
    assert values(after[1]) == ["**", "139****0002"]
    assert [(row.reason, row.undone_reason) for row in after[1].merges] == [("同一人", "两个人")]


def test_a_merge_in_the_middle_of_others_comes_apart_alone(house: Bank) -> None:
    keys = [file(house, customerPhone=f"1390000000{n}", customerName=f"人{n}").customer_key for n in range(3)]
    house.desk.perform(merge_customers, BOSS, keys[1], keys[2], reason="同一人")
    house.desk.perform(merge_customers, BOSS, keys[0], keys[1], reason="同一人")
    assert len(look_at(house, keys[2]).complaints) == 3
    first, second = look_at(house, keys[0]).merges
    house.desk.perform(unmerge_customers, BOSS, second.key, reason="弄错")
    assert [len(look_at(house, key).complaints) for key in keys] == [1, 2, 2]
    house.desk.perform(unmerge_customers, BOSS, first.key, reason="弄错")
    assert [len(look_at(house, key).complaints) for key in keys] == [1, 1, 1]
    with pytest.raises(ConflictError, match="undone before"):
        house.desk.perform(unmerge_customers, BOSS, first.key, reason="弄错")


def test_a_merge_needs_the_right_two_customers_and_a_reason(house: Bank) -> None:
    one, other = file(house), file(house, customerPhone="13900000002")
    pair = (one.customer_key, other.customer_key)
    with pytest.raises(ForbiddenError):
        house.desk.perform(merge_customers, LINA, *pair, reason="x")
    with pytest.raises(InvalidInputError, match="reason"):
        house.desk.perform(merge_customers, BOSS, *pair, reason=" ")
    with pytest.raises(InvalidInputError, match="are one"):
        house.desk.perform(merge_customers, BOSS, pair[0], pair[0], reason="x")


def test_a_customer_is_found_by_whole_identities_numbers_and_names_only(house: Bank) -> None:
    row = file(house, customerIdNumber="110101199001011234")
    for text in ("138 0013 8000", "110101199001011234", row.number.lower(), "王小明"):
        assert [one.key for one in house.desk.perform(find_customers, BOSS, text)] == [row.customer_key], text
    for text in ("1380013800", "王小", "TS-2026-000009", "%", "", "x" * 200):
        assert house.desk.perform(find_customers, BOSS, text) == [], text


def test_what_is_found_is_masked_and_names_need_the_right(house: Bank) -> None:
    row = file(house)
    (found,) = house.desk.perform(find_customers, LINA, "13800138000")
    assert (found.name, found.identities, found.complaints) == ("王**", [("phone", "138****8000")], 1)
    assert house.desk.perform(find_customers, LINA, "王小明") == []
    assert house.desk.perform(find_customers, STRANGER, row.number) == []
    with pytest.raises(ForbiddenError):
        house.desk.perform(find_customers, Actor("nobody"), "13800138000")


def test_a_customer_is_seen_by_who_sees_a_complaint_and_only_those_complaints(house: Bank) -> None:
    number = house.file()
    hidden = file(house)
    row = house.complaint(number)
    view = look_at(house, row.customer_key, LINA)
    assert number in [one.number for one in view.complaints]
    assert len(view.complaints) + view.unseen == 2
    assert hidden.customer_key == row.customer_key
    with pytest.raises(ForbiddenError):
        look_at(house, row.customer_key, STRANGER)


def test_no_page_or_answer_about_a_customer_holds_what_is_sealed(house: Bank) -> None:
    row = file(house, customerIdNumber="110101199001011234", customerEmail="wang@example.com")
    with house.person("admin") as browser:
        texts = [
            browser.get(f"/customers/{row.customer_key}").text,
            post(browser, "/customers", {"text": "110101199001011234"}).text.replace('value="110101199001011234"', ""),
            browser.get(f"/complaints/{row.number}/customer").text,
            browser.get(f"/api/customers/{row.customer_key}").text,
        ]
    for text in texts:
        assert "王**" in text, text
        assert not any(secret in text for secret in ("王小明", "13800138000", "110101199001011234", "wang@"))


def test_trying_phone_numbers_in_turn_is_stopped(house: Bank) -> None:
    limits = house.app.extensions["redress_limits"]
    with house.person("lina") as browser:
        answers = []
        for tries in (0, 60):
            for _ in range(tries):
                limits.may_look_up("lina")
            wish, token = {"text": "13800138000"}, {"X-CSRF-Token": CSRF}
            answers.append(browser.post("/api/customers/search", json=wish, headers=token).status_code)
    assert answers == [200, 429]


def run_events(house: Bank) -> None:
    for row in house.desk.rows(AutomationEventRow, state="WAITING"):
        run_rules(house.desk.runtime, row.key)


def test_a_rule_counts_merged_customers_as_one_and_its_tag_shows_where_it_came_from(house: Bank) -> None:
    phones = ("13900000001", "13900000002")
    one, other = (file(house, customerPhone=phone, customerName=phone[-1] + "号") for phone in phones)
    for phone in phones:
        file(house, customerPhone=phone, customerName=phone[-1] + "号")
    run_events(house)
    assert look_at(house, one.customer_key).tags == []
    house.desk.perform(merge_customers, BOSS, one.customer_key, other.customer_key, reason="同一人")
    file(house, customerPhone=phones[0], customerName="1号")
    run_events(house)
    (tag,) = look_at(house, other.customer_key).tags
    assert (tag.tag, tag.kind, tag.customer_key) == ("高关注客户", "rule", one.customer_key)
    assert tag.source.startswith("rule:on_customer")
    (found,) = house.desk.perform(find_customers, LINA, phones[1])
    assert found.tags == ["高关注客户"]
