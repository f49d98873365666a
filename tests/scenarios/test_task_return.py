"""Returning a task to an earlier step (退回): who does what again, and what becomes of everything beside it."""

from datetime import timedelta
from typing import Any

import pytest

from app.domain.actor import Actor
from app.engine import MigrationRefusedError
from app.errors import ConflictError, InvalidInputError, NotFoundError
from app.services.assign_user_task import assign_user_task
from app.services.complete_job import complete_job
from app.services.complete_user_task import complete_user_task
from app.services.create_account import create_account
from app.services.migrate_process_instance import migrate_process_instance
from app.services.return_task import ReturnUnconfirmedError, return_task
from app.services.save_draft import read_draft
from app.services.suspend_process_instance import suspend_process_instance
from app.storage.audit import AuditRow
from app.storage.clocks import ClockRow
from app.storage.deployments import ProcessDefinitionRow
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.notices import NoticeRow
from app.storage.task_actions import TaskActionRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank
from tests.conformance.drawing import (
    activity,
    again,
    boundary,
    call,
    compensate,
    each,
    job,
    parallel,
    process,
    sub,
    timer,
    undone_by,
    user_task,
    zeebe,
)
from tests.desk import ANNA, BERT, BOSS, Desk

LINE = process(flows="s -> draft -> check -> decide -> e")
FORK = process(
    parallel("fork"), parallel("join"), flows="s -> draft -> fork -> a -> a2 -> join -> decide -> e; fork -> b -> join"
)


@pytest.fixture
def office(desk: Desk) -> Desk:
    for actor in (ANNA, BERT):
        desk.perform(create_account, actor.username, display_name=actor.username.title(), roles=["clerk"])
    return desk


def steps(desk: Desk) -> list[str]:
    return sorted(row.element_id for row in desk.open_tasks())


def send_back(desk: Desk, element: str, to: str | None = None, actor: Actor = BOSS, **wish: Any) -> int | None:
    done = None if to is None else max(row.key for row in desk.rows(UserTaskRow, element_id=to, state="COMPLETED"))
    wish = {"reason": "the sum is wrong", "step_key": done} | wish
    return desk.perform(return_task, actor, desk.open_task(element), **wish)


def run_to(desk: Desk, *elements: str, actor: Actor = BOSS) -> None:
    for element in elements:
        key = desk.open_task(element)
        desk.perform(complete_user_task, BOSS if actor is BOSS else actor, key, {})


def test_the_last_step_is_done_again_by_who_did_it_and_everything_is_recorded(office: Desk) -> None:
    office.deploy(process(user_task("draft"), flows="s -> draft -> check -> decide -> e"))
    office.start()
    key = office.open_task("draft")
    office.perform(complete_user_task, Actor("anna", scopes=frozenset({"work", "operate"})), key, {})
    task = office.open_task("check")
    opened = send_back(office, "check")
    assert steps(office) == ["draft"]
    assert office.row(UserTaskRow, key=opened).assignee == "anna"
    assert office.row(UserTaskRow, key=task).state == "CANCELED"
    act = office.row(TaskActionRow, task_key=task)
    assert (act.verb, act.person, act.opened_key, act.actor) == ("return", "anna", opened, "boss")
    assert "wrong" not in (act.sealed or "")
    assert [row.recipient for row in office.rows(NoticeRow)] == ["anna"]
    assert office.rows(AuditRow, entity_key=task)[-1].details["verb"] == "return"


def test_after_a_return_work_walks_again_through_the_steps_between(office: Desk) -> None:
    office.deploy(LINE)
    office.start()
    run_to(office, "draft", "check")
    send_back(office, "decide", "draft")
    run_to(office, "draft")
    assert steps(office) == ["check"]
    run_to(office, "check", "decide")
    assert office.row(ProcessInstanceRow).status == "COMPLETED"


def test_work_may_resume_at_the_step_that_returned_it(office: Desk) -> None:
    office.deploy(LINE)
    office.start()
    run_to(office, "draft", "check")
    send_back(office, "decide", "draft", resume=True)
    run_to(office, "draft")
    assert steps(office) == ["decide"]
    run_to(office, "decide")
    assert office.row(ProcessInstanceRow).status == "COMPLETED"


