"""Taking back one's own completion (撤回) while nobody has acted on what it opened."""

from typing import Any

import pytest

from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.assign_user_task import assign_user_task
from app.services.complete_job import complete_job
from app.services.complete_user_task import complete_user_task
from app.services.save_draft import read_draft, save_draft
from app.services.suspend_process_instance import suspend_process_instance
from app.services.withdraw_completion import withdraw_completion
from app.storage.complaints import ComplaintEventRow
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow
from tests.bank import Bank, post
from tests.conformance.drawing import boundary, call, each, job, parallel, process, script, sub, timer, user_task, zeebe
from tests.desk import ANNA, BERT, BOSS, Desk

OWNER = Actor("anna", groups=frozenset({"intake"}), scopes=frozenset({"work", "operate"}))
LINE = process(flows="s -> draft -> check -> decide -> e")


def do(desk: Desk, element: str, actor: Actor = OWNER, **answers: Any) -> int:
    key = desk.open_task(element)
    desk.perform(complete_user_task, actor, key, answers)
    return key


def steps(desk: Desk) -> list[str]:
    return sorted(row.element_id for row in desk.open_tasks())


def test_a_completion_is_taken_back_with_what_it_opened(desk: Desk) -> None:
    late = boundary("late", "check", timer("PT2H"))
    desk.deploy(process(late, script("sum", "=1", "n"), flows="s -> draft -> sum -> check -> e; late -> e1"))
    desk.start()
    done = do(desk, "draft")
    assert len(desk.rows(TimerRow)) == 1
    new = desk.perform(withdraw_completion, ANNA, done, reason="too early")
    assert steps(desk) == ["draft"]
    assert desk.rows(TimerRow) == []
    assert desk.row(UserTaskRow, key=new).assignee == "anna"
    do(desk, "draft")
    do(desk, "check")
    assert desk.row(ProcessInstanceRow).status == "COMPLETED"


def test_only_who_completed_a_task_takes_it_back_and_only_a_completed_one(desk: Desk) -> None:
    desk.deploy(LINE)
    desk.start()
    open_ = desk.open_task("draft")
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(withdraw_completion, ANNA, open_)
    done = do(desk, "draft")
    with pytest.raises(NotFoundError, match="there is none"):
        desk.perform(withdraw_completion, BERT, done)
    desk.perform(withdraw_completion, ANNA, done)
    with pytest.raises(ConflictError, match="being worked on again"):
        desk.perform(withdraw_completion, ANNA, done)


@pytest.mark.parametrize("touch", ["claim", "draft", "complete"])
def test_once_somebody_has_taken_up_what_it_opened_it_stays(desk: Desk, touch: str) -> None:
    desk.deploy(LINE)
    desk.start()
    done = do(desk, "draft")
    key = desk.open_task("check")
    if touch == "claim":
        desk.perform(assign_user_task, BOSS, key, "bert")
    elif touch == "draft":
        desk.perform(save_draft, BOSS, key, {"a": 1}, seen=0)
    else:
        desk.perform(complete_user_task, BOSS, key, {})
    with pytest.raises(ConflictError, match=r"but (boss|'check') has"):
        desk.perform(withdraw_completion, ANNA, done)
    assert len(steps(desk)) == 1


def test_an_effect_that_is_out_cannot_be_taken_back(desk: Desk) -> None:
    desk.deploy(process(job("refund"), flows="s -> draft -> refund -> check -> e"))
    desk.start()
    done = do(desk, "draft")
    desk.perform(complete_job, BOSS, desk.row(JobRow).key, {})
    with pytest.raises(ConflictError, match="'refund' has"):
        desk.perform(withdraw_completion, ANNA, done)


def test_a_job_that_no_worker_has_taken_is_cancelled(desk: Desk) -> None:
    desk.deploy(process(job("refund"), flows="s -> draft -> refund -> e"))
    desk.start()
    desk.perform(withdraw_completion, ANNA, do(desk, "draft"))
    assert (desk.row(JobRow).state, steps(desk)) == ("CANCELED", ["draft"])


