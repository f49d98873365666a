"""Prebuilt writes of the hot path: many rows of many tables sent as few statements.

On PostgreSQL all writes collected for a flush go as one statement (data-modifying WITH parts; many rows as one array a
column, a single row as plain values, which spares the server a join), so a command costs one round trip however much it
changes. On SQLite, where a round trip is a function call, each runs by
itself with all its rows. Row classes give names and types; nothing here knows what a row means.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from itertools import count
from typing import Any

from sqlalchemy import BigInteger, Boolean, Connection, Integer, LargeBinary, Numeric, SmallInteger, String, Table
from sqlalchemy.types import TypeEngine

from app.errors import ConflictError
from app.storage.base import Base
from app.storage.prepared import array, element, write_prepared
from app.storage.reads import POSTGRES, sqlite_text
from app.storage.types import JSONText, UTCDateTime, write_json

Encode = Callable[[Any], Any]


@dataclass(frozen=True, eq=False)
class Write:
    """One kind of change to one table; `columns` is the order of a row's values, `key` those that find the row.

    A `source` is the table that a LINK takes its other values from: `overwrite` pairs them, its own name then theirs.
    """

    verb: str
    table: str
    columns: tuple[str, ...]
    key: tuple[str, ...]
    types: tuple[TypeEngine[Any], ...]
    overwrite: tuple[str, ...] = ()
    source: str = ""


def insert_rows(row_class: type[Base], *, unique: tuple[str, ...] = (), overwrite: tuple[str, ...] = ()) -> Write:
    """Prepare an insert of whole rows, in the table's column order; with `unique`, a row there is overwritten."""
    return _write("INSERT", row_class, tuple(row_class.__table__.c.keys()), unique, overwrite)


def link_rows(row_class: type[Base], given: str, source: type[Base], match: str, **taken: str) -> Write:
    """Prepare an insert of rows that refer to rows of `source`; what is there, or refers to none, is passed over.

    A row's values are that of the column `given`, and that of the source's column `match`; `taken` says which of the
    source's columns the others are copied from.
    """
    table, other = row_class.__table__, source.__table__
    assert isinstance(table, Table)
    assert isinstance(other, Table)
    pairs = tuple(name for pair in taken.items() for name in pair)
    return Write(
        "LINK", table.name, (given, match), (match,), (table.c[given].type, other.c[match].type), pairs, other.name
    )


def update_rows(row_class: type[Base], *columns: str, key: tuple[str, ...] = ("key",)) -> Write:
    """Prepare an update: a row's values are those of `key`, then those of `columns`."""
    return _write("UPDATE", row_class, (*key, *columns), key)


def delete_rows(row_class: type[Base], *, key: str = "key") -> Write:
    """Prepare a deletion by one column."""
    return _write("DELETE", row_class, (key,), (key,))


def _write(
    verb: str, row_class: type[Base], columns: tuple[str, ...], key: tuple[str, ...], overwrite: tuple[str, ...] = ()
) -> Write:
    table = row_class.__table__
    assert isinstance(table, Table)
    return Write(verb, table.name, columns, key, tuple(table.c[name].type for name in columns), overwrite)


