"""Measures the engine in process, durable on PostgreSQL, against the bare SQL floor in the same run.

`python3 run.py bench engine [--seconds N] [--rounds N] [--sqlite]`. Prints `name: value`, medians over the rounds. CPU
is this process's plus the database server's; with other work on the machine judge by CPU and by statement counts.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import event, text
from sqlalchemy.engine import make_url

from app.services.complete_user_task import complete_user_task
from app.services.create_process_instance import StartPlan, create_process_instance
from app.storage import reads, writes
from app.storage.schema import upgrade_schema
from benchmarks.floor import Floor
from benchmarks.workload import form_data, model, start_variables, table
from tests.desk import BOSS, Desk
from tests.postgres import Cluster, start_cluster


@dataclass
class Timing:
    """What one kind of operation took, a sample a piece."""

    seconds: list[float] = field(default_factory=list)
    cpu: float = 0.0
    server_cpu: float = 0.0

    @property
    def rate(self) -> float:
        """Operations a second, by the median."""
        return 1 / statistics.median(self.seconds)


def server_cpu(cluster: Cluster | None) -> float:
    """CPU seconds of the server and its children."""
    if cluster is None or cluster.data is None:
        return 0.0
    postmaster = (cluster.data / "postmaster.pid").read_text().splitlines()[0]
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if stat.parent.name == postmaster or fields[1] == postmaster:
            own = slice(11, 15) if stat.parent.name == postmaster else slice(11, 13)
            total += sum(int(value) for value in fields[own]) / 100
    return total


def measure(timing: Timing, seconds: float, operate: Callable[[], None], cluster: Cluster | None) -> None:
    """Repeat one operation for a while."""
    cpu, server, until = time.process_time(), server_cpu(cluster), time.perf_counter() + seconds
    done = 0
    while time.perf_counter() < until:
        before = time.perf_counter()
        operate()
        timing.seconds.append(time.perf_counter() - before)
        done += 1
    timing.cpu += (time.process_time() - cpu) / done * 1000
    timing.server_cpu += (server_cpu(cluster) - server) / done * 1000


class Driver:
    """Takes instances of the reference procedure from start to end, one operation at a time."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.number = 0
        self.statements: list[int] = []
        self._count = 0
        event.listen(desk.runtime.engine, "before_cursor_execute", self._count_statement)
        self._count_prepared()

    def _count_statement(self, *_: object) -> None:
        self._count += 1

    def _count_prepared(self) -> None:
        """Count the prebuilt statements too, which go past SQLAlchemy's events."""
        for module, name in ((reads, "read_prepared"), (writes, "write_prepared")):
            setattr(module, name, self._counting(getattr(module, name)))

    def _counting(self, run: Callable[..., object]) -> Callable[..., object]:
        def counted(*arguments: object) -> object:
            self._count += 1
            return run(*arguments)

        return counted

    def start(self) -> int:
        """Start one instance."""
        self.number += 1
        plan = StartPlan(process_id="w")
        return self.desk.perform(create_process_instance, BOSS, plan, start_variables(self.number)).key

    def complete_all(self, instance_key: int, timing: Timing | None = None) -> None:
        """Complete every open task of an instance until it has none."""
        while tasks := self._open_tasks(instance_key):
            for key, element_id in tasks:
                data = form_data(element_id, self.number)
                self._count, before, cpu = 0, time.perf_counter(), time.process_time()
                self.desk.perform(complete_user_task, BOSS, key, data)
                if timing is not None:
                    timing.seconds.append(time.perf_counter() - before)
                    timing.cpu += time.process_time() - cpu
                    self.statements.append(self._count)

    def _open_tasks(self, instance_key: int) -> list[tuple[int, str]]:
        query = text("SELECT key, element_id FROM user_task WHERE instance_key = :key AND ended_at IS NULL")
        with self.desk.runtime.reading() as connection:
            return [(row[0], row[1]) for row in connection.execute(query, {"key": instance_key})]


