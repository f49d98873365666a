from datetime import UTC, datetime

import pytest

from app.engine import TaskListenerResult
from app.errors import ConflictError, ForbiddenError, NotFoundError
from app.services.assign_user_task import assign_user_task
from app.services.await_listeners import DeniedError, await_listeners
from app.services.complete_job import complete_job
from app.services.complete_user_task import complete_user_task
from app.services.fail_job import Failure, fail_job
from app.services.update_user_task import update_user_task
from app.storage.audit import AuditRow
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.user_tasks import TaskCandidateRow, UserTaskRow
from tests.conformance.drawing import boundary, process, timer, zeebe
from tests.desk import ANNA, BERT, BOSS, Desk, work_for

REVIEW = process(
    work_for("verify", groups="intake", due='=now() + duration("P1D")'),
    work_for("reply", groups="intake,credit"),
    flows="s -> verify -> reply -> e",
)


def test_a_completed_task_is_closed_and_the_next_one_opens(desk: Desk) -> None:
    desk.deploy(REVIEW)
    key = desk.start(amount=12.5)
    done = desk.complete("verify", ANNA, note="ok")
    assert [row.element_id for row in desk.open_tasks()] == ["reply"]
    row = desk.row(UserTaskRow, key=done)
    assert (row.state, row.ended_by, row.due_at) == ("COMPLETED", "anna", datetime(2026, 1, 6, 12, tzinfo=UTC))
    assert str(desk.variables(key)["amount"]) == "12.5"
    assert desk.variables(key)["note"] == "ok"


def test_an_instance_ends_without_a_state_and_its_history_stays(desk: Desk) -> None:
    desk.deploy(REVIEW)
    key = desk.start()
    desk.complete("verify")
    desk.complete("reply")
    row = desk.row(ProcessInstanceRow, key=key)
    assert (row.status, row.state, row.flows) == ("COMPLETED", None, ["s-verify", "verify-reply", "reply-e"])
    elements = desk.rows(ElementInstanceRow, instance_key=key)
    assert [(one.element_id, one.type, one.state) for one in elements] == [
        ("s", "START_EVENT", "COMPLETED"),
        ("verify", "USER_TASK", "COMPLETED"),
        ("reply", "USER_TASK", "COMPLETED"),
        ("e", "END_EVENT", "COMPLETED"),
    ]


def test_a_second_completion_is_told_who_was_first(desk: Desk) -> None:
    desk.deploy(REVIEW)
    desk.start()
    key = desk.complete("verify", ANNA)
    with pytest.raises(ConflictError, match="COMPLETED by anna"):
        desk.perform(complete_user_task, ANNA, key, {})


def test_only_candidates_assignee_and_operators_may_complete(desk: Desk) -> None:
    desk.deploy(REVIEW)
    desk.start()
    with pytest.raises(NotFoundError, match="there is none"):
        desk.complete("verify", BERT)
    desk.complete("verify", ANNA)
    desk.perform(assign_user_task, BERT, desk.open_task("reply"), "bert")
    with pytest.raises(ForbiddenError, match="anna is none"):
        desk.complete("reply", ANNA)
    desk.complete("reply", BOSS)


def test_a_task_that_does_not_exist_is_not_found(desk: Desk) -> None:
    with pytest.raises(NotFoundError, match="user task with key 42"):
        desk.perform(complete_user_task, BOSS, 42, {})


def test_assignment_moves_the_task_in_the_inboxes_and_back(desk: Desk) -> None:
    desk.deploy(REVIEW)
    desk.start()
    key = desk.open_task("verify")
    desk.perform(assign_user_task, ANNA, key, "anna")
    assert desk.row(UserTaskRow, key=key).assignee == "anna"
    assert desk.row(TaskCandidateRow, task_key=key).assigned == 1
    desk.perform(assign_user_task, ANNA, key, None)
    assert desk.row(UserTaskRow, key=key).assignee is None
    assert desk.row(TaskCandidateRow, task_key=key).assigned == 0


