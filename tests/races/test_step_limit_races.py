"""A clock pauses while a timer fires, a step opens or is done: whoever comes second acts on what the first left."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial

import pytest

from app.services.claim_due_timers import claim_due_timers
from app.services.complete_user_task import complete_user_task
from app.services.fire_timer import fire_timer
from app.services.record_clock_event import ClockFact, record_clock_event
from app.storage.clocks import ClockRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import NEVER_DUE, UserTaskRow
from tests.clock_desk import file, shipped
from tests.conformance.drawing import boundary, process, timer, zeebe
from tests.desk import BOSS, Desk, work_for
from tests.races.test_races import together

ROUNDS = 6
PAUSING = zeebe("properties", zeebe("property", name="limitPausesWith", value="cn_decision"))
DUE = '=now() + duration("PT1H")'


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(4) as found:
        yield found


@pytest.fixture
def bank(desk: Desk) -> Desk:
    handling = process(
        work_for("first"),
        work_for("look", PAUSING, due=DUE),
        boundary("late", "look", timer("PT1H"), interrupting=False),
        ident="complaint_handling",
        flows="s -> first -> look -> e; late -> told -> e1",
    )
    desk.deploy(handling, clocks__dmn=next(one.content for one in shipped() if one.name == "clocks.dmn"))
    return desk


def pause(bank: Desk, hours_ago: float = 0) -> None:
    clock = bank.rows(ClockRow, clock_id="cn_decision")[-1]
    at = bank.clock.now() - timedelta(hours=hours_ago)
    fact = ClockFact("paused", "p", at, "mediation.pdf", {"reason": "mediation"})
    bank.perform(record_clock_event, BOSS, clock.key, fact)


def test_a_pause_and_the_escalation_it_is_about_do_not_both_happen(bank: Desk, pool: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        found = file(bank)
        bank.complete("first")
        bank.clock.move(timedelta(hours=1, seconds=1))
        ((key, token),) = bank.perform(claim_due_timers, 10)
        fired, _ = together(pool, partial(bank.perform, fire_timer, key, token), partial(pause, bank, hours_ago=0.5))
        told = [row for row in bank.open_tasks() if row.element_id == "told"]
        timers = bank.rows(TimerRow, instance_key=found.instance_key)
        if fired:
            assert (len(told), len(timers)) == (1, 0)
        else:
            assert (len(told), [row.due_at for row in timers]) == (0, [NEVER_DUE])
        for row in bank.open_tasks():
            bank.perform(complete_user_task, BOSS, row.key, {})


def test_a_step_that_opens_while_its_clock_pauses_stands_still(bank: Desk, pool: ThreadPoolExecutor) -> None:
    for _ in range(ROUNDS):
        found = file(bank)
        together(pool, partial(bank.complete, "first"), partial(pause, bank))
        assert bank.row(UserTaskRow, instance_key=found.instance_key, element_id="look").due_at is None
        assert bank.row(TimerRow, instance_key=found.instance_key).due_at == NEVER_DUE
        done, over = together(pool, partial(bank.complete, "look"), partial(resume, bank))
        assert (isinstance(done, int), over) == (True, None)
        assert bank.rows(TimerRow, instance_key=found.instance_key) == []
        assert bank.open_tasks() == []


def resume(bank: Desk) -> None:
    clock = bank.rows(ClockRow, clock_id="cn_decision")[-1]
    fact = ClockFact("resumed", "r", bank.clock.now(), "", {"pause": "p"})
    bank.perform(record_clock_event, BOSS, clock.key, fact)
