"""Measures how fast due timers are fired: the dispatcher's leases, one worker's batches, through a real queue.

`python3 run.py bench timers [--count N]`: a thousand instances whose timer is due; each firing opens a user task.
Prints `name: value`, CPU too: of a machine that others use, it is the figure that repeats.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sqlalchemy import text

from app.services.claim_due_timers import claim_due_timers
from app.storage.schema import upgrade_schema
from app.valkey import start_valkey
from benchmarks.engine import server_cpu, settle
from benchmarks.workload import model, start_variables, table
from tasks.timers import fire_leased
from tests.desk import Desk
from tests.postgres import Cluster, start_cluster


def prepare(desk: Desk, count: int) -> None:
    """Start instances and let a day pass, so that all their timers are due."""
    for number in range(count):
        desk.start("w", **start_variables(number))
    with desk.runtime.unit_of_work() as work:
        work.connection.execute(text("UPDATE timer SET due_at = due_at - interval '3650 days', next_try_at = due_at"))
        work.connection.execute(text("UPDATE timer SET next_try_at = due_at"))
    settle(desk)


def left(desk: Desk) -> int:
    """How many timers are still armed."""
    with desk.runtime.reading() as connection:
        return int(connection.execute(text("SELECT count(*) FROM timer")).scalar_one())


def in_process(desk: Desk, count: int) -> None:
    """Lease and fire in this process: what one worker can do without a queue."""
    prepare(desk, count)
    before, cpu, fired = time.perf_counter(), time.process_time(), 0
    while leases := desk.perform(claim_due_timers, desk.settings.timer_batch):
        fired += fire_leased(desk.runtime, leases)
    seconds = time.perf_counter() - before
    print(f"in process per second: {fired / seconds:.0f}   cpu ms: {(time.process_time() - cpu) / fired * 1000:.2f}")


def cpu_and_memory(process: int) -> tuple[float, float]:
    """CPU seconds that a process has used, and the MB it holds now."""
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK"), pages * os.sysconf("SC_PAGESIZE") / 1e6


def through_the_queue(desk: Desk, url: str, folder: Path, count: int, cluster: Cluster) -> None:
    """A dispatcher and one worker, as processes of their own."""
    prepare(desk, count)
    valkey = start_valkey(folder / "valkey")
    environment = {**os.environ, "DATABASE_URL": url, "REDIS_URL": valkey.url, "REDRESS_MODE": "test"}
    parts = [subprocess.Popen([sys.executable, "-m", "tasks.worker"], env=environment)]
    time.sleep(5)  # the worker has imported the product and waits
    before, worker, server = time.perf_counter(), cpu_and_memory(parts[0].pid), server_cpu(cluster)
    parts.append(subprocess.Popen([sys.executable, "-m", "tasks.dispatcher"], env=environment))
    while left(desk) == count:
        time.sleep(0.01)
    first = time.perf_counter()
    while left(desk):
        time.sleep(0.1)
    done, after = time.perf_counter(), cpu_and_memory(parts[0].pid)
    server = server_cpu(cluster) - server
    print(f"through the queue per second: {count / (done - first):.0f}")
    print(f"{count} due fired in: {done - first:.1f} s after the first")
    print(f"{count} due fired in: {done - before:.1f} s after the dispatcher began to start")
    print(f"worker cpu ms a timer: {(after[0] - worker[0]) / count * 1000:.2f}   server: {server / count * 1000:.2f}")
    print(f"worker resident MB: {after[1]:.0f}")
    for part in parts:
        part.terminate()
        part.wait()
    valkey.stop()


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=1000)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rb-") as name:
        folder = Path(name)
        cluster = start_cluster(folder, durable=True)
        url = cluster.database_url("postgres")
        desk = Desk(url)
        try:
            upgrade_schema(desk.runtime.engine)
            desk.deploy(w__bpmn=model(), routing__dmn=table())
            in_process(desk, options.count)
            through_the_queue(desk, url, folder, options.count, cluster)
        finally:
            desk.close()
            cluster.stop()


if __name__ == "__main__":
    main()
