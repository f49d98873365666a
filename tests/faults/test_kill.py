"""kill -9 of any part during load: afterwards every instance is where its acknowledged commands put it.

Two rounds in the suite; `--rounds 20` for the whole trial.
"""

import os
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from sqlalchemy.exc import SQLAlchemyError

from app.errors import RedressError
from app.storage.instances import ElementInstanceRow, ProcessInstanceRow
from app.storage.jobs import JobRow
from app.storage.schema import upgrade_schema
from app.storage.timers import TimerRow
from app.storage.user_tasks import UserTaskRow
from app.valkey import RunningValkey, find_valkey_binary, start_valkey
from tests.conformance.drawing import catch, inputs, process, timer
from tests.desk import Desk, built_in, work_for
from tests.postgres import Cluster, start_cluster

pytestmark = pytest.mark.slow
ROOT = Path(__file__).parents[2]
SETTLE_SECONDS = 90
MODEL = process(
    work_for("a"),
    catch("wait", timer("PT1S")),
    built_in("mark", "redress:set-status", inputs(newStatus='="waited"')),
    work_for("b"),
    flows="s -> a -> wait -> mark -> b -> e",
)


@dataclass
class Node:
    """The processes of one installation, each of which may be killed and started again."""

    folder: Path
    url: str
    cluster: Cluster | None
    valkey: RunningValkey
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        module = {"load": "tests.faults.load", "worker": "tasks.worker", "dispatcher": "tasks.dispatcher"}[name]
        arguments = [str(self.notes)] if name == "load" else []
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "REDIS_URL": self.valkey.url,
            "REDRESS_MODE": "test",
            "REDRESS_ZONE": "UTC",
            "REDRESS_LEASE_SECONDS": "5",
            "REDRESS_HTTP_JOB_TIMEOUT_SECONDS": "1",
            "REDRESS_SWEEP_SECONDS": "0.2",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, "-m", module, *arguments], cwd=ROOT, env=environment, stdout=log, stderr=log
            )

    @property
    def notes(self) -> Path:
        return self.folder / "notes"

    def kill(self, name: str) -> None:
        """Kill a part as the kernel would, and start it again."""
        if name == "postgres":
            assert self.cluster is not None
            self.cluster.kill()
            self.cluster.start_again()
        elif name == "valkey":
            self.valkey.process.kill()
            self.valkey.process.wait()
            self.valkey = start_valkey(self.folder / "valkey", socket_directory=self.valkey.socket_directory)
        else:
            self.parts[name].kill()
            self.parts[name].wait()
            self.start(name)

    def stop(self) -> None:
        for part in self.parts.values():
            part.kill()
            part.wait()
        self.valkey.stop()


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


def wait_until(what: Callable[[], bool], why: str) -> None:
    deadline = time.monotonic() + SETTLE_SECONDS
    while time.monotonic() < deadline:
        try:
            if what():
                return
        except (RedressError, SQLAlchemyError):
            pass
        time.sleep(0.2)
    raise AssertionError(f"Expected {why} within {SETTLE_SECONDS} s, but it is not so")


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
