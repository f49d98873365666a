"""Prebuilt reads of the hot path."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Boolean, Compiled, Connection, Select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.types import TypeEngine

from app.storage.prepared import read_prepared
from app.storage.types import JSONText, UTCDateTime, read_json, write_json

POSTGRES = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
SQLITE = SQLiteDialect(paramstyle="named")


class Read:
    """A query built and compiled once. Its rows are tuples; instants and JSON are read as their column types say."""

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        compiled = query.compile(dialect=POSTGRES)
        self._readers = [
            (number, _READERS[type(column.type)])
            for number, column in enumerate(query.selected_columns)
            if type(column.type) in _READERS
        ]
        self._postgres = str(compiled)
        self._order: Sequence[str] = compiled.positiontup or ()
        other = query.compile(dialect=SQLITE)
        self._sqlite = str(other)
        self._constants = _constants(compiled), _constants(other)

    def one_or_none(self, connection: Connection, **parameters: Any) -> Any:
        """Return the one row, or None."""
        return next(iter(self.all(connection, **parameters)), None)

    def all(self, connection: Connection, **parameters: Any) -> Sequence[Any]:
        """Return every row."""
        rows: Sequence[Any]
        for_postgres, for_sqlite = self._constants
        if connection.dialect.name == "postgresql":
            parameters = for_postgres | parameters
            rows = read_prepared(connection, self._postgres, [parameters[name] for name in self._order])
        else:
            parameters = for_sqlite | parameters
            values = {name: _for_sqlite(one) for name, one in parameters.items()}
            rows = connection.exec_driver_sql(self._sqlite, values).all()
        return [self._read(row) for row in rows] if self._readers else rows

    def _read(self, row: Sequence[Any]) -> tuple[Any, ...]:
        values = list(row)
        for number, read in self._readers:
            if values[number] is not None:
                values[number] = read(values[number])
        return tuple(values)


def _constants(compiled: Compiled) -> dict[str, Any]:
    """The values that the query itself holds; each dialect numbers their names in its own order."""
    return {name: value for name, value in (compiled.params or {}).items() if value is not None}


def sqlite_text(instant: datetime) -> str:
    """Return an aware instant as SQLite keeps it: UTC, in a fixed width, so that it sorts."""
    return instant.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, list):  # of Names
        return write_json(value)
    return sqlite_text(value) if isinstance(value, datetime) else value


def _instant(value: datetime | str) -> datetime:
    if isinstance(value, str):
        return datetime.fromisoformat(value).replace(tzinfo=UTC)
    return value.astimezone(UTC)


_READERS: dict[type[TypeEngine[Any]], Callable[[Any], Any]] = {
    UTCDateTime: _instant,
    JSONText: read_json,
    Boolean: bool,
}
