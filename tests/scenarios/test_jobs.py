from datetime import timedelta

import pytest

from app.errors import ConflictError, NotFoundError
from app.services.activate_jobs import ActivatedJob, JobRequest, activate_jobs
from app.services.complete_job import complete_job
from app.services.fail_job import Failure, fail_job
from app.services.resolve_incident import resolve_incident
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.services.throw_job_error import throw_job_error
from app.services.update_job import update_job
from app.storage.incidents import IncidentRow
from app.storage.instances import ProcessInstanceRow
from app.storage.jobs import JobRow
from tasks.jobs import do_jobs
from tests.conformance.drawing import boundary, error, inputs, job, process
from tests.desk import BOSS, Desk, built_in, work_for

CHECK = process(job("check", inputs(limit="=amount * 2")), work_for("after"), flows="s -> check -> after -> e")


def take(desk: Desk, type_: str = "check", seconds: float = 60, limit: int = 10) -> list[ActivatedJob]:
    return desk.perform(activate_jobs, BOSS, JobRequest(type_, "w1", seconds, limit))


def test_a_worker_sees_its_elements_variables_over_the_process_s(desk: Desk) -> None:
    desk.deploy(CHECK)
    desk.start(amount=4)
    (found,) = take(desk)
    assert found.variables == {"amount": 4, "limit": 8}
    assert found.row.type == "check"


def test_a_job_is_handed_to_one_worker_until_its_lease_ends(desk: Desk) -> None:
    desk.deploy(CHECK)
    desk.start(amount=4)
    assert len(take(desk, seconds=30)) == 1
    assert take(desk) == []
    desk.clock.move(timedelta(seconds=30))
    assert len(take(desk)) == 1


def test_a_completed_job_runs_the_process_on_and_is_gone(desk: Desk) -> None:
    desk.deploy(CHECK)
    key = desk.start(amount=4)
    (found,) = take(desk)
    desk.perform(complete_job, BOSS, found.row.key, {"score": 7})
    assert desk.variables(key)["score"] == 7
    assert desk.row(JobRow, key=found.row.key).state == "COMPLETED"
    with pytest.raises(NotFoundError, match="open job"):
        desk.perform(complete_job, BOSS, found.row.key, {})


def test_a_lost_lease_does_not_complete_the_job(desk: Desk) -> None:
    desk.deploy(CHECK)
    desk.start(amount=4)
    (first,) = take(desk, seconds=30)
    desk.clock.move(timedelta(seconds=31))
    (second,) = take(desk)
    with pytest.raises(ConflictError, match="another worker has it"):
        desk.perform(complete_job, BOSS, first.row.key, {}, lease_token=first.lease_token)
    desk.perform(complete_job, BOSS, second.row.key, {}, lease_token=second.lease_token)


def test_a_failed_job_waits_for_its_back_off(desk: Desk) -> None:
    desk.deploy(CHECK)
    desk.start(amount=4)
    (found,) = take(desk)
    desk.perform(fail_job, BOSS, found.row.key, Failure("no route", 2, back_off_seconds=90))
    assert take(desk) == []
    desk.clock.move(timedelta(seconds=90))
    (again,) = take(desk)
    assert (again.row.retries, again.row.error_message) == (2, "no route")


def test_a_job_without_retries_is_an_incident_and_goes_on_after_repair(desk: Desk) -> None:
    desk.deploy(CHECK)
    key = desk.start(amount=4)
    (found,) = take(desk)
    desk.perform(fail_job, BOSS, found.row.key, Failure("no route", 0))
    incident = desk.row(IncidentRow, instance_key=key)
    assert (incident.error_type, incident.job_key, incident.state) == ("JOB_NO_RETRIES", found.row.key, "ACTIVE")
    with pytest.raises(ConflictError, match="give it some first"):
        desk.perform(resolve_incident, BOSS, incident.key)
    desk.perform(update_job, BOSS, found.row.key, retries=1)
    assert take(desk) == []
    desk.perform(resolve_incident, BOSS, incident.key)
    assert desk.row(IncidentRow, key=incident.key).state == "RESOLVED"
    assert desk.row(ProcessInstanceRow, key=key).incidents == 0
    (again,) = take(desk)
    desk.perform(complete_job, BOSS, again.row.key, {})
    assert [row.element_id for row in desk.open_tasks()] == ["after"]


def test_a_thrown_error_is_caught_where_the_model_says(desk: Desk) -> None:
    caught = boundary("caught", "check", error("E1"))
    desk.deploy(process(job("check"), caught, flows="s -> check -> e; caught -> repair -> e1"))
    desk.start()
    (found,) = take(desk)
    desk.perform(throw_job_error, BOSS, found.row.key, "E1", "bad", {"why": "x"})
    assert [row.element_id for row in desk.open_tasks()] == ["repair"]
    row = desk.row(JobRow, key=found.row.key)
    assert (row.state, row.error_code) == ("ERROR_THROWN", "E1")


def test_jobs_of_a_suspended_instance_are_not_handed_out(desk: Desk) -> None:
    desk.deploy(CHECK)
    key = desk.start(amount=4)
    desk.perform(suspend_process_instance, BOSS, key)
    assert take(desk) == []
    desk.perform(resume_process_instance, BOSS, key)
    assert len(take(desk)) == 1


def test_built_in_jobs_are_nudged_and_done_by_the_worker(desk: Desk) -> None:
    status = built_in("mark", "redress:set-status", inputs(newStatus='="open"'))
    desk.deploy(process(status, work_for("after"), flows="s -> mark -> after -> e"))
    key = desk.start()
    (nudge,) = desk.nudges.sent
    assert do_jobs(desk.runtime, [one for (one,) in nudge.ids]) == 1
    assert desk.variables(key)["status"] == "open"
    assert do_jobs(desk.runtime, [one for (one,) in nudge.ids]) == 0


def test_a_built_in_job_with_a_wrong_input_fails_until_it_is_an_incident(desk: Desk) -> None:
    desk.deploy(process(built_in("mark", "redress:set-status"), flows="s -> mark -> e"))
    key = desk.start()
    (nudge,) = desk.nudges.sent
    for _ in range(3):
        assert do_jobs(desk.runtime, [one for (one,) in nudge.ids]) == 0
        desk.clock.move(timedelta(hours=1))
    incident = desk.row(IncidentRow, instance_key=key)
    assert "to have a text 'newStatus'" in incident.message


def test_a_process_starts_another_by_a_built_in_job(desk: Desk) -> None:
    other = process(work_for("look"), ident="other", flows="s -> look -> e")
    starting = inputs(processId='="other"', processVariables="={n: 1}")
    desk.deploy(process(built_in("go", "redress:start-process", starting), flows="s -> go -> e"), other)
    desk.start()
    (nudge,) = desk.nudges.sent
    assert do_jobs(desk.runtime, [one for (one,) in nudge.ids]) == 1
    assert desk.variables(desk.row(ProcessInstanceRow, process_id="other").key)["n"] == 1
