"""What is given to an absent person goes to the stand-in, who is named with the one it is done for (代办)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.errors import ForbiddenError, NotFoundError
from app.services.assign_user_task import assign_user_task
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.delegate_task import delegate_task
from app.services.end_stand_in import end_stand_ins
from app.services.hand_back_task import hand_back_task
from app.services.plan_absence import cancel_absence, plan_absence
from app.services.read_task import read_task
from app.services.return_task import return_task
from app.services.transfer_task import transfer_task
from app.services.unit_of_work import UnitOfWork
from app.storage.absences import AbsenceRow
from app.storage.audit import AuditRow
from app.storage.notices import NoticeRow
from app.storage.people import write_person
from app.storage.task_actions import TaskActionRow
from app.storage.user_tasks import UserTaskRow
from tests.conformance.drawing import each, process, user_task, zeebe
from tests.desk import BOSS, NOON, Desk, work_for

DAYS = timedelta(days=2)


def person(name: str, *absent: str) -> Actor:
    return Actor(name, scopes=frozenset({"work"}), stands_in_for=frozenset(absent))


def given(ident: str, assignee: str) -> Any:
    return user_task(ident, zeebe("assignmentDefinition", assignee=assignee))


@pytest.fixture
def office(desk: Desk) -> Desk:
    """Anna, Bert, Carl and Dora, all led by Emma; one step that goes to Anna."""
    desk.perform(hire)
    desk.deploy(process(given("step", "anna"), flows="s -> step -> e"))
    return desk


def hire(work: UnitOfWork) -> None:
    for name in ("emma", "anna", "bert", "carl", "dora"):
        create_account(work, name, display_name=name.title(), roles=["clerk"], groups=[])
        superior = None if name == "emma" else "emma"
        write_person(work.connection, {"username": name, "unit_id": None, "superior": superior, "calendar": None})


def leave(desk: Desk, absent: str, stand_in: str) -> None:
    desk.perform(plan_absence, person(absent), absent, stand_in, NOON, NOON + DAYS)


def has(desk: Desk, element_id: str = "step") -> tuple[str | None, str | None]:
    row = desk.row(UserTaskRow, key=desk.open_task(element_id))
    return row.assignee, row.on_behalf_of


def told(desk: Desk) -> list[tuple[str, str]]:
    return [(row.parameters["verb"], row.recipient) for row in desk.rows(NoticeRow, template="task_notice")]


def test_a_task_that_a_model_gives_to_an_absent_person_goes_to_the_stand_in_who_is_told(office: Desk) -> None:
    leave(office, "anna", "bert")
    office.start()
    assert has(office) == ("bert", "anna")
    assert told(office) == [("stand-in", "bert")]
    (line,) = office.rows(TaskActionRow)
    assert (line.verb, line.person, line.details["for"]) == ("stand-in", "bert", "anna")


def test_the_absent_person_goes_on_seeing_what_was_theirs(office: Desk) -> None:
    leave(office, "anna", "bert")
    office.start()
    key = office.open_task("step")
    with office.runtime.reading() as connection:
        assert read_task(connection, person("anna"), key).record["assignee"] == "bert"
        with pytest.raises(NotFoundError):
            read_task(connection, person("dora"), key)


@pytest.mark.parametrize("verb", ["transfer", "assign"])
def test_what_people_give_to_an_absent_person_goes_to_the_stand_in(office: Desk, verb: str) -> None:
    leave(office, "carl", "bert")
    office.start()
    key = office.open_task("step")
    if verb == "transfer":
        office.perform(transfer_task, person("anna"), key, "carl", reason="the files are there")
    else:
        office.perform(assign_user_task, BOSS, key, "carl")
    assert has(office) == ("bert", "carl")


def test_who_takes_a_task_while_absent_keeps_it(office: Desk) -> None:
    office.deploy(process(work_for("step", users='=["anna"]'), flows="s -> step -> e"))
    leave(office, "anna", "bert")
    office.start()
    office.perform(assign_user_task, person("anna"), office.open_task("step"), "anna")
    assert has(office) == ("anna", None)


def test_a_completion_in_the_place_of_another_says_so_and_the_audit_does(office: Desk) -> None:
    leave(office, "anna", "bert")
    office.start()
    key = office.complete("step", person("bert", "anna"))
    row = office.row(UserTaskRow, key=key)
    assert (row.ended_by, row.on_behalf_of) == ("bert", "anna")
    (entry,) = office.rows(AuditRow, entity_key=key, operation="COMPLETE")
    assert entry.details == {"onBehalfOf": "anna"}


def test_a_task_that_was_open_before_is_completed_by_the_stand_in_and_says_for_whom(office: Desk) -> None:
    office.start()
    leave(office, "anna", "bert")
    key = office.complete("step", person("bert", "anna"))
    row = office.row(UserTaskRow, key=key)
    assert (row.ended_by, row.assignee, row.on_behalf_of) == ("bert", "anna", "anna")


def test_along_a_chain_of_absences_the_first_who_is_there_gets_it_for_the_first_who_is_not(office: Desk) -> None:
    leave(office, "anna", "bert")
    leave(office, "bert", "carl")
    office.start()
    assert has(office) == ("carl", "anna")


@pytest.mark.parametrize("why", ["nobody-there", "no-right"])
def test_where_nobody_can_stand_in_the_task_stays_and_the_superior_is_told(office: Desk, why: str) -> None:
    if why == "no-right":
        office.perform(create_account, "reader", display_name="Reader", roles=["auditor"], groups=[])
        leave(office, "anna", "reader")
    else:
        leave(office, "anna", "bert")
        leave(office, "bert", "anna")
    office.start()
    assert has(office) == ("anna", None)
    assert told(office) == [("no-stand-in", "emma")]
    assert office.row(TaskActionRow).details["why"] == why


@pytest.mark.parametrize(("holder", "checks"), [("anna", "other, write"), ("emma", "")])
def test_nobody_checks_their_own_work_in_anothers_place(office: Desk, holder: str, checks: str) -> None:
    said = [zeebe("properties", zeebe("property", name="checks", value=checks))] if checks else []
    check = user_task("check", zeebe("assignmentDefinition", assignee=holder), *said)
    office.deploy(process(given("write", "bert"), check, flows="s -> write -> check -> e"))
    leave(office, holder, "bert")
    office.start()
    office.complete("write", person("bert", holder))
    assert has(office, "check") == (holder, None)
    assert office.row(TaskActionRow).details["why"] == "own-work"
    with pytest.raises(ForbiddenError, match="their own work"):
        office.perform(complete_user_task, person("bert", holder), office.open_task("check"), {})


def test_a_colleague_may_do_the_next_step_in_anothers_place(office: Desk) -> None:
    office.deploy(process(given("write", "bert"), given("send", "anna"), flows="s -> write -> send -> e"))
    leave(office, "anna", "bert")
    office.start()
    office.complete("write", person("bert", "anna"))
    assert has(office, "send") == ("bert", "anna")


def test_who_does_several_steps_for_the_same_person_goes_on(office: Desk) -> None:
    office.deploy(process(given("one", "anna"), given("two", "anna"), flows="s -> one -> two -> e"))
    leave(office, "anna", "bert")
    office.start()
    office.complete("one", person("bert", "anna"))
    assert has(office, "two") == ("bert", "anna")


def test_in_a_countersign_round_nobody_has_two_votes(office: Desk) -> None:
    member = zeebe("assignmentDefinition", assignee="=member")
    office.deploy(process(user_task("step", member, loop=each("=members", "member")), flows="s -> step -> e"))
    leave(office, "anna", "bert")
    office.start(members=["anna", "bert", "carl"])
    assert sorted(row.assignee for row in office.open_tasks()) == ["anna", "bert", "carl"]
    assert told(office) == [("no-stand-in", "emma")]
    (anna,) = [row.key for row in office.open_tasks() if row.assignee == "anna"]
    with pytest.raises(ForbiddenError, match="a vote in it"):
        office.perform(complete_user_task, person("bert", "anna"), anna, {})


@pytest.mark.parametrize("by", ["time", "hand"])
def test_when_the_absence_is_over_what_is_still_open_comes_back(office: Desk, by: str) -> None:
    leave(office, "anna", "bert")
    office.start()
    assert end_stand_ins(office.runtime) == 0
    if by == "time":
        office.clock.move(DAYS)
    else:
        office.perform(cancel_absence, person("anna"), "anna", office.row(AbsenceRow).key)
    assert end_stand_ins(office.runtime) == 1
    assert end_stand_ins(office.runtime) == 0
    assert has(office) == ("anna", None)
    assert ("come-back", "anna") in told(office)


def test_what_the_stand_in_lends_comes_back_to_the_person_if_there_again(office: Desk) -> None:
    leave(office, "anna", "bert")
    office.start()
    key = office.open_task("step")
    office.perform(delegate_task, person("bert", "anna"), key, "carl", reason="knows the product")
    office.clock.move(DAYS)
    office.perform(hand_back_task, person("carl"), key, opinion="done")
    assert has(office) == ("anna", None)


def test_a_return_goes_to_whom_the_step_was_done_for_or_again_to_the_stand_in(office: Desk) -> None:
    office.deploy(process(given("one", "anna"), given("two", "carl"), flows="s -> one -> two -> e"))
    leave(office, "anna", "bert")
    office.start()
    office.complete("one", person("bert", "anna"))
    office.perform(return_task, person("carl"), office.open_task("two"), reason="the date is missing")
    assert has(office, "one") == ("bert", "anna")
    office.complete("one", person("bert", "anna"))
    office.clock.move(DAYS)
    office.perform(return_task, person("carl"), office.open_task("two"), reason="still missing")
    assert has(office, "one") == ("anna", None)