def run(url: str, cluster: Cluster | None, seconds: float, rounds: int) -> None:
    desk = Desk(url)
    upgrade_schema(desk.runtime.engine)
    desk.deploy(w__bpmn=model(), routing__dmn=table())
    empty = stored_bytes(desk) if cluster is not None else 0
    driver = Driver(desk)
    floor = None
    if cluster is not None:
        address = make_url(url).set(drivername="postgresql").render_as_string(False)
        Floor.make_schema(address)
        floor = Floor(address, 1)
    for _ in range(20):
        driver.complete_all(driver.start())
    found: dict[str, list[Timing]] = {"floor": [], "completion": [], "start": []}
    for _ in range(rounds):
        if floor is not None:
            settle(desk)
            found["floor"].append(Timing())
            measure(found["floor"][-1], seconds, floor.complete, cluster)
            settle(desk)
        found["start"].append(Timing())
        measure(found["start"][-1], seconds / 2, driver.start, cluster)
        found["completion"].append(_completions(driver, seconds, cluster))
    _print(found, driver)
    if cluster is not None:
        _print_size(desk, driver, empty)
    desk.close()


def settle(desk: Desk) -> None:
    """Let the server clear away what the last measurement left, so that the next does not pay for it."""
    with desk.runtime.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM ANALYZE"))
        connection.execute(text("CHECKPOINT"))


def _completions(driver: Driver, seconds: float, cluster: Cluster | None) -> Timing:
    keys = [driver.start() for _ in range(max(20, int(seconds * 40)))]
    timing, until = Timing(), time.perf_counter() + seconds
    server = server_cpu(cluster)
    for key in keys:
        if time.perf_counter() > until:
            break
        driver.complete_all(key, timing)
    timing.cpu = timing.cpu / len(timing.seconds) * 1000
    timing.server_cpu = (server_cpu(cluster) - server) / len(timing.seconds) * 1000
    return timing


def _print(found: dict[str, list[Timing]], driver: Driver) -> None:
    rates = {name: statistics.median(one.rate for one in timings) for name, timings in found.items() if timings}
    for name, timings in found.items():
        if timings:
            cpu = statistics.median(one.cpu for one in timings)
            server = statistics.median(one.server_cpu for one in timings)
            print(f"{name} per second: {rates[name]:.0f}   cpu ms: {cpu:.2f} + {server:.2f}")
    if "floor" in rates:
        ratios = {
            name: statistics.median(
                mine.rate / base.rate for mine, base in zip(found[name], found["floor"], strict=True)
            )
            for name in ("completion", "start")
        }
        print(f"completion of F: {ratios['completion']:.0%}\nstart of F: {ratios['start']:.0%}")
    print(f"statements a completion: mean {statistics.mean(driver.statements):.2f}, most {max(driver.statements)}")


def _print_size(desk: Desk, driver: Driver, empty: int) -> None:
    """Bytes of tables and indexes that one finished instance adds, after vacuum."""
    engine = desk.runtime.engine.execution_options(isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        open_keys = connection.execute(text("SELECT key FROM process_instance WHERE ended_at IS NULL")).scalars().all()
    for key in open_keys:
        driver.complete_all(key)
    with engine.connect() as connection:
        connection.execute(text("DELETE FROM outbox"))
        count = connection.execute(text("SELECT count(*) FROM process_instance")).scalar_one()
    print(f"bytes a finished instance: {(stored_bytes(desk) - empty) / count:.0f} ({count} instances)")


def stored_bytes(desk: Desk) -> int:
    """Bytes of the product's tables and indexes, vacuumed."""
    tables = "relname NOT LIKE 'f\\_%' AND relkind = 'r' AND relnamespace = 'public'::regnamespace"
    with desk.runtime.engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
        connection.execute(text("VACUUM FULL"))
        query = text(f"SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE {tables}")
        return int(connection.execute(query).scalar_one())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=5.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--sqlite", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rb-") as folder:
        if options.sqlite:
            run(f"sqlite:///{folder}/bench.sqlite3", None, options.seconds, options.rounds)
            return
        cluster = start_cluster(Path(folder), durable=True)
        try:
            run(cluster.database_url("postgres"), cluster, options.seconds, options.rounds)
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
