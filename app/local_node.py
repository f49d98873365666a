"""Everything on one machine: an embedded Valkey, the database, worker, dispatcher and web server under one supervisor.

A bank runs the same three processes (`gunicorn wsgi:app`, `python -m tasks.worker`, `python -m tasks.dispatcher`) under
its own supervisor, with its own database and queue.
"""

from __future__ import annotations

import fcntl
import gc
import os
import secrets
import signal
import socket
import sys
import tempfile
import time
import urllib.error
import urllib.request
from base64 import b64encode
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from multiprocessing import Pipe, get_context
from multiprocessing.context import ForkProcess
from pathlib import Path

from app.config import DATABASE_FILE, new_data_keys
from app.errors import InvalidInputError, RedressError, UnavailableError
from app.local_queue import LocalQueue
from app.parent import end_with_parent
from app.pauses import Pauses

READY_SECONDS = 60
STOP_SECONDS = 20


@dataclass(frozen=True)
class NodeOptions:
    """What a person may choose on the command line."""

    host: str = "127.0.0.1"
    port: int = 8080
    data_dir: Path = Path("var")
    web_workers: int = 2
    demo: bool = True


def check_port(host: str, port: int) -> None:
    """Raise InvalidInputError when the address cannot be listened on, saying what to do."""
    if not 0 < port < 2**16:
        raise InvalidInputError(f"Expected a port from 1 to 65535, but got {port}")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise InvalidInputError(
                f"Expected to listen on {host}:{port}, but it cannot be used ({error.strerror}). "
                f"Stop what listens there, or choose another port: python3 run.py --port {port + 1}"
            ) from error


