"""Limits of steps: warned before, due, escalated after, in working or in all time, pausing with a clock or not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from app.services.claim_due_timers import claim_due_timers
from app.services.deploy_resources import DeploymentRefusedError
from app.services.file_complaint import FiledComplaint
from app.services.fire_timer import fire_timer
from app.services.migrate_process_instance import migrate_process_instance
from app.services.read_clocks import read_clocks
from app.services.record_clock_event import ClockFact, record_clock_event
from app.services.record_overdue_tasks import record_overdue_tasks
from app.services.reopen_complaint import reopen_complaint
from app.services.suspend_process_instance import resume_process_instance, suspend_process_instance
from app.services.update_user_task import update_user_task
from app.storage.automation import AutomationEventRow
from app.storage.deployments import ProcessDefinitionRow
from app.storage.user_tasks import UserTaskRow
from tests.clock_desk import china, clocks, file, record
from tests.conformance.drawing import Node, boundary, bpmn, formula, process, timer, zeebe
from tests.desk import BOSS, Desk, work_for

TABLE = (Path(__file__).parents[2] / "dmn" / "clocks.dmn").read_text(encoding="utf-8")
WITH_THE_DECISION = {"limitPausesWith": "cn_decision"}
IN_WORKING_TIME = {**WITH_THE_DECISION, "limitCalendar": "cn"}
HOUR, SECOND = timedelta(hours=1), timedelta(seconds=1)
MONDAY_EVENING = china("2026-01-05T20:00")  # when the desk's clock stands


def properties(said: dict[str, str]) -> Node:
    return zeebe("properties", *[zeebe("property", name=name, value=value) for name, value in said.items()])


def handling(said: dict[str, str], due: str, warn: Node, escalate: Node, ident: str = "complaint_handling") -> Node:
    return process(
        work_for("look", properties(said), groups="intake", due=due),
        boundary("near", "look", warn, interrupting=False),
        boundary("late", "look", escalate, interrupting=False),
        ident=ident,
        flows="s -> look -> e; near -> warned -> e1; late -> escalated -> e2",
    )


def hours(said: dict[str, str]) -> Node:
    return handling(said, '=now() + duration("PT48H")', timer("PT24H"), timer("PT72H"))


def working_hours(said: dict[str, str]) -> Node:
    def at(count: int) -> Node:
        return bpmn("timerEventDefinition", formula("timeDate", f'=working hours after(now(), {count}, "cn")'))

    return handling(said, '=working hours after(now(), 16, "cn")', at(8), at(24))


@pytest.fixture
def bank(desk: Desk) -> Desk:
    desk.deploy(clocks__dmn=TABLE)
    return desk


def filed(bank: Desk, drawn: Node | None = None) -> FiledComplaint:
    bank.deploy(drawn if drawn is not None else hours(WITH_THE_DECISION))
    return file(bank)


def pause(bank: Desk, number: str, name: str = "p1") -> None:
    record(bank, clocks(bank, number)["cn_decision"], "paused", name, "mediation.pdf", reason="mediation")


def resume(bank: Desk, number: str, name: str = "p1") -> None:
    record(bank, clocks(bank, number)["cn_decision"], "resumed", f"{name}-over", pause=name)


def at(bank: Desk, instant: datetime) -> set[str]:
    """Let time pass up to just after an instant; returns the steps that are open then."""
    bank.move(seconds=(instant - bank.clock.now()).total_seconds() + 1)
    return {task.element_id for task in bank.open_tasks()}


def due(bank: Desk) -> datetime | None:
    found: datetime | None = bank.row(UserTaskRow, element_id="look").due_at
    return found


@pytest.mark.parametrize(
    ("drawn", "pauses", "warned", "due_at", "escalated"),
    [
        (hours({}), False, "2026-01-06T20:00", "2026-01-07T20:00", "2026-01-08T20:00"),
        (working_hours({}), False, "2026-01-06T18:00", "2026-01-07T18:00", "2026-01-08T18:00"),
        # Still from Tuesday 8:00 to Sunday 8:00: five days of all time; of working time all of it was left.
        (hours(WITH_THE_DECISION), True, "2026-01-11T20:00", "2026-01-12T20:00", "2026-01-13T20:00"),
        (working_hours(IN_WORKING_TIME), True, "2026-01-12T18:00", "2026-01-13T18:00", "2026-01-14T18:00"),
    ],
    ids=["all time", "working time", "all time, pausing", "working time, pausing"],
)
def test_a_step_is_warned_of_due_and_escalated_when_its_limit_says_and_once(
    bank: Desk, drawn: Node, pauses: bool, warned: str, due_at: str, escalated: str
) -> None:
    number = filed(bank, drawn).number
    bank.move(hours=12)
    pause(bank, number)
    assert due(bank) == (None if pauses else china(due_at))
    if pauses:
        assert bank.move(days=5) == 0
        resume(bank, number)
        assert due(bank) == china(due_at)
    assert at(bank, china(warned) - 2 * SECOND) == {"look"}
    assert at(bank, china(warned)) == {"look", "warned"}
    assert at(bank, china(escalated) - 2 * SECOND) == {"look", "warned"}
    assert at(bank, china(escalated)) == {"look", "warned", "escalated"}
    assert bank.move(days=90) == 0


def test_working_time_of_a_limit_keeps_what_was_left_of_it_over_a_holiday(bank: Desk) -> None:
    bank.clock.move(china("2026-02-13T09:00") - bank.clock.now())  # a Friday; Saturday is a make-up working day
    number = filed(bank, working_hours(IN_WORKING_TIME)).number
    bank.move(hours=2)
    pause(bank, number)
    bank.move(days=1)
    resume(bank, number)  # 14 working hours were left: 6 on this Saturday, 8 after the Spring Festival
    assert due(bank) == china("2026-02-24T18:00")


def test_a_limit_that_pauses_twice_is_later_by_both(bank: Desk) -> None:
    number = filed(bank).number
    for name in ("p1", "p2"):
        bank.move(hours=1)
        pause(bank, number, name)
        bank.move(hours=30)
        resume(bank, number, name)
    assert due(bank) == MONDAY_EVENING + 108 * HOUR
    assert at(bank, MONDAY_EVENING + 83 * HOUR) == {"look"}
    assert at(bank, MONDAY_EVENING + 84 * HOUR) == {"look", "warned"}


def test_a_pause_that_is_written_down_late_counts_from_when_it_began(bank: Desk) -> None:
    number = filed(bank).number
    bank.move(hours=10)
    clock = clocks(bank, number)["cn_decision"]
    for kind, hour, details in (("paused", 2, {"reason": "mediation"}), ("resumed", 7, {"pause": "paused"})):
        fact = ClockFact(kind, kind, MONDAY_EVENING + hour * HOUR, "mediation.pdf", details)
        bank.perform(record_clock_event, BOSS, clock.row.key, fact)
    assert due(bank) == MONDAY_EVENING + 53 * HOUR


def test_what_fell_due_before_the_pause_is_escalated_all_the_same(bank: Desk) -> None:
    number = filed(bank).number
    bank.clock.move(24 * HOUR)  # the warning is due at this very moment, and nobody has looked yet
    pause(bank, number)
    assert at(bank, bank.clock.now()) == {"look", "warned"}
    assert bank.move(days=20) == 0


def test_a_timer_that_a_dispatcher_holds_already_does_not_fire_once_it_stands_still(bank: Desk) -> None:
    number = filed(bank).number
    bank.clock.move(24 * HOUR + SECOND)
    leases = bank.perform(claim_due_timers, 10)
    fact = ClockFact("paused", "p1", MONDAY_EVENING + 23 * HOUR, "mediation.pdf", {"reason": "mediation"})
    bank.perform(record_clock_event, BOSS, clocks(bank, number)["cn_decision"].row.key, fact)
    assert [bank.perform(fire_timer, key, token) for key, token in leases] == [False]
    bank.move(days=3)
    resume(bank, number)
    assert at(bank, bank.clock.now() + HOUR) == {"look", "warned"}


def test_a_step_that_opens_while_its_clock_is_paused_stands_still_from_the_start(bank: Desk) -> None:
    steps = work_for("first"), work_for("look", properties(WITH_THE_DECISION), due='=now() + duration("PT48H")')
    number = filed(bank, process(*steps, ident="complaint_handling", flows="s -> first -> look -> e")).number
    pause(bank, number)
    bank.move(hours=5)
    bank.complete("first")
    assert due(bank) is None
    bank.move(hours=5)
    resume(bank, number)
    assert due(bank) == bank.clock.now() + 48 * HOUR


def test_reminders_that_repeat_go_on_at_their_pace_after_a_pause(bank: Desk) -> None:
    drawn = process(
        work_for("look", properties(WITH_THE_DECISION)),
        boundary("every_day", "look", timer("R/PT24H"), interrupting=False),
        ident="complaint_handling",
        flows="s -> look -> e; every_day -> told -> e1",
    )
    number = filed(bank, drawn).number
    assert bank.move(hours=25) == 1
    for name in ("p1", "p2"):
        pause(bank, number, name)
        assert bank.move(hours=30) == 0
        resume(bank, number, name)
        assert (bank.move(hours=22), bank.move(hours=2)) == (0, 1)


def test_a_step_that_is_done_in_the_pause_stays_done_when_it_ends(bank: Desk) -> None:
    number = filed(bank).number
    pause(bank, number)
    bank.complete("look")
    resume(bank, number)
    assert bank.move(days=9) == 0
    assert bank.row(UserTaskRow, element_id="look").state == "COMPLETED"


@pytest.mark.parametrize("over", ["closed", "new facts"])
def test_a_limit_goes_on_when_its_clock_ends_and_stays_still_in_the_clock_that_follows_it(
    bank: Desk, over: str
) -> None:
    number = filed(bank).number
    pause(bank, number)
    bank.move(hours=6)
    if over == "closed":
        record(bank, clocks(bank, number)["cn_decision"], "stopped", "done", "letter.pdf")
        assert due(bank) == MONDAY_EVENING + 54 * HOUR
        return
    bank.perform(reopen_complaint, BOSS, number, bank.clock.now(), document="letter.pdf")
    assert due(bank) is None
    bank.move(hours=6)
    running = [view for view in bank.perform(read_clocks, BOSS, number) if view.row.ended_at is None]
    (clock,) = [view for view in running if view.row.clock_id == "cn_decision"]
    record(bank, clock, "resumed", "over", pause="p1")
    assert due(bank) == MONDAY_EVENING + 60 * HOUR


def test_a_migrated_step_keeps_what_it_stood_still_and_follows_what_its_new_model_says(bank: Desk) -> None:
    found = filed(bank)
    pause(bank, found.number)
    bank.move(hours=10)
    bank.deploy(hours({}))
    target = max(row.key for row in bank.rows(ProcessDefinitionRow))
    mapping = {name: name for name in ("look", "near", "late")}
    bank.perform(migrate_process_instance, BOSS, found.instance_key, target, mapping)
    assert due(bank) == MONDAY_EVENING + 58 * HOUR
    back = min(row.key for row in bank.rows(ProcessDefinitionRow))
    bank.perform(migrate_process_instance, BOSS, found.instance_key, back, mapping)
    assert due(bank) is None
    bank.move(hours=10)
    resume(bank, found.number)
    assert due(bank) == MONDAY_EVENING + 68 * HOUR
    assert at(bank, MONDAY_EVENING + 44 * HOUR) == {"look", "warned"}


def test_a_process_that_is_suspended_meanwhile_fires_nothing_early_and_nothing_twice(bank: Desk) -> None:
    found = filed(bank)
    pause(bank, found.number)
    bank.perform(suspend_process_instance, BOSS, found.instance_key)
    bank.move(hours=10)
    resume(bank, found.number)
    assert bank.move(hours=30) == 0
    bank.perform(resume_process_instance, BOSS, found.instance_key)
    assert at(bank, bank.clock.now()) == {"look", "warned"}


def test_a_due_date_that_somebody_sets_takes_the_limits_place(bank: Desk) -> None:
    number = filed(bank).number
    pause(bank, number)
    bank.perform(update_user_task, BOSS, bank.open_task("look"), {"due_at": MONDAY_EVENING + 20 * HOUR})
    bank.move(hours=10)
    resume(bank, number)
    assert due(bank) == MONDAY_EVENING + 20 * HOUR
    pause(bank, number, "p2")
    bank.move(hours=3)
    resume(bank, number, "p2")
    assert due(bank) == MONDAY_EVENING + 23 * HOUR


def test_rules_about_steps_that_are_late_count_no_time_in_which_a_limit_stood_still(bank: Desk) -> None:
    number = filed(bank, process(
        work_for("look", properties(WITH_THE_DECISION)), ident="complaint_handling", flows="s -> look -> e"
    )).number  # fmt: skip
    bank.perform(record_overdue_tasks)
    bank.move(hours=23)
    pause(bank, number)
    bank.move(days=3)
    assert bank.perform(record_overdue_tasks) == 0
    resume(bank, number)
    bank.move(hours=2)
    assert bank.perform(record_overdue_tasks) == 1
    (event,) = [row for row in bank.rows(AutomationEventRow) if row.kind == "task_overdue"]
    assert event.facts["hoursOpen"] == 25


@pytest.mark.parametrize(
    ("said", "drawn", "told"),
    [
        ({"limitPausesWith": "cn_decisoin"}, hours, "Expected limitPausesWith to be one of cn_decision, cn_forwarding"),
        ({"limitPausesWith": "house_progress"}, hours, "nothing pauses 'house_progress'"),
        ({"limitCalendar": "cn"}, hours, "Expected limitPausesWith beside limitCalendar"),
        ({"reportsEvent": "told"}, hours, "Expected reportsEvent to be one of forwarded, decision_notified"),
        (IN_WORKING_TIME | {"limitCalendar": "moon"}, hours, "Expected limitCalendar to be one of cn, eu, gb, us"),
        (WITH_THE_DECISION, working_hours, "Expected limitCalendar, since this limit counts working time"),
    ],
)
def test_what_a_model_says_of_a_pausing_limit_is_checked_when_it_is_deployed(
    bank: Desk, said: dict[str, str], drawn: Callable[[dict[str, str]], Node], told: str
) -> None:
    with pytest.raises(DeploymentRefusedError, match=told):
        bank.deploy(drawn(said))
