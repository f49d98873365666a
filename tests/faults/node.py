"""The real processes of one installation, to be killed while they work."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.errors import RedressError
from app.valkey import RunningValkey, start_valkey
from tests.postgres import Cluster

ROOT = Path(__file__).parents[2]
SETTLE_SECONDS = 90
MODULES = {"load": "tests.faults.load", "worker": "tasks.worker", "dispatcher": "tasks.dispatcher"}


@dataclass
class Node:
    """The processes of one installation, each of which may be killed and started again."""

    folder: Path
    url: str
    cluster: Cluster | None
    valkey: RunningValkey
    queue: str = ""
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, name: str) -> None:
        """Start a part; `worker-2` is another of the same kind."""
        module = MODULES[name.split("-")[0]]
        arguments = [str(self.notes)] if name == "load" else []
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "REDIS_URL": self.redis_url,
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
    def redis_url(self) -> str:
        """The queue's address: the whole server's, or the part of it that is this installation's."""
        return self.queue or self.valkey.url

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
        self.stop_parts()
        self.valkey.stop()

    def stop_parts(self) -> None:
        for part in self.parts.values():
            part.kill()
            part.wait()


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