def node_environment(options: NodeOptions, environ: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of the node's processes: what the person set, then the embedded defaults."""
    data_dir = options.data_dir.resolve()
    make_data_folder(data_dir)
    return {
        "REDRESS_MODE": "demo" if options.demo else "production",
        "REDRESS_DATA_DIR": str(data_dir),
        "REDRESS_PUBLIC_URL": f"http://{options.host}:{options.port}",
        "SECRET_KEY": _kept(data_dir / "secret.key", lambda: secrets.token_hex(32)),
        "REDRESS_DATA_KEYS": environ.get("REDRESS_DATA_KEYS") or _kept_data_keys(data_dir),
        **environ,
    }


def make_data_folder(folder: Path) -> None:
    """Make the folder where there is none, for its owner only; one that is there keeps its rights.

    Raises InvalidInputError where nothing can be written.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise InvalidInputError(
            f"Expected a folder that can be written at {folder}, but it cannot ({error.strerror}). "
            "Choose another: python3 run.py --data FOLDER"
        ) from error


@contextmanager
def _only_node(data_dir: Path) -> Iterator[None]:
    """Hold the data folder against a second node, whose queue would write into the same files."""
    with (data_dir / "node.lock").open("w", encoding="ascii") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise InvalidInputError(
                f"Expected {data_dir} to be used by nobody, but another Redress runs on it. "
                "Stop that one, or choose another folder: python3 run.py --data FOLDER"
            ) from error
        yield


def _kept(path: Path, make: Callable[[], str]) -> str:
    """Return what this installation keeps in `path`: made on the first start, readable by its owner only."""
    with suppress(FileNotFoundError):
        kept = path.read_text(encoding="ascii").strip()
        if not kept:
            raise InvalidInputError(
                f"Expected {path} to hold this installation's key, but it is empty. Put it back from a backup: "
                "with another key, what was sealed with the lost one cannot be read"
            )
        return kept
    made = make()
    unfinished = path.with_suffix(".new")  # a full disk must not leave an empty key behind
    unfinished.unlink(missing_ok=True)
    descriptor = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(made)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(path)
    return made


def _kept_data_keys(data_dir: Path) -> str:
    path = data_dir / "data.keys"
    if not path.exists() and (data_dir / DATABASE_FILE).exists():
        raise InvalidInputError(
            f"Expected {path} beside the database, but it is gone, and what it sealed cannot be read without it. "
            "Put it back from a backup, or start with an empty folder"
        )
    return _kept(path, _fresh_data_keys)


def _fresh_data_keys() -> str:
    return ",".join(f"{name}:{b64encode(key).decode()}" for name, key in new_data_keys().items())


Part = Callable[[NodeOptions, Callable[[], None]], None]
"""What one process of the node does until it gets SIGTERM; the second argument waits for the database to be ready."""


class _Gate:
    """Shut until the database is ready: a pipe that ends when the supervisor, last of all, closes its end.

    Unlike an event it wants nothing from whoever waits, which may have been killed.
    """

    def __init__(self) -> None:
        self._reader, self._writer = Pipe(duplex=False)

    def open(self) -> None:
        """Let everybody through. A forked process calls it too, first: its copy of the end must keep nobody."""
        self._writer.close()

    def wait(self) -> None:
        """Return when the supervisor has opened it."""
        self._reader.poll(None)


@dataclass
class Child:
    """One process of the node, started again with a growing pause when it ends by itself.

    It is forked from the supervisor, which has imported everything: the node imports the product once.
    """

    name: str
    part: Part
    gate: _Gate
    process: ForkProcess | None = None
    pauses: Pauses = field(default_factory=Pauses)

    def keep_running(self, options: NodeOptions, environment: Mapping[str, str], say: Callable[[str], None]) -> None:
        """Start the process when it is not running and its pause is over."""
        if self.process is not None:
            code = self.process.exitcode
            if code is None:
                return
            self.process = None
            say(f"the {self.name} ended with code {code}; it starts again in {self.pauses.begin():.0f} s")
        if self.pauses.is_over:
            self.process = get_context("fork").Process(
                target=_run_part, args=(self, options, environment, os.getpid()), name=self.name
            )
            self.process.start()

    def stop(self) -> None:
        """Ask the process to end, then end it."""
        if self.process is None:
            return
        self.process.terminate()
        self.process.join(STOP_SECONDS)
        if self.process.exitcode is None:
            self.process.kill()
            self.process.join()


def _run_part(child: Child, options: NodeOptions, environment: Mapping[str, str], supervisor: int) -> None:
    # In a session of its own: Ctrl-C reaches the supervisor, which stops the parts in their order.
    os.setsid()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    end_with_parent(supervisor)
    os.environ.update(environment)
    child.gate.open()
    try:
        child.part(options, child.gate.wait)
    except RedressError as error:
        sys.exit(f"[redress] {error}")


def run_node(
    options: NodeOptions,
    environ: Mapping[str, str],
    parts: Mapping[str, Part],
    *,
    prepare: Callable[[Mapping[str, str]], None],
    say: Callable[[str], None],
    welcome: str,
) -> int:
    """Run the node until it is asked to stop (SIGINT, SIGTERM); return the exit code.

    `prepare` gets the environment once the queue runs and brings the database up to date. Each of `parts` (by name) is
    forked before it, and imports meanwhile what only it needs; one that ended is forked after it, so it must leave no
    connection and no thread. Raises InvalidInputError for a busy port or folder, UnavailableError when the web server
    does not come up.
    """
    check_port(options.host, options.port)
    if options.web_workers < 1:
        raise InvalidInputError(f"Expected --web-workers to be 1 or more, but got {options.web_workers}")
    environment = node_environment(options, environ)
    # Also while it prepares, the node leaves by way of `finally`: the queue is in a session of its own and would stay.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: sys.exit(128 + got))
    data_dir = Path(environment["REDRESS_DATA_DIR"])
    gate = _Gate()
    children = [Child(name, part, gate) for name, part in parts.items()]
    with _only_node(data_dir):
        queue: LocalQueue | None = None
        try:
            if "REDIS_URL" not in environment:
                queue = LocalQueue.start(data_dir / "valkey")
                environment["REDIS_URL"] = queue.running.url
            gc.collect()
            gc.freeze()  # what is imported stays in memory that the parts share
            for child in children:
                child.keep_running(options, environment, say)
            prepare(environment)
            gate.open()
            return _supervise(children, queue, environment, options, say, welcome)
        finally:
            for child in children:
                child.stop()
            if queue is not None:
                queue.stop()


def _supervise(
    children: list[Child],
    queue: LocalQueue | None,
    environment: Mapping[str, str],
    options: NodeOptions,
    say: Callable[[str], None],
    welcome: str,
) -> int:
    stopping: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda got, _: stopping.append(got))
    deadline = time.monotonic() + READY_SECONDS
    ready = False
    try:
        while not stopping:
            if queue is not None:
                queue.keep_running(say)
            for child in children:
                child.keep_running(options, environment, say)
            if not ready:
                ready = _answers(f"http://{options.host}:{options.port}/health/ready")
                if ready:
                    say(welcome)
                elif time.monotonic() > deadline:
                    raise UnavailableError(
                        f"Expected the web server to answer within {READY_SECONDS} s, but it did not"
                    )
            time.sleep(0.5 if ready else 0.1)
    finally:
        say("stopping")
    return 0


def _answers(url: str) -> bool:
    with suppress(urllib.error.URLError, OSError), urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own
        return bool(answer.status == 200)
    return False
