"""kill -9 of any part during load: afterwards every instance is where its acknowledged commands put it.

Two rounds in the suite; `--rounds 20` for the whole trial.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.schema import upgrade_schema
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow
from app.valkey import find_valkey_binary, start_valkey
from tests.conformance.drawing import catch, inputs, process, timer
from tests.desk import Desk, built_in, work_for
from tests.faults.node import Node, wait_until
from tests.postgres import start_cluster

pytestmark = pytest.mark.slow
MODEL = process(
    work_for("a"),
    catch("wait", timer("PT1S")),
    built_in("mark", "redress:set-status", inputs(newStatus='="waited"')),
    work_for("b"),
    flows="s -> a -> wait -> mark -> b -> e",
)


@pytest.fixture
def node(database_kind: str, tmp_path: Path) -> Iterator[Node]:
    if find_valkey_binary() is None:
        pytest.skip("Expected a Valkey or Redis server, but there is none for this platform")
    cluster = start_cluster(tmp_path, durable=True) if database_kind == "postgres" else None
    url = cluster.database_url("postgres") if cluster else f"sqlite:///{tmp_path / 'db.sqlite3'}"
    node = Node(tmp_path, url, cluster, start_valkey(tmp_path / "valkey"))
    yield node
    node.stop()
    if cluster is not None:
        cluster.stop()


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(node: Node, pytestconfig: pytest.Config) -> None:
    desk = Desk(node.url, mode="test")
    upgrade_schema(desk.runtime.engine)
    desk.deploy(MODEL)
    for name in ("dispatcher", "worker", "load"):
        node.start(name)
    wait_until(lambda: node.notes.exists() and len(node.notes.read_text().splitlines()) > 20, "the load to run")
    victims = ["load", "worker", "dispatcher", "valkey", *(["postgres"] if node.cluster else [])]
    dice = random.Random(7)
    for number in range(pytestconfig.getoption("--rounds")):
        time.sleep(dice.uniform(0.3, 1.5))
        node.kill(victims[number % len(victims)] if number < len(victims) else dice.choice(victims))
    time.sleep(1)
    node.parts["load"].kill()
    node.parts["load"].wait()
    wait_until(
        lambda: not desk.rows(TimerRow) and not desk.rows(JobRow, ended_at=None), "every timer and job to be done"
    )
    check_acknowledged(desk, node.notes)
    check_whole(desk)
    desk.close()


def check_acknowledged(desk: Desk, notes: Path) -> None:
    lines = [line.split() for line in notes.read_text().splitlines() if line.count(" ") == 1]
    started = {int(key) for what, key in lines if what == "start"}
    completed = Counter(int(key) for what, key in lines if what == "complete")
    assert started <= {row.key for row in desk.rows(ProcessInstanceRow)}
    assert set(completed) <= {row.key for row in desk.rows(UserTaskRow, state="COMPLETED")}
    assert max(completed.values()) == 1


def check_whole(desk: Desk) -> None:
    """Each element happened once in its instance, in order, and whatever is not over is waiting for a person."""
    order = ["s", "a", "wait", "mark", "b", "e"]
    waiting = {row.instance_key: row.element_id for row in desk.open_tasks()}
    passed: dict[int, list[str]] = {}
    for row in desk.rows(ElementInstanceRow):
        passed.setdefault(row.instance_key, []).append(row.element_id)
    for row in desk.rows(ProcessInstanceRow):
        expected = order if row.status == "COMPLETED" else order[: order.index(waiting[row.key]) + 1]
        assert passed[row.key] == expected
        assert row.incidents == 0