def test_an_assigned_task_is_not_taken_over_without_asking_for_it(desk: Desk) -> None:
    desk.deploy(REVIEW)
    desk.start()
    key = desk.open_task("verify")
    desk.perform(assign_user_task, BOSS, key, "anna")
    with pytest.raises(ConflictError, match="it has anna"):
        desk.perform(assign_user_task, BOSS, key, "bert", allow_override=False)


def test_an_update_changes_due_date_and_candidates(desk: Desk) -> None:
    desk.deploy(REVIEW)
    desk.start()
    key = desk.open_task("verify")
    due = datetime(2026, 2, 1, tzinfo=UTC)
    desk.perform(update_user_task, BOSS, key, {"due_at": due, "candidate_groups": ["credit"]})
    row = desk.row(UserTaskRow, key=key)
    assert (row.due_at, row.sort_at, row.candidate_groups) == (due, due, ["credit"])
    assert [one.who for one in desk.rows(TaskCandidateRow, task_key=key)] == ["g:credit"]


def test_the_inbox_holds_open_tasks_only(desk: Desk) -> None:
    desk.deploy(REVIEW)
    desk.start()
    desk.complete("verify")
    assert [one.who for one in desk.rows(TaskCandidateRow)] == ["g:credit", "g:intake"]
    desk.complete("reply")
    assert desk.rows(TaskCandidateRow) == []


def test_what_was_done_by_whom_is_in_the_audit_log(desk: Desk) -> None:
    desk.deploy(REVIEW)
    key = desk.start()
    task = desk.complete("verify", ANNA)
    found = [(row.actor, row.operation, row.entity, row.entity_key) for row in desk.rows(AuditRow, instance_key=key)]
    assert found == [("boss", "CREATE", "PROCESS_INSTANCE", key), ("anna", "COMPLETE", "USER_TASK", task)]


def test_a_task_whose_boundary_timer_interrupts_it_is_cancelled(desk: Desk) -> None:
    late = boundary("late", "verify", timer("PT1H"))
    desk.deploy(process(work_for("verify"), late, flows="s -> verify -> e; late -> boss -> e"))
    desk.start()
    key = desk.open_task("verify")
    assert desk.move(minutes=59) == 0
    assert desk.move(minutes=1) == 1
    assert desk.row(UserTaskRow, key=key).state == "CANCELED"
    assert [row.element_id for row in desk.open_tasks()] == ["boss"]


CHECKED = zeebe("taskListeners", zeebe("taskListener", eventType="completing", type="check", retries="2"))


def test_what_listeners_have_not_decided_in_time_goes_on_being_decided(desk: Desk) -> None:
    desk.deploy(process(work_for("verify", CHECKED), flows="s -> verify -> e"))
    desk.start()
    key = desk.open_task("verify")
    held = desk.perform(complete_user_task, BOSS, key, {})
    assert held is not None
    assert not await_listeners(desk.runtime, held, 0.03)
    with pytest.raises(ConflictError, match="COMPLETING"):
        desk.perform(complete_user_task, BOSS, key, {})
    (job,) = desk.rows(JobRow)
    desk.perform(fail_job, BOSS, job.key, Failure("not now", retries=1))
    assert not await_listeners(desk.runtime, held, 0.03)
    desk.perform(complete_job, BOSS, job.key, {})
    assert await_listeners(desk.runtime, held, 1.0)
    assert desk.row(UserTaskRow, key=key).state == "COMPLETED"


def test_who_waits_is_not_told_of_a_later_try(desk: Desk) -> None:
    desk.deploy(process(work_for("verify", CHECKED), flows="s -> verify -> e"))
    desk.start()
    key = desk.open_task("verify")
    held = []
    for denied in (True, False):
        held.append(desk.perform(complete_user_task, BOSS, key, {}))
        (job,) = desk.rows(JobRow, ended_at=None)
        desk.perform(complete_job, BOSS, job.key, {}, result=TaskListenerResult(denied=denied, reason="no receipt"))
    assert await_listeners(desk.runtime, held[1], 1.0)
    with pytest.raises(DeniedError, match="Reason to deny: 'no receipt'"):
        await_listeners(desk.runtime, held[0], 1.0)
