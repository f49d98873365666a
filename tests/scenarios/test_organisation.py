"""Units, reporting lines, absences: what they let an actor do."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.domain.organisation import GROUPS
from app.services.assign_user_task import assign_user_task
from app.services.authenticate_password import find_actor
from app.services.create_account import create_account
from app.services.evaluate_decision import evaluate_decision
from app.services.evaluate_expression import evaluate_expression
from app.services.seed_demo import PEOPLE
from app.services.seed_organisation import seed_organisation
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import add_absence, cancel_absence
from app.storage.accounts import MembershipRow
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.people import PersonRow, write_person
from app.storage.units import PostRow, UnitRow, write_unit
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import process
from tests.desk import BOSS, NOON, Desk, work_for
from tests.unit.dmn.tables import table_xml

LINE = {"head": None, "middle": "head", "clerk": "middle", "other": "head"}


def organise(work: UnitOfWork) -> None:
    """A head, somebody in the middle, a clerk below; and somebody beside them. The middle leads branch b1."""
    for name in LINE:
        create_account(work, name, display_name=name, roles=["clerk"], groups=[f"{name}s"])
    for unit_id, parent, leader in (("ho", None, None), ("b1", "ho", "middle"), ("b1d", "b1", None)):
        row = {"id": unit_id, "kind": "branch", "name_zh": unit_id, "name_en": unit_id, "parent_id": parent}
        write_unit(work.connection, {**row, "head": leader, "calendar": None})
    for name, superior in LINE.items():
        unit_id = "ho" if name in ("head", "other") else "b1"
        place = {"username": name, "unit_id": unit_id, "superior": superior, "calendar": None}
        write_person(work.connection, place)


def be_absent(work: UnitOfWork, key: int, username: str, stand_in: str) -> None:
    row = {"key": key, "username": username, "stand_in": stand_in, "created_at": NOON, "cancelled_at": None}
    add_absence(work.connection, {**row, "starts_at": NOON, "ends_at": NOON + timedelta(days=2)})


def actor(desk: Desk, username: str, **later: float) -> Actor:
    with desk.runtime.reading() as connection:
        found = find_actor(connection, username, NOON + timedelta(**later))
    assert found is not None
    return found


def test_an_actor_carries_its_units_and_everybody_below_it(desk: Desk) -> None:
    desk.perform(organise)
    assert actor(desk, "head").supervises == {"middle", "clerk", "other"}
    assert actor(desk, "middle").supervises == {"clerk"}
    assert actor(desk, "middle").units == {"b1", "b1d"}
    assert actor(desk, "clerk").units == {"b1"}
    assert not actor(desk, "clerk").supervises


def test_a_stand_in_has_the_absent_persons_tasks_until_the_absence_ends(desk: Desk) -> None:
    desk.perform(organise)
    desk.perform(be_absent, 1, "clerk", "middle")
    desk.perform(be_absent, 2, "middle", "head")
    head = actor(desk, "head", hours=1)
    assert head.stands_in_for == {"middle", "clerk"}
    assert head.may_work_on("clerk", [], [])
    assert head.on_behalf_of(None, ["clerks"], []) == "clerk"
    assert not actor(desk, "head", days=3).may_work_on("clerk", [], [])
    assert not actor(desk, "head", hours=-1).stands_in_for


def test_two_who_stand_in_for_each_other_are_no_loop(desk: Desk) -> None:
    desk.perform(organise)
    desk.perform(be_absent, 1, "clerk", "other")
    desk.perform(be_absent, 2, "other", "clerk")
    assert actor(desk, "clerk").stands_in_for == {"other"}
    desk.perform(lambda work: cancel_absence(work.connection, 2, "other", NOON))
    assert not actor(desk, "clerk").stands_in_for


@pytest.mark.parametrize(
    ("users", "candidates"),
    [
        ('=[manager of("clerk")]', ["middle"]),
        ('=members of("heads")', ["head"]),
        ('=members of("b1")', ["clerk", "middle"]),
        ('=present(members of("b1"))', ["clerk", "middle"]),
        ('=[least loaded(["clerk", "other", "nobody"])]', ["other"]),
        ('=[least loaded(members of("b1"))]', ["middle"]),
        ('=if unit of("clerk") = "b1" then ["clerk"] else []', ["clerk"]),
        ('=[calendar of("clerk")]', ["default"]),
        ("=[manager of(who)]", ["head"]),
    ],
)
def test_a_model_asks_the_organisation_for_whom_a_task_is(desk: Desk, users: str, candidates: list[str]) -> None:
    desk.perform(organise)
    desk.deploy(process(work_for("busy"), ident="first", flows="s -> busy -> e"))
    desk.start("first")
    desk.perform(assign_user_task, BOSS, desk.open_task("busy"), "clerk")
    desk.deploy(process(work_for("asked", users=users), flows="s -> asked -> e"))
    desk.start(who="other")
    assert desk.row(UserTaskRow, element_id="asked").candidate_users == candidates


def test_who_is_absent_is_given_work_only_when_everybody_is(desk: Desk) -> None:
    desk.perform(organise)
    desk.perform(be_absent, 1, "clerk", "middle")
    desk.deploy(process(work_for("asked", users="=[least loaded(people)]"), flows="s -> asked -> e"))
    for people in (["clerk", "other"], ["clerk"]):
        desk.start(people=people)
    assert [row.candidate_users for row in desk.open_tasks()] == [["other"], ["clerk"]]


def test_a_model_can_leave_out_who_is_absent(desk: Desk) -> None:
    desk.perform(organise)
    desk.perform(be_absent, 1, "clerk", "middle")
    desk.deploy(process(work_for("asked", users="=present(people)"), flows="s -> asked -> e"))
    for people in (["clerk", "other"], ["clerk"]):
        desk.start(people=people)
    assert [row.candidate_users for row in desk.open_tasks()] == [["other"], ["clerk"]]


def test_a_table_asks_the_organisation_too(desk: Desk) -> None:
    desk.perform(organise)
    desk.deploy(who__dmn=table_xml(["person:string"], ["boss:string"], [("-", "manager of(person)")]))
    desk.perform(evaluate_decision, BOSS, {"person": "clerk"}, decision_id="d")
    assert desk.row(DecisionInstanceRow).result == "middle"


def test_whom_nobody_knows_has_no_manager_and_it_is_said(desk: Desk) -> None:
    with desk.runtime.reading() as connection:
        answer = evaluate_expression(desk.runtime, connection, BOSS, '=manager of("ghost")', {})
    assert answer.value is None
    assert answer.warnings == ['Expected a person of the organisation, but "ghost" is none']


def test_the_demo_bank_has_every_post_held_and_one_line_up_to_its_head(desk: Desk) -> None:
    desk.perform(seed_people)
    desk.perform(seed_organisation, "a good password")
    desk.perform(seed_organisation, "a good password")
    people = {row.username: row for row in desk.rows(PersonRow)}
    assert len(people) >= 30
    assert {row.unit_id for row in people.values()} <= {row.id for row in desk.rows(UnitRow)}
    assert actor(desk, "zhouqiang").supervises == set(people) - {"zhouqiang"}
    held = {row.group_name for row in desk.rows(MembershipRow)}
    assert held == {row.id for row in desk.rows(PostRow)} == set(GROUPS)
    assert actor(desk, "lina").stands_in_for == {"xuting"}


def seed_people(work: UnitOfWork) -> None:
    for person in PEOPLE:
        create_account(work, person.username, display_name=person.display_name, groups=person.groups)
