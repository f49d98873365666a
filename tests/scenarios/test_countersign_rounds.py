"""Countersign rounds (会签, 或签, 依次): progress that can be read, signers added and taken off while they run."""

from typing import Any

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, InvalidInputError, NotFoundError
from app.services.add_to_round import add_to_round
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.drop_from_round import drop_from_round
from app.services.read_round import read_round
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank
from tests.conformance.drawing import Node, each, process, user_task, zeebe
from tests.desk import ANNA, BOSS, Desk
from tests.scenarios.test_major_dispute import countersign, dispute

PEOPLE = ("anna", "bert", "carl")


def sign_round(collection: str, **loop: Any) -> Node:
    mine = zeebe("assignmentDefinition", assignee="=item")
    return process(user_task("sign", mine, loop=each(collection, **loop)), flows="s -> sign -> decide -> e")


@pytest.fixture
def office(desk: Desk) -> Desk:
    for name in PEOPLE:
        desk.perform(create_account, name, display_name=name.title(), roles=["clerk"])
    return desk


def member(desk: Desk, name: str) -> int:
    (row,) = [row for row in desk.open_tasks() if row.assignee == name]
    return int(row.key)


def sign(desk: Desk, name: str, **answers: Any) -> None:
    actor = Actor(name, scopes=frozenset({"work"}))
    desk.perform(complete_user_task, actor, member(desk, name), answers)


def standing(desk: Desk, task: int) -> list[tuple[str | None, str]]:
    found = desk.perform(read_round, BOSS, task)
    assert found is not None
    return [(one.person, one.state) for one in found.members]


def test_progress_tells_who_signed_and_who_is_open(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]'))
    office.start()
    last = member(office, "bert")
    sign(office, "anna")
    assert standing(office, last) == [("anna", "signed"), ("bert", "open")]
    sign(office, "bert")
    found = office.perform(read_round, BOSS, last)
    assert (found.is_running, found.signed) == (False, 2)
    assert office.perform(read_round, BOSS, office.open_task("decide")) is None


def test_a_late_joiner_counts_and_finds_his_own_name_in_the_item(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]', collect="opinions", element="={who: item, said: said}"))
    instance = office.start()
    new = office.perform(add_to_round, ANNA, member(office, "anna"), "carl", reason="knows the law")
    assert office.row(UserTaskRow, key=new).assignee == "carl"
    sign(office, "anna", said="yes")
    sign(office, "bert", said="yes")
    assert [row.element_id for row in office.open_tasks()] == ["sign"]
    sign(office, "carl", said="no")
    assert office.open_task("decide")
    said = [(one["who"], one["said"]) for one in office.variables(instance)["opinions"]]
    assert said == [("anna", "yes"), ("bert", "yes"), ("carl", "no")]


def test_in_a_round_in_turn_the_added_signer_comes_last(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]', sequential=True))
    office.start()
    assert office.perform(add_to_round, ANNA, member(office, "anna"), "carl", reason="too") is None
    for name in PEOPLE:
        sign(office, name)
    assert office.open_task("decide")


def test_a_ratio_counts_who_was_added(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]', until="=numberOfCompletedInstances / numberOfInstances >= 0.5"))
    office.start()
    new = office.perform(add_to_round, BOSS, member(office, "anna"), "carl", reason="too")
    sign(office, "anna")
    assert len(office.open_tasks()) == 2
    sign(office, "carl")
    assert office.open_task("decide")
    assert standing(office, new) == [("anna", "signed"), ("bert", "closed"), ("carl", "signed")]


def test_who_was_added_is_taken_off_by_who_added_him(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]'))
    office.start()
    new = office.perform(add_to_round, ANNA, member(office, "anna"), "carl", reason="too")
    with pytest.raises(NotFoundError, match="there is none"):
        office.perform(drop_from_round, ANNA, member(office, "bert"), reason="no")
    office.perform(drop_from_round, ANNA, new, reason="not needed")
    assert standing(office, new)[-1] == ("carl", "removed")
    sign(office, "anna")
    sign(office, "bert")
    assert office.open_task("decide")


def test_a_round_left_with_nobody_is_refused_and_one_where_others_signed_ends(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]'))
    office.start()
    office.perform(drop_from_round, BOSS, member(office, "anna"), reason="ill")
    with pytest.raises(InvalidInputError, match="it is the last"):
        office.perform(drop_from_round, BOSS, member(office, "bert"), reason="ill")
    office.perform(add_to_round, BOSS, member(office, "bert"), "carl", reason="instead")
    sign(office, "carl")
    office.perform(drop_from_round, BOSS, member(office, "bert"), reason="ill")
    assert office.open_task("decide")


def test_the_step_of_one_has_no_round_and_nobody_signs_twice(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]'))
    office.start()
    with pytest.raises(ConflictError, match="bert is"):
        office.perform(add_to_round, ANNA, member(office, "anna"), "bert", reason="again")
    sign(office, "anna")
    sign(office, "bert")
    with pytest.raises(InvalidInputError, match="the step of one"):
        office.perform(add_to_round, BOSS, office.open_task("decide"), "carl", reason="too")
    with pytest.raises(ConflictError, match="COMPLETED"):
        office.perform(drop_from_round, BOSS, office.rows(UserTaskRow, element_id="sign")[0].key, reason="no")


def test_in_an_or_sign_round_the_first_decides_and_the_others_are_told_who_it_was(office: Desk) -> None:
    office.deploy(sign_round('=["anna","bert"]', until="=true"))
    office.start()
    other = member(office, "bert")
    sign(office, "anna")
    assert office.open_task("decide")
    with pytest.raises(ConflictError, match="CANCELED by anna"):
        office.perform(complete_user_task, Actor("bert", scopes=frozenset({"work"})), other, {})


def test_a_department_joins_the_shipped_round_and_every_opinion_is_shown(house: Bank) -> None:
    number = dispute(house, "80000")
    desk = house.desk
    first = desk.open_tasks()[0].key
    new = desk.perform(add_to_round, BOSS, first, "technical_support", reason="system fault")
    assert house.complaint(number).status == "in_progress"
    assert desk.row(UserTaskRow, key=new).candidate_groups == ["technical_support"]
    countersign(house, {"opinion": "support"})
    house.work_task(new, opinion="support")
    found = desk.perform(read_round, BOSS, new)
    assert found is not None
    assert (found.signed, found.is_running, len(found.members)) == (2, True, 4)
    last = found.members[-1]
    assert {field.path[0]: value for field, value in last.answers} == {"opinion": "support"}
    countersign(house, {"opinion": "support"}, {"opinion": "support"})
    assert house.open_steps() == ["compliance"]
