"""Measures completion and start through HTTP, everything on, against the bare SQL floor in the same run.

`python3 run.py bench http [--seconds N] [--rounds N] [--workers N]`: gunicorn with two workers, as it is shipped, on
PostgreSQL with fsync; every request signs in by token, is permitted as a clerk's, counted and validated, and every
completion fits its form. Prints `name: value`, medians over the rounds; where strangers keep a core busy, judge by CPU.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from lxml import etree
from sqlalchemy.engine import make_url

from app.config import read_settings
from app.services.authenticate_token import issue_token
from app.services.create_account import create_account
from app.services.open_runtime import open_runtime
from app.storage.schema import upgrade_schema
from benchmarks.floor import Floor
from benchmarks.workload import form_data, model, start_variables, table
from tests.conformance.drawing import BPMN, ZEEBE
from tests.conformance.v2.live import free_port
from tests.postgres import Cluster, start_cluster

ROOT = Path(__file__).parents[1]
TASKS = ("verify", "escalation", "risk", "sign_a", "sign_b", "reply")
GROUPS = ("intake", "leads", "risk", "legal", "finance")
CROWD = 8


def with_forms() -> tuple[bytes, dict[str, str]]:
    """The reference procedure with a form on each user task: seven required texts and a check box."""
    root = etree.fromstring(model())
    forms = {}
    for task in root.iter(f"{{{BPMN}}}userTask"):
        name = task.get("id")
        extensions = task.find("{*}extensionElements")
        form = etree.SubElement(extensions, f"{{{ZEEBE}}}formDefinition")
        form.set("formId", f"form_{name}")
        texts = [
            {
                "type": "textarea",
                "key": f"{name}_{n}",
                "label": f"Text {n}",
                "validate": {"required": True, "maxLength": 2000},
            }
            for n in range(7)
        ]
        fields = [*texts, {"type": "checkbox", "key": f"{name}_ok", "label": "OK"}]
        for number, field in enumerate(fields):
            field["id"] = f"Field_{number}"
        forms[f"form_{name}"] = json.dumps(
            {"id": f"form_{name}", "type": "default", "schemaVersion": 16, "components": fields}
        )
    return etree.tostring(root), forms


class Client:
    """One caller with a connection of its own, who spends next to nothing: what is measured is the server."""

    def __init__(self, port: int, token: str) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=60)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.headers = (
            f"Host: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nContent-Type: application/json\r\n".encode()
        )

    def call(self, path: str, body: Mapping[str, Any]) -> tuple[float, Any]:
        """POST, and return seconds and the answer."""
        data = json.dumps(body).encode()
        request = b"POST %s HTTP/1.1\r\n%sContent-Length: %d\r\n\r\n%s" % (path.encode(), self.headers, len(data), data)
        before = time.perf_counter()
        self.socket.sendall(request)
        head, _, answer = self._receive(b"").partition(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        while length is not None and len(answer) < int(length[1]):
            answer = self._receive(answer)
        seconds = time.perf_counter() - before
        assert head.split(b" ", 2)[1] in {b"200", b"204"}, answer
        return seconds, json.loads(answer) if answer else None

    def _receive(self, before: bytes) -> bytes:
        received = self.socket.recv(1 << 16)
        assert received, "Expected an answer, but the server closed the connection"
        return before + received


class Measured:
    """Seconds of each request, by kind."""

    def __init__(self) -> None:
        self.starts: list[float] = []
        self.completions: list[float] = []
        self.lists: list[float] = []


def work(client: Client, until: float, first: int, measured: Measured) -> None:
    """Take instance after instance from start to end."""
    number = first
    while time.perf_counter() < until:
        number += 1
        seconds, started = client.call(
            "/v2/process-instances", {"processDefinitionId": "w", "variables": start_variables(number)}
        )
        measured.starts.append(seconds)
        wanted = {"filter": {"processInstanceKey": started["processInstanceKey"], "state": "CREATED"}}
        while True:
            seconds, found = client.call("/v2/user-tasks/search", wanted)
            measured.lists.append(seconds)
            if not found["items"] or time.perf_counter() > until:
                break
            for task in found["items"]:
                data = {"variables": form_data(task["elementId"], number)}
                seconds, _ = client.call(f"/v2/user-tasks/{task['userTaskKey']}/completion", data)
                measured.completions.append(seconds)


def tree_cpu(root: int) -> float:
    """CPU seconds of a process and its children so far."""
    total = 0.0
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(stat.parent.name) == root or int(fields[1]) == root:
            total += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return total


def machine_cpu() -> float:
    """CPU seconds the whole machine has worked so far."""
    fields = Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:]
    return (sum(map(int, fields)) - int(fields[3]) - int(fields[4])) / os.sysconf("SC_CLK_TCK")


class Watch:
    """What server, database and strangers spend while something runs."""

    def __init__(self, server: int, database: int) -> None:
        self.server, self.database = server, database
        self.before, self.began = self._read(), time.perf_counter()

    def _read(self) -> tuple[float, float, float]:
        own = time.process_time()
        server, database = tree_cpu(self.server), tree_cpu(self.database)
        return server, database, machine_cpu() - server - database - own

    def spent(self) -> tuple[float, float, float]:
        """CPU seconds of server and database, and the cores that strangers kept busy."""
        server, database, strangers = (now - then for now, then in zip(self._read(), self.before, strict=True))
        return server, database, strangers / (time.perf_counter() - self.began)


def crowd(port: int, token: str, size: int, seconds: float, round_: int) -> Measured:
    """Let `size` clients work at once."""
    measured, until = Measured(), time.perf_counter() + seconds
    clients = [Client(port, token) for _ in range(size)]
    together(
        [
            lambda one=one, n=n: work(one, until, (round_ * CROWD + n) * 100_000, measured)
            for n, one in enumerate(clients)
        ]
    )
    return measured


def floor_seconds(floors: list[Floor], seconds: float) -> list[float]:
    """The floor's completions with as many callers as there are floors."""
    found: list[float] = []
    until = time.perf_counter() + seconds

    def run(one: Floor) -> None:
        while time.perf_counter() < until:
            before = time.perf_counter()
            one.complete()
            found.append(time.perf_counter() - before)

    together([lambda one=one: run(one) for one in floors])
    return found


