"""The real processes of one installation, to be killed while they work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from base64 import b64encode
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from app.config import new_data_keys
from app.errors import RedressError
from app.valkey import RunningValkey, start_valkey
from tests.conformance.v2.live import free_port
from tests.postgres import Cluster

ROOT = Path(__file__).parents[2]
SETTLE_SECONDS = 300
WEB = "gunicorn --workers 2 --log-level warning wsgi:app --bind"
COMMANDS = {"web": WEB.split(), "worker": ["tasks.worker"], "dispatcher": ["tasks.dispatcher"]}
"""What a bank runs on its machines."""

DATA_KEYS = ",".join(f"{name}:{b64encode(key).decode()}" for name, key in new_data_keys().items())


@dataclass
class Node:
    """The processes of one installation, each of which may be killed and started again."""

    folder: Path
    url: str
    cluster: Cluster | None
    valkey: RunningValkey
    queue: str = ""
    mode: str = "test"
    parts: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    address: str = field(default_factory=lambda: f"127.0.0.1:{free_port()}")

    def start(self, name: str) -> None:
        """Start a part; `worker-2` is another of the same kind."""
        kind = name.split("-")[0]
        command = [*COMMANDS[kind], self.address] if kind == "web" else COMMANDS[kind]
        environment = {
            **os.environ,
            "DATABASE_URL": self.url,
            "REDIS_URL": self.redis_url,
            "REDRESS_MODE": self.mode,
            "REDRESS_DATA_KEYS": DATA_KEYS,
            "REDRESS_DATA_DIR": str(self.folder),
            "SECRET_KEY": "a secret of the tests' own installation",
            "REDRESS_ZONE": "UTC",
            "REDRESS_LEASE_SECONDS": "5",
            "REDRESS_HTTP_JOB_TIMEOUT_SECONDS": "1",
            "REDRESS_SWEEP_SECONDS": "0.2",
        }
        with (self.folder / f"{name}.log").open("ab") as log:
            self.parts[name] = subprocess.Popen(
                [sys.executable, "-m", *command],
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    @property
    def redis_url(self) -> str:
        """The queue's address: the whole server's, or the part of it that is this installation's."""
        return self.queue or self.valkey.url

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
            self.end(name)
            self.start(name)

    def stop(self) -> None:
        self.stop_parts()
        self.valkey.stop()

    def stop_parts(self) -> None:
        for name in self.parts:
            self.end(name)

    def end(self, name: str) -> None:
        """Kill a part with every process that it has started."""
        with suppress(ProcessLookupError):
            os.killpg(self.parts[name].pid, signal.SIGKILL)
        self.parts[name].wait()


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
