"""The short way to PostgreSQL: a statement that the server has prepared, with its values, and little else.

psycopg's cursors take longer than the server does to run a prebuilt statement, and its BEGIN is a journey of its own.
Here libpq is called directly, and BEGIN travels with the first statement of a transaction. Psycopg's connection stays
the owner: it commits, rolls back and closes. Knows no table.
"""

from __future__ import annotations

import select
from collections.abc import Sequence
from datetime import datetime
from itertools import count
from typing import Any

import psycopg
from psycopg import pq
from psycopg.adapt import Transformer
from psycopg.errors import error_from_result
from psycopg.pq.abc import PGconn, PGresult
from sqlalchemy import Connection
from sqlalchemy.exc import OperationalError

from app.errors import InvalidInputError

MOST_PREPARED = 500
"""A connection's; the oldest makes room."""

_NAMES = "prepared names"
_numbers = count()
"""One number a name, whatever becomes of it: a statement that is refused uses up its own."""
_DONE = (pq.ExecStatus.COMMAND_OK, pq.ExecStatus.TUPLES_OK)
_BINARY, _TEXT = 1, 0


def write_prepared(connection: Connection, statement: str, values: Sequence[Any]) -> int:
    """Run a statement and return how many rows its main part changed."""
    return _run(connection, statement, values).command_tuples or 0


def read_prepared(connection: Connection, statement: str, values: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Run a query and return its rows, as psycopg would."""
    result = _run(connection, statement, values)
    loader = Transformer(connection.connection.driver_connection)
    loader.set_pgresult(result)
    return loader.load_rows(0, result.ntuples, tuple)


def array(values: Sequence[str]) -> str:
    """Return a PostgreSQL array literal of elements that are written already."""
    return "{" + ",".join(values) + "}"


def element(text: str) -> str:
    """Write a text as an element of a PostgreSQL array literal."""
    if "\\" in text:
        text = text.replace("\\", "\\\\")
    if '"' in text:
        text = text.replace('"', '\\"')
    return f'"{text}"'


def _run(connection: Connection, statement: str, values: Sequence[Any]) -> PGresult:
    """Run a statement; what the server refuses comes as SQLAlchemy's error, as from any other statement."""
    pooled = connection.connection
    driver: Any = pooled.driver_connection
    server: PGconn = driver.pgconn
    written: list[Any] = [_write(value) for value in values]
    formats = [_BINARY if type(value) is bytes else _TEXT for value in values]
    try:
        name = _prepare(server, pooled.info.setdefault(_NAMES, {}), statement)
        if server.transaction_status == pq.TransactionStatus.IDLE and not driver.autocommit:
            return _begin_and_run(server, name, written, formats)
        return _checked(server.exec_prepared(name, written, formats))
    except psycopg.errors.StringDataRightTruncation as error:
        raise InvalidInputError(f"Expected a shorter text, but got: {error.diag.message_primary}") from error
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise OperationalError(statement, None, error, connection_invalidated=bool(driver.closed)) from error
    except BaseException as error:
        connection.invalidate(error)  # an answer may be on its way still
        raise


def _prepare(server: PGconn, names: dict[str, bytes], statement: str) -> bytes:
    """Return the name under which this connection's server has the statement prepared."""
    if server.status == pq.ConnStatus.BAD:
        raise psycopg.OperationalError("Expected an open connection to the database, but it is lost")
    name = names.get(statement)
    if name is not None:
        return name
    if len(names) >= MOST_PREPARED:
        _checked(server.close_prepared(names.pop(next(iter(names)))))
    name = b"redress_%d" % next(_numbers)
    _checked(server.prepare(name, statement.encode()))
    names[statement] = name
    return name


def _begin_and_run(server: PGconn, name: bytes, written: list[Any], formats: list[int]) -> PGresult:
    """Begin a transaction and run its first statement in one journey."""
    server.enter_pipeline_mode()
    server.send_query_params(b"BEGIN", None)
    server.send_query_prepared(name, written, formats)
    server.pipeline_sync()
    results = []
    while (result := _next_result(server)) is None or result.status != pq.ExecStatus.PIPELINE_SYNC:
        if result is not None:  # None only ends a statement's results
            results.append(result)
    server.exit_pipeline_mode()
    for result in results:
        _checked(result)
    return results[-1]


def _next_result(server: PGconn) -> PGresult | None:
    """Wait for the next result in such a way that other threads go on meanwhile: get_result lets none."""
    waiting = select.poll()
    while server.is_busy():
        waiting.register(server.socket, select.POLLIN | (select.POLLOUT if server.flush() else 0))
        waiting.poll()
        server.consume_input()
    return server.get_result()


def _checked(result: PGresult) -> PGresult:
    if result.status not in _DONE:
        raise error_from_result(result)
    return result


def _write(value: Any) -> bytes | None:
    """Write a value as the server reads it where it knows the type: as text, or bytes as they are."""
    if value is None or type(value) is bytes:
        return value
    written = (value if isinstance(value, str) else _as_text(value)).encode()
    if b"\0" in written:
        raise InvalidInputError("Expected a text without U+0000, but it has one")  # libpq would end the text there
    return written


def _as_text(value: Any) -> str:
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, list):
        return array([element(one) for one in value])
    return value.isoformat() if isinstance(value, datetime) else str(value)