def settle(floor: Floor) -> None:
    """Let the server clear away what the last measurement left, so that the next does not pay for it."""
    floor.connection.commit()
    floor.connection.autocommit = True
    floor.connection.execute("VACUUM ANALYZE")
    floor.connection.execute("CHECKPOINT")
    floor.connection.autocommit = False


def together(jobs: list[Callable[[], None]]) -> None:
    threads = [threading.Thread(target=job) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def prepare(environment: dict[str, str]) -> str:
    """Migrate, make a clerk of every group, and return a token of the clerk's."""
    runtime = open_runtime(read_settings(environment))
    upgrade_schema(runtime.engine)
    runtime.perform(
        create_account, "clerk", display_name="Clerk", password="seven at the counter", roles=["clerk"], groups=GROUPS
    )
    runtime.perform(create_account, "boss", display_name="Boss", password="seven behind it all", roles=["admin"])
    issued = runtime.perform(issue_token, "clerk", "bench", ["work", "start"], None)
    runtime.engine.dispose()
    return issued.token


def deploy(port: int) -> None:
    """Deploy the procedure, its table and its forms, as a person would."""
    process, forms = with_forms()
    files = {
        "w.bpmn": process,
        "routing.dmn": table().encode(),
        **{f"{name}.form": text.encode() for name, text in forms.items()},
    }
    boundary = "redress-benchmark"
    parts = b"".join(
        f'--{boundary}\r\nContent-Disposition: form-data; name="resources"; filename="{name}"\r\n\r\n'.encode()
        + content
        + b"\r\n"
        for name, content in files.items()
    )
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    signed = base64.b64encode(b"boss:seven behind it all").decode()
    headers = {"Authorization": f"Basic {signed}", "Content-Type": f"multipart/form-data; boundary={boundary}"}
    connection.request("POST", "/v2/deployments", parts + f"--{boundary}--\r\n".encode(), headers)
    response = connection.getresponse()
    assert response.status == 200, response.read()


def serve(environment: dict[str, str], port: int, workers: int) -> subprocess.Popen[bytes]:
    """Start gunicorn and wait for its first answer."""
    command = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", str(workers), "--log-level", "warning"]
    server = subprocess.Popen([sys.executable, *command, "wsgi:app"], cwd=ROOT, env=environment)
    before = time.perf_counter()
    while True:
        try:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/health/ready")
            if connection.getresponse().status == 200:
                print(f"first answer after seconds: {time.perf_counter() - before:.1f}")
                return server
        except OSError:
            assert time.perf_counter() - before < 60, "Expected gunicorn to answer within 60 s, but it did not"
            time.sleep(0.05)


def run(cluster: Cluster, folder: Path, options: argparse.Namespace) -> None:
    url = cluster.database_url("postgres")
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": url,
        "REDRESS_MODE": "production",
        "REDRESS_DATA_KEYS": ",".join(f"{name}:{base64.b64encode(bytes(32)).decode()}" for name in ("a", "index")),
        "REDRESS_DATA_DIR": str(folder),
        "SECRET_KEY": "s" * 40,
        "PYTHONPATH": str(ROOT),
    }
    token = prepare(environment)
    address = make_url(url).set(drivername="postgresql").render_as_string(False)
    Floor.make_schema(address)
    floors = [Floor(address, 1 + n * 10_000_000) for n in range(CROWD)]
    server = serve(environment, port, options.workers)
    try:
        deploy(port)
        crowd(port, token, CROWD, options.seconds / 2, 99)
        ratios: dict[str, list[float]] = {}
        for round_ in range(options.rounds):
            pids = (server.pid, int((cluster.data / "postmaster.pid").read_text().split()[0]))
            measure_round(floors, port, token, options.seconds, round_, ratios, pids)
        for name, values in ratios.items():
            print(f"{name}: {statistics.median(values):.3g}")
    finally:
        server.terminate()
        server.wait(30)


