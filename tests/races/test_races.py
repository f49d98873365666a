"""Two commands at once: one wins, the other is told. Eight threads, many rounds, both databases."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from app.errors import ConflictError, NotFoundError, RedressError
from app.services.activate_jobs import JobRequest, activate_jobs
from app.services.assign_user_task import assign_user_task
from app.services.broadcast_signal import broadcast_signal
from app.services.cancel_process_instance import cancel_process_instance
from app.services.claim_due_timers import claim_due_timers
from app.services.complete_job import complete_job
from app.services.complete_user_task import complete_user_task
from app.services.fire_timer import fire_timer
from app.services.publish_message import Message, publish_message
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.messages import CorrelationRow
from app.storage.timers import TimerRow
from app.storage.user_tasks import TaskCandidateRow
from tests.conformance.drawing import boundary, call, catch, job, message, parallel, process, signal, start, timer
from tests.desk import BOSS, Desk, work_for

THREADS = 8
ROUNDS = 12


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(THREADS) as found:
        yield found


def together(pool: ThreadPoolExecutor, *commands: Callable[[], object]) -> list[object]:
    """Run commands at the same moment; returns what each gave, or the error it was told."""
    barrier = Barrier(len(commands))

    def run(command: Callable[[], object]) -> object:
        barrier.wait()
        try:
            return command()
        except RedressError as error:
            return error

    return list(pool.map(run, commands))


def told(results: Sequence[object]) -> Counter[str]:
    return Counter(type(one).__name__ for one in results)


def open_elements(desk: Desk) -> list[str]:
    return sorted(row.element_id for row in desk.open_tasks())


def test_of_eight_completions_of_one_task_one_wins(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(flows="s -> a -> b -> e"))
    for _ in range(ROUNDS):
        key = desk.start()
        task = desk.open_task("a")
        results = together(pool, *[partial(desk.perform, complete_user_task, BOSS, task, {})] * THREADS)
        assert told(results) == {"NoneType": 1, "ConflictError": THREADS - 1}
        assert open_elements(desk) == ["b"]
        desk.complete("b")
        assert [row.element_id for row in desk.rows(ElementInstanceRow, instance_key=key)] == ["s", "a", "b", "e"]


def test_a_completion_and_the_timer_that_interrupts_it_do_not_both_happen(desk: Desk, pool: ThreadPoolExecutor) -> None:
    late = boundary("late", "a", timer("PT1H"))
    desk.deploy(process(work_for("a"), late, flows="s -> a -> done -> e; late -> missed -> e1"))
    seen = Counter[str]()
    for _ in range(ROUNDS):
        desk.start()
        task = desk.open_task("a")
        desk.clock.move(timedelta(hours=1))
        (lease,) = desk.perform(claim_due_timers, 50)
        fired, completed = together(
            pool, partial(desk.perform, fire_timer, *lease), partial(desk.perform, complete_user_task, BOSS, task, {})
        )
        (element,) = open_elements(desk)
        assert (element, fired, type(completed)) in (("missed", True, ConflictError), ("done", False, type(None)))
        assert desk.rows(TimerRow) == []
        seen[element] += 1
        desk.complete(element)


def test_a_cancellation_and_a_completion_leave_a_whole_instance(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(flows="s -> a -> b -> e"))
    for _ in range(ROUNDS):
        key = desk.start()
        task = desk.open_task("a")
        cancelled, completed = together(
            pool,
            partial(desk.perform, cancel_process_instance, BOSS, key),
            partial(desk.perform, complete_user_task, BOSS, task, {}),
        )
        assert cancelled is None
        assert completed is None or isinstance(completed, ConflictError)
        assert desk.row(ProcessInstanceRow, key=key).status == "TERMINATED"
        assert (desk.open_tasks(), desk.rows(TaskCandidateRow)) == ([], [])


def test_a_message_and_the_instance_that_comes_to_wait_for_it_meet_once(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(work_for("a"), catch("paid", message("paid", "=order")), flows="s -> a -> paid -> ship -> e"))
    for number in range(ROUNDS):
        key = desk.start(order=f"o{number}")
        task = desk.open_task("a")
        note = Message("paid", f"o{number}", time_to_live_seconds=3600)
        together(
            pool,
            partial(desk.perform, complete_user_task, BOSS, task, {}),
            partial(publish_message, desk.runtime, BOSS, note),
        )
        assert open_elements(desk) == ["ship"]
        assert len(desk.rows(CorrelationRow, instance_key=key)) == 1
        desk.complete("ship")


def test_eight_publishers_start_one_instance_for_one_key(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(start("s", message("filed")), work_for("look"), flows="s -> look -> e"))
    for number in range(ROUNDS // 3):
        note = Message("filed", f"c{number}")
        results = together(pool, *[partial(publish_message, desk.runtime, BOSS, note)] * THREADS)
        assert told(results) == {"Published": THREADS}
        assert len(desk.rows(ProcessInstanceRow, correlation_key=f"c{number}")) == 1


def test_eight_parallel_branches_completed_at_once_join_once(desk: Desk, pool: ThreadPoolExecutor) -> None:
    names = [f"t{number}" for number in range(THREADS)]
    flows = "s -> f; j -> after -> e;" + ";".join(f"f -> {name} -> j" for name in names)
    desk.deploy(process(parallel("f"), *map(work_for, names), parallel("j"), flows=flows))
    key = desk.start()
    tasks = [row.key for row in desk.open_tasks()]
    done = [partial(desk.perform, complete_user_task, BOSS, task, {f"v{task}": 1}) for task in tasks]
    assert told(together(pool, *done)) == {"NoneType": THREADS}
    assert open_elements(desk) == ["after"]
    assert len(desk.variables(key)) == THREADS


def test_parent_and_child_are_commanded_at_once_without_waiting_for_each_other(
    desk: Desk, pool: ThreadPoolExecutor
) -> None:
    child = process(flows="s -> look -> e", ident="child")
    desk.deploy(process(call("ask", "child"), flows="s -> ask -> after -> e"), child)
    for _ in range(ROUNDS):
        key = desk.start()
        task = desk.open_task("look")
        results = together(
            pool,
            partial(desk.perform, cancel_process_instance, BOSS, key),
            partial(desk.perform, complete_user_task, BOSS, task, {}),
        )
        assert results[0] is None
        assert set(told(results)) <= {"NoneType", "ConflictError"}
        assert {row.status for row in desk.rows(ProcessInstanceRow, root_key=key)} <= {"TERMINATED", "COMPLETED"}
        assert desk.open_tasks() == []


def test_eight_workers_share_jobs_without_one_done_twice(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(job("check"), flows="s -> check -> e"))
    keys = {desk.start() for _ in range(24)}

    def work_off() -> int:
        done = 0
        while taken := desk.perform(activate_jobs, BOSS, JobRequest("check", "w", 60, 2)):
            for one in taken:
                desk.perform(complete_job, BOSS, one.row.key, {}, lease_token=one.lease_token)
                done += 1
        return done

    counts = [one for one in together(pool, *[work_off] * THREADS) if isinstance(one, int)]
    assert sum(counts) == len(keys)
    assert {row.status for row in desk.rows(ProcessInstanceRow)} == {"COMPLETED"}


def test_eight_dispatchers_fire_each_timer_once(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(catch("wait", timer("PT1H")), flows="s -> wait -> next -> e"))
    for _ in range(40):
        desk.start()
    desk.clock.move(timedelta(hours=1))

    def sweep() -> int:
        fired = 0
        while leases := desk.perform(claim_due_timers, 5):
            fired += sum(desk.perform(fire_timer, key, token) for key, token in leases)
        return fired

    counts = [one for one in together(pool, *[sweep] * THREADS) if isinstance(one, int)]
    assert sum(counts) == 40
    assert open_elements(desk) == ["next"] * 40


def test_two_broadcasts_and_completions_never_wait_for_each_other(desk: Desk, pool: ThreadPoolExecutor) -> None:
    both = [catch("x", signal("x")), catch("y", signal("y"))]
    desk.deploy(process(parallel("f"), *both, parallel("j"), flows="s -> f; f -> x -> j; f -> y -> j; j -> e"))
    for _ in range(10):
        desk.start()
    shouts = [partial(desk.perform, broadcast_signal, BOSS, name, {}) for name in "xyxyxyxy"]
    assert told(together(pool, *shouts)) == {"int": THREADS}
    assert {row.status for row in desk.rows(ProcessInstanceRow)} == {"COMPLETED"}


def test_of_eight_people_who_claim_one_task_one_gets_it(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(flows="s -> a -> e"))
    desk.start()
    task = desk.open_task("a")
    claims = [
        partial(desk.perform, assign_user_task, BOSS, task, name, allow_override=False)
        for name in (f"person{number}" for number in range(THREADS))
    ]
    assert told(together(pool, *claims)) == {"NoneType": 1, "ConflictError": THREADS - 1}


def test_a_job_completed_while_its_instance_is_cancelled_is_told(desk: Desk, pool: ThreadPoolExecutor) -> None:
    desk.deploy(process(job("check"), flows="s -> check -> b -> e"))
    for _ in range(ROUNDS):
        key = desk.start()
        (taken,) = desk.perform(activate_jobs, BOSS, JobRequest("check", "w", 60, 1))
        results = together(
            pool,
            partial(desk.perform, cancel_process_instance, BOSS, key),
            partial(desk.perform, complete_job, BOSS, taken.row.key, {}),
        )
        assert results[0] is None
        assert results[1] is None or isinstance(results[1], (ConflictError, NotFoundError))
        assert desk.row(ProcessInstanceRow, key=key).status == "TERMINATED"
