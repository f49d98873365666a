"""Who sees which complaint, which of its fields, and what is kept of looking, uncovering and being refused."""

from __future__ import annotations

import json

import pytest

from app.domain.actor import Actor
from app.errors import ForbiddenError, InvalidInputError
from app.services.assign_user_task import assign_user_task
from app.services.authenticate_password import find_actor
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.get_complaint import get_complaint
from app.services.merge_complaints import merge_complaints
from app.services.read_complaints import list_recent_complaints
from app.services.read_earlier_answers import read_earlier_answers
from app.services.record_clock_event import ClockFact, record_clock_event
from app.services.reveal_field import Revealed, RevealWish, reveal_field
from app.services.see_complaint import UnseenComplaintError, see_complaint
from app.storage.access_events import REVEALED, VIEWED, AccessEventRow
from app.storage.clocks import ClockRow
from app.storage.complaint_access import ComplaintAccessRow, list_subjects
from app.storage.people import write_person
from tests.bank import Bank
from tests.conformance.drawing import process, user_task, zeebe
from tests.desk import Desk

PHONE = RevealWish("customerPhone", "contact_customer", "约客户核实时间")


def someone(house: Bank, username: str) -> Actor:
    with house.desk.runtime.reading() as connection:
        found = find_actor(connection, username, house.desk.clock.now())
    assert found is not None
    return found


def sees(house: Bank, username: str) -> list[str]:
    return [row.number for row in house.desk.perform(list_recent_complaints, someone(house, username))]


def claim(house: Bank, username: str, step: str = "register") -> None:
    house.desk.perform(assign_user_task, someone(house, username), house.desk.open_task(step), username)


def reveal(house: Bank, username: str, number: str, wish: RevealWish = PHONE) -> Revealed:
    return house.desk.perform(reveal_field, someone(house, username), number, wish)


def test_a_complaint_is_seen_by_who_filed_it_who_was_given_it_and_who_oversees_all(house: Bank) -> None:
    number = house.file()
    for username in ("lina", "zhaolei", "sunhong", "zhouqiang", "admin"):
        assert sees(house, username) == [number], username
    assert sees(house, "zhangmin") == []
    house.work("register", accepted="yes")
    assert sees(house, "zhangmin") == [number]
    with pytest.raises(UnseenComplaintError):
        house.desk.perform(see_complaint, someone(house, "liuyang"), number)


def test_who_was_shown_one_complaint_sees_no_other_and_pages_end_where_they_should(house: Bank) -> None:
    numbers = [house.file(productLine=line) for line in ("credit_card", "debit_card", "credit_card")]
    for task in house.desk.open_tasks():
        house.work_task(task.key, accepted="yes")
    assert sees(house, "zhangmin") == [numbers[2], numbers[0]]
    zhangmin = someone(house, "zhangmin")
    pages = [house.desk.perform(list_recent_complaints, zhangmin, before=place, most=1) for place in (None, numbers[2])]
    assert [[row.number for row in page] for page in pages] == [[numbers[2]], [numbers[0]]]


def test_a_superior_sees_what_those_below_are_given_and_offered(house: Bank) -> None:
    place = {"username": "lina", "unit_id": None, "superior": "liuyang", "calendar": None}
    house.desk.perform(lambda work: write_person(work.connection, place))
    assert sees(house, "liuyang") == []
    number = house.file()
    assert sees(house, "liuyang") == [number]


def test_an_auditor_looks_and_changes_nothing(house: Bank) -> None:
    number = house.file()
    auditor = Actor("auditor", scopes=frozenset({"read", "audit"}))
    assert house.desk.perform(get_complaint, auditor, number).row.number == number
    with pytest.raises(ForbiddenError, match="'work'"):
        house.desk.perform(see_complaint, auditor, number)


def test_an_auditor_who_is_also_a_clerk_changes_only_what_was_given_to_him(house: Bank) -> None:
    number = house.file()
    (clock,) = [row.key for row in house.desk.rows(ClockRow) if row.clock_id == "cn_decision"]
    zhouqiang = someone(house, "zhouqiang")
    assert house.desk.perform(see_complaint, zhouqiang, number, only_read=True).number == number
    with pytest.raises(UnseenComplaintError):
        house.desk.perform(see_complaint, zhouqiang, number)
    fact = ClockFact("classed", "1", house.desk.clock.now(), "memo", {"complexity": "complex", "reason": "many"})
    with pytest.raises(UnseenComplaintError):
        house.desk.perform(record_clock_event, zhouqiang, clock, fact)


def test_nobody_lets_himself_in_by_a_process_with_the_number_of_a_complaint_of_others(house: Bank) -> None:
    number = house.file()
    plan = StartPlan(process_id="product_complaint", business_id=number)
    with pytest.raises(UnseenComplaintError):
        house.desk.perform(create_process_instance, someone(house, "liuyang"), plan, {})
    assert sees(house, "liuyang") == []