class Writes:
    """The writes of one transaction, in order; `flush` sends what has been collected."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._postgres = connection.dialect.name == "postgresql"
        self._pending: list[tuple[Write, list[Sequence[Any]]]] = []

    def add(self, write: Write, *rows: Sequence[Any]) -> None:
        """Collect rows for one write; each kind of write at most once between two flushes, and no row changed twice."""
        if rows:
            self._pending.append((write, list(rows)))

    def add_first(self, write: Write, row: Sequence[Any]) -> None:
        """Collect the row that must be written before all others, and whose absence fails the flush."""
        self._pending.insert(0, (write, [row]))

    def flush(self) -> None:
        """Send what was collected; ConflictError if the first write did not find all of its rows."""
        pending, self._pending = self._pending, []
        if not pending:
            return
        changed = self._send_at_once(pending) if self._postgres else self._send_in_turn(pending)
        write, rows = pending[0]
        if changed != len(rows):
            raise ConflictError(
                f"Expected to change {len(rows)} row(s) of {write.table}, but {changed} were still as read"
            )

    def _send_at_once(self, pending: list[tuple[Write, list[Sequence[Any]]]]) -> int:
        statement = _postgres_statement(tuple((write, _is_plain(write, rows)) for write, rows in pending))
        parameters: list[Any] = []
        for write, rows in [*pending[1:], pending[0]]:
            if _is_plain(write, rows):
                encoders = _plain_encoders(write)
                parameters += [encode(value) for encode, value in zip(encoders, rows[0], strict=True)]
                continue
            for encode, values in zip(_array_encoders(write), zip(*rows, strict=True), strict=True):
                parameters.append(array([encode(value) for value in values]))
        return write_prepared(self._connection, statement, parameters)

    def _send_in_turn(self, pending: list[tuple[Write, list[Sequence[Any]]]]) -> int:
        counts = []
        for write, rows in pending:
            encoders = _sqlite_encoders(write)
            values = [
                tuple(encode(value) for encode, value in zip(encoders, _sqlite_order(write, row), strict=True))
                for row in rows
            ]
            counts.append(self._connection.exec_driver_sql(_sqlite_statement(write), values).rowcount)
        return counts[0]


def _is_plain(write: Write, rows: Sequence[Sequence[Any]]) -> bool:
    return len(rows) == 1 and write.verb != "LINK"


@lru_cache(maxsize=512)
def _postgres_statement(writes: tuple[tuple[Write, bool], ...]) -> str:
    numbers = count(1)
    parts = [f"w{number} AS ({_postgres_part(*write, numbers)})" for number, write in enumerate(writes[1:])]
    return (f"WITH {', '.join(parts)} " if parts else "") + _postgres_part(*writes[0], numbers)


def _postgres_part(write: Write, is_plain: bool, numbers: Iterator[int]) -> str:
    return _postgres_row(write, numbers) if is_plain else _postgres_rows(write, numbers)


def _postgres_row(write: Write, numbers: Iterator[int]) -> str:
    values = [f"${next(numbers)}::{_postgres_type(type_)}" for type_ in write.types]
    if write.verb == "INSERT":
        names = ", ".join(write.columns)
        return f"INSERT INTO {write.table} ({names}) VALUES ({', '.join(values)}){_on_conflict(write)}"
    named = [f"{name} = {value}" for name, value in zip(write.columns, values, strict=True)]
    keys = len(write.key)
    match = " AND ".join(named[:keys])
    if write.verb == "DELETE":
        return f"DELETE FROM {write.table} WHERE {match}"
    return f"UPDATE {write.table} SET {', '.join(named[keys:])} WHERE {match}"


def _postgres_rows(write: Write, numbers: Iterator[int]) -> str:
    arrays = ", ".join(f"${next(numbers)}::{_postgres_type(type_)}[]" for type_ in write.types)
    if write.verb == "DELETE":
        return f"DELETE FROM {write.table} WHERE {write.key[0]} = ANY({arrays})"
    names = ", ".join(write.columns)
    if write.verb == "INSERT":
        return f"INSERT INTO {write.table} ({names}) SELECT * FROM unnest({arrays}){_on_conflict(write)}"
    if write.verb == "LINK":
        return _link(
            write,
            f"x.{write.columns[0]}",
            f"JOIN unnest({arrays}) AS x({names}) ON s.{write.key[0]} = x.{write.key[0]}",
        )
    changes = ", ".join(f"{name} = x.{name}" for name in write.columns[len(write.key) :])
    match = " AND ".join(f"t.{name} = x.{name}" for name in write.key)
    return f"UPDATE {write.table} t SET {changes} FROM unnest({arrays}) AS x({names}) WHERE {match}"


def _link(write: Write, given: str, match: str) -> str:
    own, theirs = write.overwrite[::2], write.overwrite[1::2]
    taken = ", ".join([given, *[f"s.{name}" for name in theirs]])
    names = ", ".join([write.columns[0], *own])
    return f"INSERT INTO {write.table} ({names}) SELECT {taken} FROM {write.source} s {match} ON CONFLICT DO NOTHING"


def _on_conflict(write: Write) -> str:
    if not write.key:
        return ""
    changes = ", ".join(f"{name} = excluded.{name}" for name in write.overwrite)
    return f" ON CONFLICT ({', '.join(write.key)}) DO UPDATE SET {changes}"


@lru_cache(maxsize=128)
def _sqlite_statement(write: Write) -> str:
    names = ", ".join(f'"{name}"' for name in write.columns)  # quoted: `index` is a word of SQLite's
    if write.verb == "INSERT":
        marks = ", ".join("?" * len(write.columns))
        return f"INSERT INTO {write.table} ({names}) VALUES ({marks}){_on_conflict(write)}"
    if write.verb == "LINK":
        return _link(write, "?", f"WHERE s.{write.key[0]} = ?")
    match = " AND ".join(f"{name} = ?" for name in write.key)
    if write.verb == "DELETE":
        return f"DELETE FROM {write.table} WHERE {match}"
    changes = ", ".join(f"{name} = ?" for name in write.columns[len(write.key) :])
    return f"UPDATE {write.table} SET {changes} WHERE {match}"


def _sqlite_order(write: Write, row: Sequence[Any]) -> Sequence[Any]:
    if write.verb != "UPDATE":
        return row
    keys = len(write.key)
    return [*row[keys:], *row[:keys]]


def _postgres_type(type_: TypeEngine[Any]) -> str:
    # A cast to VARCHAR(255) would cut what is longer, and say nothing; the column refuses it.
    return "VARCHAR" if type(type_) is String else str(type_.compile(POSTGRES))


@lru_cache(maxsize=128)
def _plain_encoders(write: Write) -> tuple[Encode, ...]:
    return tuple(_plain_encoder(type_) for type_ in write.types)


@lru_cache(maxsize=128)
def _array_encoders(write: Write) -> tuple[Encode, ...]:
    return tuple(_array_encoder(type_) for type_ in write.types)


@lru_cache(maxsize=128)
def _sqlite_encoders(write: Write) -> tuple[Encode, ...]:
    types = write.types
    if write.verb == "UPDATE":
        types = (*types[len(write.key) :], *types[: len(write.key)])
    return tuple(_sqlite_encoder(type_) for type_ in types)


def _plain_encoder(type_: TypeEngine[Any]) -> Encode:
    """One value as text, so that every call has the same parameter types; bytes as they are."""
    if isinstance(type_, BigInteger | Integer | SmallInteger):
        return lambda value: None if value is None else str(value)
    if isinstance(type_, Boolean):
        return lambda value: None if value is None else ("t" if value else "f")
    if isinstance(type_, UTCDateTime):
        return lambda value: None if value is None else _aware(value).isoformat()
    if isinstance(type_, JSONText):
        return lambda value: None if value is None else write_json(value)
    if isinstance(type_, Numeric):
        return lambda value: None if value is None else str(value)
    return lambda value: value


def _array_encoder(type_: TypeEngine[Any]) -> Encode:
    """An element of a PostgreSQL array literal; strings, so that every call has the same parameter types."""
    if isinstance(type_, BigInteger | Integer | SmallInteger):
        return lambda value: "NULL" if value is None else str(value)
    if isinstance(type_, Boolean):
        return lambda value: "NULL" if value is None else ("t" if value else "f")
    if isinstance(type_, UTCDateTime):
        return lambda value: "NULL" if value is None else f'"{_aware(value).isoformat()}"'
    if isinstance(type_, LargeBinary):
        return lambda value: "NULL" if value is None else f'"\\\\x{value.hex()}"'
    if isinstance(type_, JSONText):
        return lambda value: "NULL" if value is None else element(write_json(value))
    if isinstance(type_, Numeric):
        return lambda value: "NULL" if value is None else str(value)
    return lambda value: "NULL" if value is None else element(value)


def _sqlite_encoder(type_: TypeEngine[Any]) -> Encode:
    if isinstance(type_, UTCDateTime):
        return lambda value: None if value is None else sqlite_text(_aware(value))
    if isinstance(type_, JSONText):
        return lambda value: None if value is None else write_json(value)
    if isinstance(type_, Numeric):
        return lambda value: None if value is None else float(value)  # as SQLAlchemy stores it there
    return lambda value: value


def _aware(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError(f"Expected an instant with a time zone, but {value.isoformat()} has none")
    return value
