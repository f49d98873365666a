"""Nudges through a real queue: what the dispatcher passes on, RQ's own worker does, and a lost queue loses nothing."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import redis
from rq import Queue, SimpleWorker
from rq.serializers import JSONSerializer

import tasks.process
from app.jobs import QUEUE, RUN_BATCH, Nudge, RedisQueue
from app.services.create_batch_operation import create_batch_operation
from app.storage.audit import OutboxRow
from app.storage.batch_operations import BatchOperationRow
from app.storage.instances import ProcessInstanceRow
from tasks.dispatcher import dispatch_overdue, dispatch_timers
from tests.conformance.drawing import catch, inputs, process, timer
from tests.desk import BOSS, Desk, built_in, work_for

WAIT = process(catch("wait", timer("PT1H")), flows="s -> wait -> next -> e")


@pytest.fixture
def queued(desk: Desk, redis_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    """A desk whose nudges go through Valkey; `work_off` finds it as the worker process's runtime."""
    desk.runtime.nudges = RedisQueue(redis_url)
    monkeypatch.setattr(tasks.process, "process_runtime", lambda: desk.runtime)
    for module in ("timers", "jobs", "outbox", "batches"):
        monkeypatch.setattr(f"tasks.{module}.process_runtime", lambda: desk.runtime)
    yield desk
    desk.runtime.nudges.connection.close()


def work_off(redis_url: str) -> None:
    connection = redis.Redis.from_url(redis_url)
    queue = Queue(QUEUE, connection=connection, serializer=JSONSerializer)
    worker = SimpleWorker([queue], connection=connection, serializer=JSONSerializer)
    worker.work(burst=True, logging_level="ERROR")
    connection.close()


def test_due_timers_are_passed_on_in_batches_and_fired_by_the_worker(queued: Desk, redis_url: str) -> None:
    queued.deploy(WAIT)
    for _ in range(60):
        queued.start()
    queued.clock.move(timedelta(hours=1))
    assert dispatch_timers(queued.runtime) == 60
    assert queued.runtime.nudges.backlog() == 2
    work_off(redis_url)
    assert len(queued.open_tasks()) == 60


def test_timers_whose_nudges_the_queue_lost_are_passed_on_again_when_their_leases_end(
    queued: Desk, redis_url: str
) -> None:
    queued.deploy(WAIT)
    queued.start()
    queued.clock.move(timedelta(hours=1))
    dispatch_timers(queued.runtime)
    queued.runtime.nudges.connection.flushdb()
    assert dispatch_timers(queued.runtime) == 0
    queued.clock.move(timedelta(seconds=queued.settings.lease_seconds))
    assert dispatch_timers(queued.runtime) == 1
    work_off(redis_url)
    assert len(queued.open_tasks()) == 1


def test_a_built_in_job_is_done_by_the_worker_without_a_sweep(queued: Desk, redis_url: str) -> None:
    marked = built_in("mark", "redress:set-status", inputs(newStatus='="open"'))
    queued.deploy(process(marked, work_for("after"), flows="s -> mark -> after -> e"))
    key = queued.start()
    work_off(redis_url)
    assert queued.variables(key)["status"] == "open"


def test_the_sweep_finds_what_no_nudge_has_reached(queued: Desk, redis_url: str) -> None:
    marked = built_in("mark", "redress:set-status", inputs(newStatus='="open"'))
    queued.deploy(process(marked, work_for("after"), flows="s -> mark -> after -> e"))
    queued.start()
    queued.runtime.nudges.connection.flushdb()
    queued.clock.move(timedelta(seconds=5))
    dispatch_overdue(queued.runtime)
    work_off(redis_url)
    assert [row.element_id for row in queued.open_tasks()] == ["after"]
    queued.clock.move(timedelta(seconds=5))
    dispatch_overdue(queued.runtime)
    work_off(redis_url)
    assert queued.rows(OutboxRow) == []


def test_a_batch_is_worked_off_by_the_worker(queued: Desk, redis_url: str) -> None:
    queued.deploy(WAIT)
    keys = [queued.start() for _ in range(5)]
    items = [(key, key) for key in keys]
    batch = queued.perform(create_batch_operation, BOSS, "CANCEL_PROCESS_INSTANCE", items, {})
    work_off(redis_url)
    assert queued.row(BatchOperationRow, key=batch).state == "COMPLETED"
    assert {row.status for row in queued.rows(ProcessInstanceRow)} == {"TERMINATED"}


def test_a_named_nudge_is_not_queued_twice_while_it_waits(redis_url: str) -> None:
    queue = RedisQueue(redis_url)
    for _ in range(3):
        assert queue.send(Nudge(RUN_BATCH, ((1,),), "batch-1"))
    assert queue.backlog() == 1
    queue.connection.close()


def test_a_queue_that_does_not_answer_is_no_failure_of_the_command() -> None:
    queue = RedisQueue("redis://127.0.0.1:1/0")
    assert queue.send(Nudge(RUN_BATCH, ((1,),))) is False
    assert queue.backlog() == 0
    queue.connection.close()
