"""Prebuilt reads of the hot path, and the short way to the PostgreSQL driver that they share with the writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import psycopg
from psycopg import RawCursor
from sqlalchemy import Connection, Select
from sqlalchemy.dialects.postgresql.base import PGDialect
from sqlalchemy.dialects.sqlite.base import SQLiteDialect
from sqlalchemy.exc import OperationalError

POSTGRES = PGDialect(paramstyle="numeric_dollar")  # type: ignore[no-untyped-call]
SQLITE = SQLiteDialect(paramstyle="named")


class Read:
    """A query built and compiled once; its rows are the driver's own values, so select keys, texts and bytes only."""

    def __init__(self, query: Select[*tuple[Any, ...]]) -> None:
        compiled = query.compile(dialect=POSTGRES)
        self._postgres = str(compiled)
        self._order: Sequence[str] = compiled.positiontup or ()
        self._sqlite = str(query.compile(dialect=SQLITE))

    def one_or_none(self, connection: Connection, **parameters: Any) -> Any:
        """Return the one row, or None."""
        if connection.dialect.name == "postgresql":
            values = [parameters[name] for name in self._order]
            return execute_raw(connection, self._postgres, values).fetchone()
        return connection.exec_driver_sql(self._sqlite, parameters).one_or_none()

    def all(self, connection: Connection, **parameters: Any) -> Sequence[Any]:
        """Return every row."""
        if connection.dialect.name == "postgresql":
            values = [parameters[name] for name in self._order]
            return execute_raw(connection, self._postgres, values).fetchall()
        return connection.exec_driver_sql(self._sqlite, parameters).all()


def execute_raw(connection: Connection, statement: str, parameters: Sequence[Any]) -> RawCursor[tuple[Any, ...]]:
    """Run a statement past SQLAlchemy's results and the driver's rewriting of placeholders, which cost half of it.

    What the driver raises comes as SQLAlchemy's error, as from any other statement.
    """
    driver: Any = connection.connection.driver_connection
    try:
        return RawCursor(driver).execute(statement.encode(), parameters)
    except psycopg.Error as error:
        if driver.closed:
            connection.invalidate(error)
        raise OperationalError(statement, None, error, connection_invalidated=bool(driver.closed)) from error
