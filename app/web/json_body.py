"""JSON in and out without losing a digit: numbers with a point come in as Decimal and go out as they are.

Knows no shape; the schemas decide what a body may hold.
"""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import orjson
from flask import Flask
from flask.json.provider import JSONProvider

from app.errors import InvalidInputError

SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")


def read_json(data: bytes) -> Any:
    """Return the JSON value in `data`; numbers with a point or an exponent are Decimals. Raises InvalidInputError."""
    try:
        value = json.loads(data, parse_float=_finite, parse_constant=_no_constant)
        if SURROGATE.search(data):  # half a pair is JSON, and no text that anything could keep
            json.dumps(value, ensure_ascii=False, default=str).encode()
    except RecursionError as error:
        raise InvalidInputError("Expected JSON nested less deeply, but the body nests too deep to be read") from error
    except ValueError as error:  # also UnicodeDecodeError, and what the two readers below raise
        raise InvalidInputError(f"Expected a JSON body, but it cannot be read: {error}") from error
    return value


def write_json(value: Any) -> bytes:
    """Return `value` as UTF-8 JSON; Decimals and integers of any size keep their digits."""
    try:
        return orjson.dumps(value, default=_plain)
    except TypeError:  # an integer beyond 64 bits: rare enough to pay a second walk only then
        return orjson.dumps(_with_great_integers(value), default=_plain)


def _finite(text: str) -> Decimal:
    number = Decimal(text)
    if abs(number.adjusted()) > 6144:  # decimal128's range; `1e999999999` would otherwise be spelt out digit by digit
        raise ValueError(f"the number {text[:40]} is out of range")
    return number


def _no_constant(name: str) -> Any:
    raise ValueError(f"{name} is no JSON")


def _plain(value: object) -> Any:
    if isinstance(value, Decimal):
        return orjson.Fragment(str(value))
    raise TypeError(f"Expected a JSON value, but got {type(value).__name__}")


def _with_great_integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _with_great_integers(inner) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_with_great_integers(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return orjson.Fragment(str(value))
    return value


class ExactJSONProvider(JSONProvider):
    """Flask's door to the two functions above."""

    def __init__(self, app: Flask) -> None:
        super().__init__(app)

    def dumps(self, obj: Any, **kwargs: Any) -> str:
        """Return `obj` as JSON text."""
        return write_json(obj).decode()

    def loads(self, s: str | bytes, **kwargs: Any) -> Any:
        """Return the value in `s`."""
        return read_json(s if isinstance(s, bytes) else s.encode())