def test_what_was_not_walked_or_lies_ahead_is_no_target(office: Desk) -> None:
    office.deploy(LINE)
    office.start()
    with pytest.raises(ConflictError, match="an earlier step"):
        send_back(office, "draft")
    run_to(office, "draft", "check")
    send_back(office, "decide", "draft")
    with pytest.raises(ConflictError, match="it is none"):
        send_back(office, "draft", "check")


def test_inside_a_branch_the_other_branch_goes_on(office: Desk) -> None:
    office.deploy(FORK)
    office.start()
    run_to(office, "draft", "a", "b")
    send_back(office, "a2", "a")
    assert steps(office) == ["a"]
    run_to(office, "a", "a2")
    assert steps(office) == ["decide"]


def test_before_the_split_the_other_branches_end_when_that_is_confirmed(office: Desk) -> None:
    office.deploy(FORK)
    office.start()
    run_to(office, "draft")
    with pytest.raises(ReturnUnconfirmedError, match=r"these open tasks end: b \(not taken\)"):
        send_back(office, "a", "draft")
    send_back(office, "a", "draft", confirmed=True)
    assert steps(office) == ["draft"]
    run_to(office, "draft", "a", "a2", "b")
    assert steps(office) == ["decide"]


def test_what_a_finished_branch_left_at_the_join_is_not_counted_twice(office: Desk) -> None:
    office.deploy(FORK)
    office.start()
    run_to(office, "draft", "b")
    send_back(office, "a", "draft")
    run_to(office, "draft", "a", "a2")
    assert steps(office) == ["b"]
    run_to(office, "b", "decide")
    assert office.row(ProcessInstanceRow).status == "COMPLETED"


@pytest.mark.parametrize("resume", [False, True])
def test_one_branch_of_a_joined_pair_is_redone_alone(office: Desk, resume: bool) -> None:
    office.deploy(FORK)
    office.start()
    run_to(office, "draft", "a", "a2", "b")
    send_back(office, "decide", "b", resume=resume)
    assert steps(office) == ["b"]
    run_to(office, "b", "decide")
    assert office.row(ProcessInstanceRow).status == "COMPLETED"


def test_timers_of_the_steps_left_are_cancelled_and_the_target_s_start_anew(office: Desk) -> None:
    late, later = boundary("late", "draft", timer("PT8H")), boundary("later", "check", timer("PT2H"))
    office.deploy(process(late, later, flows="s -> draft -> check -> e; late -> e1; later -> e2"))
    office.start()
    run_to(office, "draft")
    office.clock.move(timedelta(hours=1))
    send_back(office, "check")
    (armed,) = office.rows(TimerRow)
    assert (armed.element_id, armed.due_at) == ("late", office.clock.now() + timedelta(hours=8))


def test_a_member_of_a_round_cannot_return_it_and_its_owner_can(office: Desk) -> None:
    round_ = user_task("sign", loop=each("=[1,2,3]"))
    office.deploy(process(user_task("draft"), round_, flows="s -> draft -> sign -> e"))
    office.start()
    owner = Actor("anna", scopes=frozenset({"work", "operate"}))
    office.perform(complete_user_task, owner, office.open_task("draft"), {})
    first, second, _ = (row.key for row in office.open_tasks())
    office.perform(complete_user_task, BOSS, first, {})
    with pytest.raises(NotFoundError, match="there is none"):
        office.perform(return_task, BERT, second, reason="no")
    office.perform(return_task, ANNA, second, reason="start over", confirmed=True)
    assert steps(office) == ["draft"]
    run_to(office, "draft")
    assert steps(office) == ["sign"] * 3


def test_a_whole_round_is_redone_empty(office: Desk) -> None:
    office.deploy(process(user_task("sign", loop=each("=[1,2]")), flows="s -> sign -> decide -> e"))
    office.start()
    for row in office.open_tasks():
        office.perform(complete_user_task, BOSS, row.key, {})
    assert send_back(office, "decide", resume=True) is None
    assert steps(office) == ["sign", "sign"]
    for row in office.open_tasks():
        office.perform(complete_user_task, BOSS, row.key, {})
    assert steps(office) == ["decide"]


