"""Rules while parts die: a wiped queue, a killed worker, a worker killed in the middle of a rule."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import redis
from sqlalchemy import text

from app.services.create_account import create_account
from app.services.record_overdue_tasks import record_overdue_tasks
from app.services.set_clock import set_clock
from app.services.shipped_models import ROOT
from app.storage.automation import DONE, WAITING, AutomationEventRow, AutomationFiringRow
from app.storage.notices import NoticeRow
from app.valkey import RunningValkey
from tests.conformance.drawing import parallel, process
from tests.conftest import TestDatabase
from tests.desk import NOON, Desk, work_for
from tests.faults.node import Node, wait_until

pytestmark = pytest.mark.slow
INSTANCES, STEPS = 50, 10
ESCALATIONS = INSTANCES * STEPS
STEP_IDS = [f"step{number}" for number in range(STEPS)]
MODEL = process(
    parallel("g"),
    *[work_for(step, groups='=["intake"]') for step in STEP_IDS],
    flows="s -> g; " + "; ".join(f"g -> {step} -> e" for step in STEP_IDS),
)


@pytest.fixture
def node(database: TestDatabase, valkey_server: RunningValkey, redis_url: str, tmp_path: Path) -> Iterator[Node]:
    """Processes on a database of this test's own; nothing is started yet. `redis_url` empties the queue afterwards."""
    node = Node(tmp_path, database.url, None, valkey_server, redis_url)
    yield node
    node.stop_parts()


@pytest.fixture
def desk(node: Node) -> Iterator[Desk]:
    """The bank whose rule tells owner and superior of a step that is open for 48 hours; its time is pinned for all."""
    desk = Desk(node.url, mode="test")
    desk.perform(set_clock, NOON)
    for name, group in (("lina", "intake"), ("wangwei", "branch_supervisors")):
        desk.perform(create_account, name, display_name=name, groups=[group])
    desk.deploy(MODEL, on_task_overdue__dmn=(ROOT / "dmn" / "on_task_overdue.dmn").read_bytes())
    desk.perform(record_overdue_tasks)
    yield desk
    desk.close()


def test_five_hundred_escalations_are_told_once_though_the_queue_is_wiped_and_a_worker_killed(
    desk: Desk, node: Node
) -> None:
    for _ in range(INSTANCES):
        desk.start("p")
    desk.perform(set_clock, NOON + timedelta(hours=48))
    for part in ("worker-1", "worker-2", "dispatcher"):
        node.start(part)
    wait_until(lambda: len(desk.rows(AutomationFiringRow)) > ESCALATIONS // 10, "the rules to run")
    redis.Redis.from_url(node.redis_url).flushdb()
    node.end("worker-1")
    desk.perform(set_clock, NOON + timedelta(hours=48, minutes=1))
    wait_until(lambda: len(desk.rows(AutomationEventRow, state=DONE)) == ESCALATIONS, "every rule to have run")
    assert {row.rule for row in desk.rows(AutomationFiringRow)} == {"on_task_overdue_any_step"}
    assert len({row.subject for row in desk.rows(AutomationFiringRow)}) == ESCALATIONS
    told = [(row.recipient, row.cause) for row in desk.rows(NoticeRow, channel="in_app")]
    assert (len(told), len(set(told))) == (2 * ESCALATIONS, 2 * ESCALATIONS)


def test_a_rule_whose_worker_is_killed_half_way_is_run_once_by_another(desk: Desk, node: Node) -> None:
    if desk.runtime.engine.dialect.name != "postgresql":
        pytest.skip("Expected a worker that waits in the middle of a rule, but SQLite lets none begin one")
    node.start("worker-1")
    desk.start("p")
    with desk.runtime.engine.begin() as connection:
        connection.execute(text("LOCK TABLE automation_firing IN SHARE MODE"))  # it acts, and waits to say so
        desk.perform(set_clock, NOON + timedelta(hours=48))
        node.start("dispatcher")
        waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND relation = 'automation_firing'::regclass")
        wait_until(lambda: connection.execute(waiting).scalar_one() > 0, "a worker to be in the middle of a rule")
        node.end("worker-1")
        assert desk.rows(NoticeRow) == []
    assert {row.state for row in desk.rows(AutomationEventRow)} == {WAITING}
    node.start("worker-2")
    desk.perform(set_clock, NOON + timedelta(hours=48, minutes=1))
    wait_until(lambda: len(desk.rows(AutomationEventRow, state=DONE)) == STEPS, "every rule to have run")
    assert len(desk.rows(AutomationFiringRow)) == STEPS
    assert len(desk.rows(NoticeRow, channel="in_app")) == 2 * STEPS
