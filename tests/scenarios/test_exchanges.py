"""What is said around a complaint, and others that are like it: contacts, comments, duplicates, major matters."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, ForbiddenError, InvalidInputError
from app.services.file_complaint import file_complaint
from app.services.find_similar_complaints import find_similar_complaints, find_similar_to_answers
from app.services.get_complaint import get_complaint
from app.services.propose_major import decide_major, list_proposed
from app.services.read_exchanges import read_comments, read_contacts
from app.services.record_contact import NewContact, record_contact
from app.services.run_rules import run_rules
from app.services.write_comment import edit_comment, write_comment
from app.storage.automation import AutomationEventRow, ComplaintFlagRow
from app.storage.comments import CommentRow, CommentVersionRow
from app.storage.complaints import ComplaintRow
from app.storage.contacts import ContactRow
from app.storage.notices import NoticeRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import COMPLAINT, Bank, post
from tests.desk import BOSS, NOON

LINA = Actor("lina", frozenset({"intake"}), frozenset({"work", "start"}))
SUNHONG = Actor("sunhong", frozenset({"dept_legal"}), frozenset({"work", "start"}))
ANSWERS = {**COMPLAINT, "amount": 1200}
TEXT = "三月份买的理财产品到期后无法赎回，客户经理当时承诺保本保息，现在亏损百分之三十"
RETOLD = "我三月份买的理财产品到期后无法赎回，客户经理当时承诺保本保息，现在亏损百分之三十，请处理"


def file(house: Bank, **changes: Any) -> Any:
    filed = house.desk.perform(file_complaint, BOSS, ANSWERS | changes)
    return house.desk.row(ComplaintRow, key=filed.key)


def similar(house: Bank, number: str, actor: Actor = BOSS) -> dict[str, set[str]]:
    found = house.desk.perform(find_similar_complaints, actor, number)
    return {one.row.number: set(one.reasons) for one in found}


def test_a_contact_is_sealed_masked_and_on_the_timeline(house: Bank) -> None:
    number = house.file()
    contact = NewContact("call", "out", NOON - timedelta(hours=1), "客户改用 13900001111 联系", "phone")
    house.desk.perform(record_contact, LINA, number, contact)
    assert "13900001111" not in house.desk.row(ContactRow).sealed
    ((row, summary),) = house.desk.perform(read_contacts, LINA, number)
    assert (row.kind, row.by, summary) == ("call", "lina", "客户改用 139****1111 联系")
    assert "contact" in [event.kind for event in house.desk.perform(get_complaint, LINA, number).events]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "shout"},
        {"direction": "up"},
        {"at": NOON + timedelta(minutes=1)},
        {"summary": "  "},
        {"channel": "x" * 21},
    ],
)
def test_a_contact_that_cannot_have_been_is_refused(house: Bank, wrong: dict[str, Any]) -> None:
    number = house.file()
    contact = {"kind": "call", "direction": "in", "at": NOON, "summary": "说明", **wrong}
    with pytest.raises(InvalidInputError, match=next(iter(wrong))):
        house.desk.perform(record_contact, LINA, number, NewContact(**contact))
    assert house.desk.rows(ContactRow) == []


def test_who_is_mentioned_is_told_once_and_may_see_the_complaint(house: Bank) -> None:
    number = house.file()
    with pytest.raises(ForbiddenError):
        house.desk.perform(get_complaint, SUNHONG, number)
    key = house.desk.perform(write_comment, LINA, number, "请@孙红 看合同，@sunhong 谢谢 a@b.com")
    house.desk.perform(edit_comment, LINA, number, key, 1, "请@孙红 看合同条款")
    assert [row.recipient for row in house.desk.rows(NoticeRow, template="mentioned")] == ["sunhong"]
    assert house.desk.perform(get_complaint, SUNHONG, number).row.number == number


def test_a_mention_of_nobody_is_refused_and_nothing_is_kept(house: Bank) -> None:
    number = house.file()
    with pytest.raises(InvalidInputError, match="@李大嘴"):
        house.desk.perform(write_comment, LINA, number, "@李大嘴 请看")
    assert house.desk.rows(CommentRow) == []


def test_a_comment_is_edited_by_its_author_for_a_while_and_keeps_what_it_said(house: Bank) -> None:
    number = house.file()
    key = house.desk.perform(write_comment, LINA, number, "第一版")
    with pytest.raises(ForbiddenError):
        house.desk.perform(edit_comment, BOSS, number, key, 1, "别人改")
    house.desk.perform(edit_comment, LINA, number, key, 1, "第二版")
    with pytest.raises(ConflictError):
        house.desk.perform(edit_comment, LINA, number, key, 1, "迟到的修改")
    house.desk.clock.move(timedelta(minutes=16))
    with pytest.raises(ForbiddenError):
        house.desk.perform(edit_comment, LINA, number, key, 2, "太晚")
    (shown,) = house.desk.perform(read_comments, LINA, number)
    assert (shown.text, [text for _, text in shown.before], shown.own_text) == ("第二版", ["第一版"], None)
    assert "第" not in "".join(row.sealed for row in house.desk.rows(CommentVersionRow))


def test_a_comment_on_another_complaint_is_not_edited_through_ones_own(house: Bank) -> None:
    key = house.desk.perform(write_comment, LINA, house.file(), "一")
    other = house.file(customerPhone="13900000002")
    with pytest.raises(Exception, match="there is none"):
        house.desk.perform(edit_comment, LINA, other, key, 1, "二")


def test_the_same_person_telling_the_same_again_is_likely_a_duplicate(house: Bank) -> None:
    one = file(house, description=TEXT, productLine="wealth")
    other = file(house, description=RETOLD, productLine="wealth")
    (found,) = house.desk.perform(find_similar_complaints, BOSS, other.number)
    assert (found.row.number, set(found.reasons)) == (one.number, {"same-customer", "same-product", "alike-text"})
    assert found.is_likely_duplicate
    assert TEXT not in f"{one.fingerprint}{one.data}"


def test_strangers_are_alike_by_their_words_or_a_number_not_by_a_product(house: Bank) -> None:
    one = file(house, description=TEXT, orderNumber="D-77")
    words = file(house, description=RETOLD, customerPhone="13900000002")
    order = file(house, description="快递没有送到家里", customerPhone="13900000003", orderNumber="d-77")
    file(house, description="信用卡年费重复收取，客服电话打不通", customerPhone="13900000004")
    found = similar(house, one.number)
    assert found == {words.number: {"alike-text", "same-product"}, order.number: {"same-number", "same-product"}}


def test_one_of_several_numbers_of_other_houses_is_enough(house: Bank) -> None:
    one = file(house, externalNumbers="12378-9，信访 77")
    other = file(house, description="完全不同的事", customerPhone="13900000002", externalNumbers="XF-1, 12378-9")
    assert "same-number" in similar(house, one.number)[other.number]


def test_words_of_long_ago_are_not_alike_any_more(house: Bank) -> None:
    file(house, description=TEXT)
    house.desk.clock.move(timedelta(days=31))
    assert similar(house, file(house, description=RETOLD, customerPhone="13900000002").number) == {}


def test_before_it_is_filed_the_same_is_found_and_only_what_one_may_see(house: Bank) -> None:
    number = house.file(description=TEXT)
    hidden = file(house, description=TEXT)
    seen = house.desk.perform(find_similar_to_answers, LINA, ANSWERS | {"description": RETOLD})
    assert {one.row.number for one in seen} >= {number}
    nothing = house.desk.perform(find_similar_to_answers, SUNHONG, ANSWERS | {"description": RETOLD})
    assert nothing == []
    assert hidden.customer_key is not None


def test_the_registration_page_shows_the_known_customer_before_it_is_filed(house: Bank) -> None:
    number = house.file(description=TEXT)
    with house.person("lina") as browser:
        page = post(browser, "/complaints/new", COMPLAINT | {"description": RETOLD, "_check": "1"}).text
        part = post(browser, "/complaints/new/related", COMPLAINT).text
    for text in (page, part):
        assert "王**" in text
        assert number in text
    assert len(house.desk.rows(ComplaintRow)) == 1


def test_contacts_comments_and_merging_work_by_the_pages(house: Bank) -> None:
    one = house.file(description=TEXT)
    other = house.file(description=RETOLD)
    with house.person("admin") as browser:
        contact = {"kind": "visit", "direction": "in", "at": "2026-01-05T11:00", "summary": "客户到网点"}
        assert post(browser, f"/complaints/{one}/contacts", contact).status_code == 302
        assert post(browser, f"/complaints/{one}/comments", {"text": "已核实"}).status_code == 302
        pages = [browser.get(f"/complaints/{one}/{part}").text for part in ("contacts", "comments", "related")]
        merged = post(browser, f"/complaints/{one}/merge", {"with": other, "document": "同一事项"})
    assert ["客户到网点" in pages[0], "已核实" in pages[1], other in pages[2]] == [True] * 3
    assert merged.location.endswith(one)


def run_events(house: Bank) -> None:
    for row in house.desk.rows(AutomationEventRow, state="WAITING"):
        run_rules(house.desk.runtime, row.key)


def test_twenty_on_one_matter_are_proposed_and_raised_when_accepted(house: Bank) -> None:
    for n in range(19):
        file(house, description=TEXT, customerPhone=f"139000000{n:02}")
    run_events(house)
    assert house.desk.perform(list_proposed, BOSS) == []
    file(house, description=RETOLD, customerPhone="13900000099")
    run_events(house)
    ((group, complaints),) = house.desk.perform(list_proposed, BOSS)
    assert len(complaints) == 20
    assert house.desk.rows(ComplaintFlagRow, flag="major") == []
    with pytest.raises(ForbiddenError):
        house.desk.perform(decide_major, LINA, group.key, accepted=True)
    assert house.desk.perform(decide_major, BOSS, group.key, accepted=True) == 20
    later = file(house, description=TEXT, customerPhone="13900000098")
    run_events(house)
    assert len(house.desk.rows(ComplaintFlagRow, flag="major")) == 21
    task = house.desk.row(UserTaskRow, root_key=later.instance_key)
    assert task.priority == 90
    with pytest.raises(ConflictError):
        house.desk.perform(decide_major, BOSS, group.key, accepted=False)