def test_from_a_sub_process_the_step_before_it_ends_it(office: Desk) -> None:
    inside = sub("part", flows="si -> one -> two -> ei")
    office.deploy(process(inside, flows="s -> draft -> part -> decide -> e"))
    office.start()
    run_to(office, "draft", "one")
    send_back(office, "two", "one")
    run_to(office, "one")
    with pytest.raises(ConflictError, match="walks again"):
        send_back(office, "two", "draft", resume=True)
    send_back(office, "two", "draft")
    run_to(office, "draft", "one", "two")
    assert steps(office) == ["decide"]
    with pytest.raises(ConflictError, match="it is none"):
        send_back(office, "decide", "two")


def test_from_a_called_process_the_step_before_the_call_ends_it(office: Desk) -> None:
    office.deploy(process(flows="s -> inner -> e", ident="child"))
    office.deploy(process(call("part", "child"), flows="s -> draft -> part -> e"))
    office.start()
    run_to(office, "draft")
    send_back(office, "inner", "draft", confirmed=True)
    assert steps(office) == ["draft"]
    assert [row.status for row in office.rows(ProcessInstanceRow)] == ["ACTIVE", "TERMINATED"]
    run_to(office, "draft", "inner")
    assert {row.status for row in office.rows(ProcessInstanceRow)} == {"COMPLETED", "TERMINATED"}


def test_effects_that_are_out_are_named_before_they_are_passed_again(office: Desk) -> None:
    office.deploy(process(job("refund"), flows="s -> draft -> refund -> check -> e"))
    office.start()
    run_to(office, "draft")
    office.perform(complete_job, BOSS, office.row(JobRow).key, {})
    with pytest.raises(ReturnUnconfirmedError, match="this stays done: refund"):
        send_back(office, "check")


def test_after_a_migration_a_step_that_is_gone_is_no_target(office: Desk) -> None:
    office.deploy(LINE)
    key = office.start()
    run_to(office, "draft", "check")
    office.deploy(process(flows="s -> check -> decide -> e"))
    target = office.rows(ProcessDefinitionRow)[-1].key
    office.perform(migrate_process_instance, BOSS, key, target, {"decide": "decide"})
    with pytest.raises(ConflictError, match="it is none"):
        send_back(office, "decide", "draft")
    send_back(office, "decide", "check")
    assert steps(office) == ["check"]


def test_only_who_has_the_task_may_return_it_and_with_a_reason(office: Desk) -> None:
    office.deploy(LINE)
    office.start()
    run_to(office, "draft")
    with pytest.raises(NotFoundError, match="there is none"):
        send_back(office, "check", actor=BERT)
    with pytest.raises(InvalidInputError, match="a reason"):
        send_back(office, "check", reason=" ")


def test_neither_a_suspended_process_nor_an_ended_task_is_returned(office: Desk) -> None:
    office.deploy(LINE)
    instance = office.start()
    run_to(office, "draft")
    ended = office.rows(UserTaskRow, element_id="draft")[0].key
    with pytest.raises(ConflictError, match="COMPLETED by boss"):
        office.perform(return_task, BOSS, ended, reason="no")
    office.perform(suspend_process_instance, BOSS, instance)
    with pytest.raises(ConflictError, match="SUSPENDED"):
        send_back(office, "check")


def test_a_complaint_s_deadlines_do_not_notice_a_return_and_its_status_goes_back(house: Bank) -> None:
    number, desk = house.file(), house.desk
    desk.clock.move(timedelta(minutes=5))
    who = house.work("register", accepted="yes")
    key, complaint = desk.open_task("verify"), house.complaint(number)
    clocks = [tuple(row) for row in desk.rows(ClockRow)]
    assert (complaint.status, bool(clocks)) == ("in_progress", True)
    desk.clock.move(timedelta(hours=3))
    desk.perform(assign_user_task, BOSS, key, "zhangmin")
    again = Actor("zhangmin", frozenset({"dept_credit_card"}), frozenset({"work"}))
    new = desk.perform(return_task, again, key, reason="wrong product", confirmed=True)
    assert house.open_steps() == ["register"]
    assert desk.row(UserTaskRow, key=new).assignee == who
    assert house.complaint(number).status == "pending"
    assert [tuple(row) for row in desk.rows(ClockRow)] == clocks
    assert desk.perform(read_draft, BOSS, new).answers["accepted"] == "yes"
    told = [row.recipient for row in desk.rows(NoticeRow, template="task_notice")]
    assert told == [who]


