from datetime import timedelta

import pytest
from sqlalchemy import update

from app.services.claim_due_timers import claim_due_timers
from app.services.fire_timer import fire_timer
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.storage.instances import ProcessInstanceRow
from app.storage.timers import TimerRow
from tasks.dispatcher import dispatch_timers
from tasks.timers import fire_leased
from tests.conformance.drawing import boundary, bpmn, catch, formula, process, start, timer
from tests.desk import BOSS, Desk, work_for

WAIT = process(catch("wait", timer("PT1H")), flows="s -> wait -> next -> e")
REMIND = process(
    work_for("verify"), boundary("remind", "verify", timer("R/PT1H"), interrupting=False),
    flows="s -> verify -> e; remind -> look -> e1",
)  # fmt: skip


def test_a_timer_fires_at_its_instant_and_not_before(desk: Desk) -> None:
    desk.deploy(WAIT)
    desk.start()
    assert desk.move(minutes=59, seconds=59) == 0
    assert desk.move(seconds=1) == 1
    assert [row.element_id for row in desk.open_tasks()] == ["next"]
    assert desk.rows(TimerRow) == []


def test_a_timer_run_twice_fires_once(desk: Desk) -> None:
    desk.deploy(WAIT)
    desk.start()
    desk.clock.move(timedelta(hours=1))
    (lease,) = desk.perform(claim_due_timers, 50)
    assert desk.perform(fire_timer, *lease) is True
    assert desk.perform(fire_timer, *lease) is False
    assert len(desk.open_tasks()) == 1


def test_a_leased_timer_is_not_claimed_again_until_the_lease_ends(desk: Desk) -> None:
    desk.deploy(WAIT)
    desk.start()
    desk.clock.move(timedelta(hours=1))
    ((key, first),) = desk.perform(claim_due_timers, 50)
    assert desk.perform(claim_due_timers, 50) == []
    desk.clock.move(timedelta(seconds=desk.settings.lease_seconds))
    ((again, second),) = desk.perform(claim_due_timers, 50)
    assert again == key
    assert desk.perform(fire_timer, key, first) is False
    assert desk.perform(fire_timer, key, second) is True


def test_a_month_of_daily_timers_passes_without_waiting(desk: Desk) -> None:
    desk.deploy(process(start("tick", timer("R/P1D")), flows="tick -> look -> e"))
    assert [desk.move(days=1) for _ in range(31)] == [1] * 31
    assert len(desk.open_tasks()) == 31


def test_a_non_interrupting_cycle_goes_on_until_its_task_is_done(desk: Desk) -> None:
    desk.deploy(REMIND)
    desk.start()
    assert [desk.move(hours=1) for _ in range(3)] == [1, 1, 1]
    desk.complete("verify")
    assert desk.move(hours=5) == 0
    assert [row.element_id for row in desk.open_tasks()] == ["look"] * 3


def test_timers_of_a_suspended_instance_wait_until_it_resumes(desk: Desk) -> None:
    desk.deploy(WAIT)
    key = desk.start()
    desk.perform(suspend_process_instance, BOSS, key)
    assert desk.move(hours=2) == 0
    desk.perform(resume_process_instance, BOSS, key)
    assert desk.move(seconds=0) == 1


def test_without_a_queue_the_dispatcher_fires_what_is_due_itself(desk: Desk) -> None:
    desk.deploy(WAIT)
    for _ in range(3):
        desk.start()
    desk.clock.move(timedelta(hours=1))
    desk.nudges.is_reachable = False
    assert dispatch_timers(desk.runtime) == 3
    assert len(desk.open_tasks()) == 3


def test_a_timer_that_breaks_is_an_incident_and_keeps_no_other_back(desk: Desk) -> None:
    desk.deploy(WAIT)
    broken, sound = desk.start(), desk.start()
    with desk.runtime.unit_of_work() as work:
        work.connection.execute(
            update(ProcessInstanceRow).where(ProcessInstanceRow.key == broken).values(state=b"junk")
        )
    desk.clock.move(timedelta(hours=1))
    assert fire_leased(desk.runtime, desk.perform(claim_due_timers, 50)) == 1
    assert [row.instance_key for row in desk.open_tasks()] == [sound]
    assert desk.row(ProcessInstanceRow, key=broken).incidents == 1


@pytest.mark.parametrize(
    ("tag", "text"), [("timeCycle", '=cycle(2, duration("PT1H"))'), ("timeDate", '=now() + duration("PT2H")')]
)
def test_a_start_timer_knows_the_functions_and_the_clock_of_processes(desk: Desk, tag: str, text: str) -> None:
    begins = start("s", bpmn("timerEventDefinition", formula(tag, text)))
    desk.deploy(process(begins, work_for("a"), flows="s -> a -> e"))
    assert [desk.move(hours=1) for _ in range(3)] == ([1, 1, 0] if tag == "timeCycle" else [0, 1, 0])


def test_a_newer_version_takes_over_the_start_timer(desk: Desk) -> None:
    desk.deploy(process(start("tick", timer("R/P1D")), flows="tick -> old -> e"))
    desk.deploy(process(start("tick", timer("R/PT1H")), flows="tick -> new -> e"))
    assert desk.move(hours=1) == 1
    assert [row.element_id for row in desk.open_tasks()] == ["new"]
    assert len(desk.rows(TimerRow)) == 1


def test_a_timer_that_fires_late_says_how_late(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.deploy(WAIT)
    desk.start()
    desk.move(hours=1, minutes=5)
    (record,) = [one for one in caplog.records if one.message == "timer.fired"]
    assert (record.levelname, record.late_seconds) == ("WARNING", 300.0)