def measure_round(
    floors: list[Floor],
    port: int,
    token: str,
    seconds: float,
    round_: int,
    ratios: dict[str, list[float]],
    pids: tuple[int, int],
) -> None:
    """One round: floor and product, with one caller and with eight."""
    for size in (1, CROWD):
        settle(floors[0])
        base = floor_seconds(floors[:size], seconds)
        settle(floors[0])
        watch = Watch(*pids)
        mine = crowd(port, token, size, seconds, round_)
        server_cpu, database_cpu, strangers = watch.spent()
        floor_rate, rate = size / statistics.mean(base), size / statistics.mean(mine.completions)
        start_rate = size / statistics.mean(mine.starts)
        found = {
            f"F per second, {size} clients": floor_rate,
            f"completions per second, {size} clients": rate,
            f"completion of F, {size} clients": rate / floor_rate,
            f"starts per second, {size} clients": start_rate,
            f"start of F, {size} clients": start_rate / floor_rate,
            f"completion p50 ms, {size} clients": statistics.median(mine.completions) * 1000,
            f"completion p95 ms, {size} clients": statistics.quantiles(mine.completions, n=20)[-1] * 1000,
            f"task search p50 ms, {size} clients": statistics.median(mine.lists) * 1000,
            f"server cpu ms an instance, {size} clients": server_cpu / len(mine.starts) * 1000,
            f"database cpu ms an instance, {size} clients": database_cpu / len(mine.starts) * 1000,
            f"completions in all a second, {size} clients": len(mine.completions) / seconds,
            f"strangers' cores, {size} clients": strangers,
        }
        for name, value in found.items():
            ratios.setdefault(name, []).append(value)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--workers", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rb-") as folder:
        cluster = start_cluster(Path(folder), durable=True)
        try:
            run(cluster, Path(folder), options)
        finally:
            cluster.stop()


if __name__ == "__main__":
    main()