def test_in_a_standard_loop_and_an_ad_hoc_sub_process_the_step_before_ends_them(office: Desk) -> None:
    looped = user_task("try", loop=again("=not(done)", maximum=3))
    choice = sub(
        "choice", user_task("one"), tag="adHocSubProcess", ext=(zeebe("adHoc", activeElementsCollection='=["one"]'),)
    )
    office.deploy(process(looped, choice, flows="s -> draft -> try -> choice -> e"))
    office.start(done=False)
    run_to(office, "draft")
    send_back(office, "try", "draft")
    run_to(office, "draft")
    office.complete("try", done=True)
    assert steps(office) == ["one"]
    send_back(office, "one", "try")
    assert steps(office) == ["try"]
    office.complete("try", done=True)
    run_to(office, "one")
    assert office.row(ProcessInstanceRow).status == "COMPLETED"


def test_work_that_is_to_resume_does_so_after_a_migration_or_the_migration_is_refused(office: Desk) -> None:
    office.deploy(LINE)
    key = office.start()
    run_to(office, "draft", "check")
    send_back(office, "decide", "draft", resume=True)
    office.deploy(process(flows="s -> draft -> e"))
    without = office.rows(ProcessDefinitionRow)[-1].key
    office.deploy(process(flows="s -> draft -> check -> judge -> e"))
    newer = office.rows(ProcessDefinitionRow)[-1].key
    with pytest.raises(MigrationRefusedError, match="resume"):
        office.perform(migrate_process_instance, BOSS, key, without, {"draft": "draft"})
    office.perform(migrate_process_instance, BOSS, key, newer, {"draft": "draft", "decide": "judge"})
    run_to(office, "draft")
    assert steps(office) == ["judge"]


def test_compensation_of_what_is_redone_runs(office: Desk) -> None:
    undo = activity("serviceTask", "undo", ext=(zeebe("taskDefinition", type="undo"),), isForCompensation=True)
    undone = boundary("undone", "book", compensate())
    book = job("book")
    drawn = process(book, undone, undo, undone_by("undone", "undo"), flows="s -> draft -> book -> check -> e")
    office.deploy(drawn)
    office.start()
    run_to(office, "draft")
    office.perform(complete_job, BOSS, office.row(JobRow).key, {})
    send_back(office, "check", "draft", confirmed=True)
    assert [row.type for row in office.rows(JobRow, state="CREATED")] == ["undo"]
    assert steps(office) == ["draft"]


def test_an_escalation_beside_the_step_that_is_left_ends_with_it(office: Desk) -> None:
    reminder = boundary("late", "check", timer("PT1H"), interrupting=False)
    office.deploy(process(reminder, flows="s -> draft -> check -> e; late -> supervise -> e1"))
    office.start()
    run_to(office, "draft")
    office.move(hours=1)
    assert steps(office) == ["check", "supervise"]
    send_back(office, "check", "draft", confirmed=True)
    assert steps(office) == ["draft"]


def test_a_task_that_listeners_hold_up_opens_without_being_given_away(office: Desk) -> None:
    held = user_task("draft", zeebe("taskListeners", zeebe("taskListener", eventType="creating", type="look")))
    office.deploy(process(held, flows="s -> draft -> check -> e"))
    office.start()
    office.perform(complete_job, BOSS, office.row(JobRow).key, {})
    run_to(office, "draft")
    assert send_back(office, "check") is None
    office.perform(complete_job, BOSS, office.row(JobRow, state="CREATED").key, {})
    assert steps(office) == ["draft"]
