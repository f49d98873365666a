"""kill -9 of any part during load: afterwards every instance is where its acknowledged commands put it.

In the suite each part is killed once; `--rounds 20` for the whole trial, `-s` to read what it came to.
"""

import random
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.services.create_account import create_account
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.schema import upgrade_schema
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow
from app.valkey import find_valkey_binary, start_valkey
from tests.conformance.drawing import catch, inputs, process, timer
from tests.desk import Desk, built_in, give_password, work_for
from tests.faults.load import Load, people_at_work
from tests.faults.node import Node, wait_until
from tests.postgres import start_cluster

PASSWORD = "correct horse"
PEOPLE = 2

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
    node = Node(tmp_path, url, cluster, start_valkey(tmp_path / "valkey"), mode="production")
    yield node
    node.stop()
    if cluster is not None:
        cluster.stop()


def test_nothing_acknowledged_is_lost_and_nothing_happens_twice(node: Node, pytestconfig: pytest.Config) -> None:
    desk = Desk(node.url, mode="test")
    upgrade_schema(desk.runtime.engine)
    desk.deploy(MODEL)
    desk.perform(create_account, "boss", display_name="Boss", roles=["admin"])
    give_password(desk.runtime, "boss", PASSWORD)
    for name in ("web", "dispatcher", "worker"):
        node.start(name)
    dice = random.Random(7)
    victims = ["web", "worker", "dispatcher", "valkey", *(["postgres"] if node.cluster else [])]
    rounds = pytestconfig.getoption("--rounds")
    killed = [victims[number] if number < len(victims) else dice.choice(victims) for number in range(rounds)]
    with people_at_work(f"http://{node.address}", ("boss", PASSWORD), PEOPLE) as load:
        for victim in killed:
            wait_for_work(load)
            time.sleep(dice.uniform(0, 0.5))
            node.kill(victim)
        wait_for_work(load)
    check_acknowledged(desk, load.completed())
    check_whole(desk)
    print(f"killed {dict(Counter(killed))}; {load}")
    desk.close()


def wait_for_work(load: Load) -> None:
    """Wait until the load runs: something more is acknowledged to each."""
    before = load.acknowledged()
    wait_until(lambda: all(new > old for new, old in zip(load.acknowledged(), before, strict=True)), "the load to run")


def check_acknowledged(desk: Desk, completed: dict[str, list[str]]) -> None:
    """What was answered is there, and nothing else: a start that was asked for twice is one instance."""
    assert {str(row.key) for row in desk.rows(ProcessInstanceRow)} == set(completed)
    done = {str(row.key): str(row.instance_key) for row in desk.rows(UserTaskRow, state="COMPLETED")}
    assert done == {task: key for key, tasks in completed.items() for task in tasks}
    for row in desk.rows(ProcessInstanceRow):
        assert set(desk.variables(row.key)) >= {f"done{task}" for task in completed[str(row.key)]}


def check_whole(desk: Desk) -> None:
    """Each element happened once in its instance, in order; no timer, job or person's work is left."""
    wait_until(lambda: not desk.rows(ProcessInstanceRow, ended_at=None), "every instance to end")
    passed: dict[int, list[str]] = {}
    for row in desk.rows(ElementInstanceRow):
        passed.setdefault(row.instance_key, []).append(row.element_id)
    for row in desk.rows(ProcessInstanceRow):
        assert (row.status, row.incidents, passed[row.key]) == ("COMPLETED", 0, ["s", "a", "wait", "mark", "b", "e"])
    assert not desk.rows(TimerRow)
    assert not desk.rows(JobRow, ended_at=None)
