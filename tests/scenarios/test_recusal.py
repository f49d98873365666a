"""Persons with a direct interest are kept off a complaint, as the table says (回避)."""

from __future__ import annotations

import pytest

from app.domain.actor import SYSTEM, Actor
from app.domain.recusal import Interest, Organisation, Place, Relation, relation_of
from app.services.assign_user_task import assign_user_task
from app.services.authenticate_password import find_actor
from app.services.check_recusal import RecusalReasonError, RecusedError
from app.services.complete_user_task import complete_user_task
from app.services.create_process_instance import StartPlan, create_process_instance
from app.services.perform_action import Firing, perform_action
from app.storage.access_events import RECUSAL, AccessEventRow
from app.storage.people import write_person
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank

PLACES = {
    "zhang": Place("zhang", "张敏", "card", "chen"),
    "chen": Place("chen", "陈杰", "card", "zhou"),
    "zhou": Place("zhou", "周强", None, None),
    "wang": Place("wang", "王伟", "branch", "zhou"),
    "wang2": Place("wang2", "王伟", "card", "chen"),
    "li": Place("li", "李丽", None, None),
}
UNITS = {"card": frozenset(("card", "信用卡部")), "branch": frozenset(("branch", "东城支行"))}
BANK = Organisation(PLACES, UNITS, {"card": frozenset({"chen"}), "branch": frozenset({"li"})})


@pytest.mark.parametrize(
    ("person", "interest", "relation"),
    [
        ("zhang", Interest(["张敏"], [], ""), Relation.RESPONDENT),
        ("zhang", Interest(["ZHANG", "zhang"], [], ""), Relation.RESPONDENT),
        ("zhang", Interest([], ["李四", "张敏"], ""), Relation.BUSINESS),
        ("chen", Interest(["张敏"], [], ""), Relation.SUPERIOR),
        ("zhou", Interest(["张敏"], [], ""), Relation.SUPERIOR),
        ("chen", Interest(["周强"], [], ""), Relation.NONE),
        ("wang", Interest([], [], "东城支行"), Relation.UNIT),
        ("zhang", Interest(["陈杰"], [], ""), Relation.UNIT),
        ("wang", Interest(["张敏"], [], "信用卡部"), Relation.NONE),
        ("wang", Interest([], [], "", frozenset({"wang"})), Relation.DECIDED),
        ("nobody", Interest(["张敏"], [], ""), Relation.NONE),
        ("wang", Interest(["王伟(wang2)"], [], ""), Relation.NONE),
        ("wang2", Interest(["王伟（wang2）"], [], ""), Relation.RESPONDENT),
        ("wang", Interest(["王伟"], [], "", cleared=frozenset({"wang"})), Relation.NONE),
        ("wang", Interest([], [], "", accounts=frozenset({"wang"})), Relation.RESPONDENT),
        ("li", Interest([], [], "", accounts=frozenset({"wang"})), Relation.SUPERIOR),
    ],
)
def test_a_person_stands_to_a_complaint_as_it_and_the_organisation_say(
    person: str, interest: Interest, relation: Relation
) -> None:
    assert relation_of(person, interest, BANK) is relation


def someone(house: Bank, username: str) -> Actor:
    with house.desk.runtime.reading() as connection:
        found = find_actor(connection, username, house.desk.clock.now())
    assert found is not None
    return found


def give(house: Bank, username: str, reason: str | None = None) -> None:
    key = house.desk.open_task("register")
    house.desk.perform(assign_user_task, someone(house, "admin"), key, username, reason=reason)


def test_who_is_complained_about_gets_no_task_of_it(house: Bank) -> None:
    house.file(respondentStaff="王伟、李四")
    with pytest.raises(RecusedError, match="第十七条"):
        give(house, "wangwei")
    give(house, "lina")
    assert house.desk.row(UserTaskRow, element_id="register").assignee == "lina"


def test_whose_superior_is_complained_about_may_work_on_it_and_the_superior_must_give_a_reason(house: Bank) -> None:
    house.desk.perform(lambda work: write_person(work.connection, place("wangwei", "zhouqiang")))
    house.file(respondentStaff="wangwei")
    with pytest.raises(RecusalReasonError):
        give(house, "zhouqiang", "  ")
    assert house.desk.rows(AccessEventRow, kind=RECUSAL) == []
    give(house, "zhouqiang", "唯一有审批权的人，回电 13800138000")
    event = house.desk.row(AccessEventRow, kind=RECUSAL)
    assert (event.actor, event.what) == ("admin", "register: zhouqiang (superior)")
    assert event.reason == "唯一有审批权的人，回电 138****8000"


def place(username: str, superior: str) -> dict[str, str | None]:
    return {"username": username, "unit_id": None, "superior": superior, "calendar": None}


def test_a_task_that_was_not_claimed_is_not_completed_by_who_has_an_interest(house: Bank) -> None:
    house.file(businessStaff="李娜")
    with pytest.raises(RecusedError):
        house.desk.perform(complete_user_task, someone(house, "lina"), house.desk.open_task("register"), {})


def test_who_decided_a_complaint_takes_no_part_in_the_review_of_the_decision(house: Bank) -> None:
    number = house.file(complaintType="enquiry")
    decider = house.work("accept", answer="已解释")
    plan = StartPlan(process_id="verification_request", business_id=number)
    asked = house.desk.perform(create_process_instance, SYSTEM, plan, {"daysSinceDecision": 1})
    key = house.desk.row(UserTaskRow, instance_key=asked.key).key
    with pytest.raises(RecusedError, match="第二十条"):
        house.desk.perform(assign_user_task, someone(house, "admin"), key, decider)


def test_a_rule_gives_no_task_to_who_has_an_interest_and_says_so(house: Bank) -> None:
    number = house.file(respondentStaff="王伟")
    firing = Firing("rule", house.complaint(number).key, {}, "rule 1")
    done = house.desk.perform(perform_action, "assign", firing, {"user": "wangwei"})
    assert (done["tasks"], len(done["barred"])) == ([], 1)
    assert house.desk.row(UserTaskRow, element_id="register").assignee is None
