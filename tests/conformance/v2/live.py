"""A live installation for tests: web server, dispatcher and worker as processes, with their own database and queue."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from app.config import read_settings
from app.services.create_account import create_account
from app.services.open_runtime import open_runtime

ROOT = Path(__file__).parents[3]
READY_SECONDS = 180.0
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Live:
    """An installation that answers at `url`; every account's password is PASSWORD."""

    url: str
    processes: tuple[subprocess.Popen[bytes], ...]

    def stop(self) -> None:
        for process in self.processes:
            process.terminate()
        for process in self.processes:
            process.wait(30)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start_live(database_url: str, redis_url: str | None, folder: Path, *, mode: str = "test") -> Live:
    """Start everything on a migrated database, with the accounts `operator` (all scopes), `clerk` and `auditor`."""
    port = free_port()
    environment = {
        **os.environ,
        "DATABASE_URL": database_url,
        "REDRESS_MODE": mode,
        "REDRESS_DATA_DIR": str(folder),
        "REDRESS_PUBLIC_URL": f"http://127.0.0.1:{port}",
        "REDRESS_SWEEP_SECONDS": "0.1",
        "SECRET_KEY": "a secret of the tests' own installation",
    }
    if redis_url is not None:
        environment["REDIS_URL"] = redis_url
    make_accounts(environment)
    server = ["-m", "gunicorn", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
    commands = [[*server, "--log-level", "warning", "wsgi:app"], ["-m", "tasks.dispatcher"]]
    if redis_url is not None:
        commands.append(["-m", "tasks.worker"])
    with (folder / "live.log").open("wb") as log:
        processes = tuple(
            subprocess.Popen([sys.executable, *command], cwd=ROOT, env=environment, stdout=log, stderr=log)
            for command in commands
        )
    live = Live(f"http://127.0.0.1:{port}", processes)
    try:
        wait_until_ready(live)
    except BaseException:
        live.stop()
        print((folder / "live.log").read_text()[-4000:])
        raise
    return live


def make_accounts(environment: Mapping[str, str]) -> None:
    runtime = open_runtime(read_settings(environment))
    roles = {"operator": ["admin"], "clerk": ["clerk"], "auditor": ["auditor"]}
    for name, given in roles.items():
        runtime.perform(
            create_account,
            name,
            display_name=name.title(),
            password=PASSWORD,
            roles=given,
            groups=["desk"] if name == "clerk" else [],
        )
    runtime.engine.dispose()


def wait_until_ready(live: Live) -> None:
    until = time.monotonic() + READY_SECONDS
    while not _is_ready(live.url):
        ended = [process.args for process in live.processes if process.poll() is not None]
        assert not ended, f"Expected every process to run, but these ended: {ended}"
        assert time.monotonic() < until, f"Expected an answer within {READY_SECONDS:g} s, but there was none"
        time.sleep(0.1)


def _is_ready(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/health/ready", timeout=5):
            return True
    except (urllib.error.URLError, ConnectionError, TimeoutError):
        return False