def test_whoever_saw_a_complaint_sees_the_one_it_was_merged_into(house: Bank) -> None:
    first, second = house.file(), house.file()
    key = house.complaint(first).key
    with house.desk.runtime.reading() as connection:
        before = list_subjects(connection, key)
    house.desk.perform(assign_user_task, someone(house, "admin"), house.desk.open_tasks()[1].key, "chenjie")
    house.desk.perform(merge_complaints, someone(house, "lina"), first, second, document="同一事实")
    assert {row.subject for row in house.desk.rows(ComplaintAccessRow, complaint_key=key)} == {*before, "u:chenjie"}


def test_personal_fields_are_masked_and_their_kinds_hidden_as_the_table_says(house: Bank) -> None:
    number = house.file(customerNumber="C0012345", description="请回电 13911112222")
    observer = house.desk.perform(get_complaint, someone(house, "lina"), number)
    assert (observer.fields["customerName"], observer.fields["customerPhone"]) == ("王**", "138****8000")
    assert observer.fields["description"] == "请回电 139****2222"
    assert "customerNumber" not in observer.fields
    claim(house, "lina")
    handler = house.desk.perform(get_complaint, someone(house, "lina"), number)
    assert (handler.fields["customerName"], handler.fields["customerNumber"]) == ("王小明", "****2345")
    assert handler.covered["customerPhone"].may_reveal


def test_a_field_is_uncovered_for_one_person_with_a_reason_for_a_quarter_of_an_hour(house: Bank) -> None:
    number = house.file()
    claim(house, "lina")
    assert reveal(house, "lina", number).value == "13800138000"
    phones = {name: house.desk.perform(get_complaint, someone(house, name), number) for name in ("lina", "sunhong")}
    assert {name: view.fields["customerPhone"] for name, view in phones.items()} == {
        "lina": "13800138000",
        "sunhong": "138****8000",
    }
    house.wait(minutes=15)
    again = house.desk.perform(get_complaint, someone(house, "lina"), number)
    assert (again.fields["customerPhone"], again.covered["customerPhone"].until) == ("138****8000", None)
    event = house.desk.row(AccessEventRow, kind=REVEALED)
    assert (event.actor, event.what, event.purpose, event.reason) == (
        "lina",
        "customerPhone",
        "contact_customer",
        "约客户核实时间",
    )


def test_who_gave_the_task_back_sees_the_mask_again_and_may_not_uncover(house: Bank) -> None:
    number = house.file()
    claim(house, "lina")
    reveal(house, "lina", number)
    house.desk.perform(assign_user_task, someone(house, "lina"), house.desk.open_task("register"), None)
    view = house.desk.perform(get_complaint, someone(house, "lina"), number)
    assert view.fields["customerPhone"] == "138****8000"
    with pytest.raises(ForbiddenError, match="uncover"):
        reveal(house, "lina", number)


@pytest.mark.parametrize(("purpose", "reason"), [("curiosity", "想看看客户电话"), ("contact_customer", "  看 ")])
def test_a_purpose_of_the_list_and_a_reason_are_needed(house: Bank, purpose: str, reason: str) -> None:
    number = house.file()
    claim(house, "lina")
    with pytest.raises(InvalidInputError):
        reveal(house, "lina", number, RevealWish("customerPhone", purpose, reason))
    assert house.desk.rows(AccessEventRow, kind=REVEALED) == []


def test_looking_is_kept_once_a_person_complaint_and_hour(house: Bank) -> None:
    number = house.file()
    for username in ("lina", "lina", "sunhong"):
        house.desk.perform(get_complaint, someone(house, username), number)
    house.wait(hours=1)
    house.desk.perform(get_complaint, someone(house, "lina"), number)
    assert [row.actor for row in house.desk.rows(AccessEventRow, kind=VIEWED)] == ["lina", "sunhong", "lina"]


def test_the_answer_to_a_sensitive_field_is_masked_once_its_step_is_done(desk: Desk) -> None:
    field = {"type": "textfield", "key": "account", "label": "账号", "properties": {"sensitive": "true"}}
    plain = {"type": "textfield", "key": "opinion", "label": "意见"}
    form = json.dumps({"id": "refund", "type": "default", "components": [field, plain]})
    asked = user_task("a", zeebe("formDefinition", formId="refund"))
    desk.deploy(process(asked, user_task("b"), flows="s -> a -> b -> e"), refund__form=form)
    key = desk.start()
    desk.complete("a", account="6222020200112233", opinion="退回原卡")
    with desk.runtime.reading() as connection:
        (step,) = read_earlier_answers(connection, key)
    assert [value for _, value in step.answers] == ["************2233", "退回原卡"]
