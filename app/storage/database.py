"""The database connection: one engine a process, set up alike for SQLite and PostgreSQL. Knows no table."""

from __future__ import annotations

import math
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import ClientCursor
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DisconnectionError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool, QueuePool

BUSY_TIMEOUT_MS = 10_000
IDLE_SECONDS = 5.0
SESSION = "-c plan_cache_mode=force_generic_plan -c timezone=UTC -c client_encoding=UTF8"
"""Prebuilt statements are planned once a connection: planning the inbox each time took thrice what running it takes.

All others carry their values in their text (`ClientCursor`): one plan for all values would be a bad one for some
searches, and this setting holds for any parameter that the server is sent, prepared or not.
"""
READING = "redress_reading"


def open_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine for `url`.

    SQLite: WAL, full synchronisation, foreign keys on, `BEGIN IMMEDIATE` for every transaction that may write, since a
    plain BEGIN lets two writers read the same row and one of them fail late. PostgreSQL: read committed, row locks.
    """
    options: dict[str, Any] = {"pool_size": pool_size, "max_overflow": pool_size, "poolclass": QueuePool}
    if ":memory:" in url or url == "sqlite://":
        options = {"poolclass": NullPool}
    if url.startswith("postgresql"):
        options["connect_args"] = {"options": SESSION, "cursor_factory": ClientCursor}
    engine = create_engine(url, **options)
    if engine.dialect.name == "sqlite":
        _set_up_sqlite(engine)
    else:
        _check_idle_connections(engine)
    os.register_at_fork(after_in_child=lambda: engine.dispose(close=False))
    return engine


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """Lend a connection for reading only.

    On SQLite it does not wait for writers. On PostgreSQL each statement is its own transaction, as it would see the
    database in read committed anyway, and the round trip of a rollback is saved.
    """
    options = {READING: True} if engine.dialect.name == "sqlite" else {"isolation_level": "AUTOCOMMIT"}
    with engine.connect().execution_options(**options) as connection:
        yield connection


def _make_file(path: str) -> None:
    """Make a database's file readable by its owner only, where there is none: its -wal and -shm get the same rights."""
    if path in ("", ":memory:") or path.startswith("file:"):
        return
    with suppress(OSError):  # it is there, or SQLite says what is wrong with the place
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))


def _check_idle_connections(engine: Engine) -> None:
    """Ask whether a connection still lives, but only after it lay idle: asking each time costs a round trip."""

    @event.listens_for(engine, "checkin")
    def on_checkin(_dbapi_connection: Any, record: ConnectionPoolEntry) -> None:
        record.info["idle_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def on_checkout(dbapi_connection: Any, record: ConnectionPoolEntry, _proxy: Any) -> None:
        if time.monotonic() - record.info.get("idle_since", -math.inf) < IDLE_SECONDS:
            return
        try:
            engine.dialect.do_ping(dbapi_connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise DisconnectionError(str(error)) from error


def _set_up_sqlite(engine: Engine) -> None:
    @event.listens_for(engine, "do_connect")
    def on_do_connect(*_: Any) -> None:
        _make_file(engine.url.database or "")

    @event.listens_for(engine, "connect")
    def on_connect(dbapi_connection: Any, _record: Any) -> None:
        dbapi_connection.isolation_level = None  # the driver's own BEGIN is the deferred one
        cursor = dbapi_connection.cursor()
        for pragma in (
            f"busy_timeout={BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def on_begin(connection: Connection) -> None:
        mode = "DEFERRED" if connection.get_execution_options().get(READING) else "IMMEDIATE"
        connection.exec_driver_sql(f"BEGIN {mode}")
