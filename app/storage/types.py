"""Column types both databases keep alike."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import ARRAY, DateTime, Text
from sqlalchemy.engine.interfaces import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine


def write_json(value: Any) -> str:
    """Return `value` as JSON text, every digit of a Decimal kept."""
    return orjson.dumps(value, default=_plain).decode()


def read_json(text: str) -> Any:
    """Return the value of a JSON text; numbers with a fraction come as Decimal, every digit kept."""
    return _DECODER.decode(text)


_DECODER = json.JSONDecoder(parse_float=Decimal)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    if isinstance(value, dict | list | tuple | set | frozenset):
        return dict(value) if isinstance(value, dict) else list(value)
    raise TypeError(f"Expected a JSON value, but got {value!r}")


class UTCDateTime(TypeDecorator[datetime]):
    """An instant: aware on the way in (a naive one raises ValueError), aware and in UTC on the way out.

    PostgreSQL keeps it as timestamptz; SQLite, which has no zone, as UTC text of one fixed width, so that it sorts.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return what the driver stores."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"Expected an instant with a time zone, but {value.isoformat()} has none")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored instant, aware."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JSONText(TypeDecorator[Any]):
    """A JSON value kept as text: read and written whole, never searched inside, so jsonb would only cost."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        """Return the JSON text."""
        return None if value is None else write_json(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        """Return the value the text says."""
        return None if value is None else read_json(value)


class Names(TypeDecorator[Sequence[str]]):
    """A list of texts as one parameter, never stored: an array, or in SQLite, which has none, its JSON text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return what the driver is told."""
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else ARRAY(Text()))

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> Any:
        """Return what the driver sends."""
        return write_json(value) if dialect.name == "sqlite" else value