def test_in_a_branch_the_other_branch_and_the_join_are_as_before(desk: Desk) -> None:
    desk.deploy(
        process(parallel("fork"), parallel("join"), flows="s -> fork -> a -> join -> c -> e; fork -> b -> join")
    )
    desk.start()
    first = do(desk, "a")
    desk.perform(withdraw_completion, ANNA, first)
    assert steps(desk) == ["a", "b"]
    do(desk, "b", BOSS)
    last = do(desk, "a")
    assert steps(desk) == ["c"]
    desk.perform(withdraw_completion, ANNA, last)
    assert steps(desk) == ["a"]
    do(desk, "a")
    do(desk, "c")
    assert desk.row(ProcessInstanceRow).status == "COMPLETED"


def test_a_signature_in_a_round_is_taken_back_while_the_round_runs(desk: Desk) -> None:
    mine = zeebe("assignmentDefinition", assignee="=item")
    loop = each('=["anna","bert"]', collect="said", element="={who: item, yes: yes}")
    desk.deploy(process(user_task("sign", mine, loop=loop), flows="s -> sign -> e"))
    instance = desk.start()
    first, second = (row.key for row in desk.open_tasks())
    desk.perform(complete_user_task, ANNA, first, {"yes": True})
    new = desk.perform(withdraw_completion, ANNA, first)
    with pytest.raises(ConflictError, match="open in 'sign' again"):
        desk.perform(withdraw_completion, ANNA, first)
    assert [row.assignee for row in desk.open_tasks()] == ["bert", "anna"]
    desk.perform(complete_user_task, BOSS, second, {"yes": True})
    assert steps(desk) == ["sign"]
    desk.perform(complete_user_task, ANNA, new, {"yes": False})
    assert desk.variables(instance)["said"] == [{"who": "anna", "yes": False}, {"who": "bert", "yes": True}]
    with pytest.raises(ConflictError):
        desk.perform(withdraw_completion, ANNA, new)


def test_a_sub_process_and_a_called_one_that_nobody_touched_are_cancelled(desk: Desk) -> None:
    desk.deploy(process(flows="s -> inner -> e", ident="child"))
    part = sub("part", call("called", "child"), flows="si -> called -> ei")
    desk.deploy(process(part, flows="s -> draft -> part -> e"))
    desk.start()
    desk.perform(withdraw_completion, ANNA, do(desk, "draft"))
    assert steps(desk) == ["draft"]
    done = do(desk, "draft")
    do(desk, "inner", BOSS)
    with pytest.raises(ConflictError):
        desk.perform(withdraw_completion, ANNA, done)


def test_what_ended_the_process_or_one_that_is_suspended_is_not_taken_back(desk: Desk) -> None:
    desk.deploy(LINE)
    instance = desk.start()
    done = do(desk, "draft")
    desk.perform(suspend_process_instance, BOSS, instance)
    with pytest.raises(ConflictError, match="SUSPENDED"):
        desk.perform(withdraw_completion, ANNA, done)
    desk.deploy(process(flows="s -> only -> e", ident="short"))
    desk.start("short")
    with pytest.raises(ConflictError, match="COMPLETED"):
        desk.perform(withdraw_completion, ANNA, do(desk, "only"))


def test_the_answers_are_a_draft_again_and_the_timeline_tells_it(house: Bank) -> None:
    desk, task = house.desk, house.desk.open_task
    number = house.file()
    who = house.work("register", accepted="yes")
    done = desk.rows(UserTaskRow, element_id="register")[0].key
    opened = task("verify")
    new = desk.perform(withdraw_completion, Actor(who, scopes=frozenset({"work"})), done, reason="wrong type")
    assert house.open_steps() == ["register"]
    draft = desk.perform(read_draft, BOSS, new)
    assert (draft.saved_by, draft.answers["accepted"]) == (who, "yes")
    assert desk.row(UserTaskRow, key=opened).state == "CANCELED"
    kinds = [row.kind for row in desk.rows(ComplaintEventRow, complaint_key=house.complaint(number).key)]
    assert "task-withdraw" in kinds
    with house.person(who) as browser:
        assert post(browser, f"/tasks/{new}", {"accepted": "yes"}).status_code == 302
    assert house.open_steps() == ["verify"]
