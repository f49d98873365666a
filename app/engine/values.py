"""JSON text for variables: exact decimal digits in and out.

Owns encoding and decoding only. Floats are accepted on the way in; what is read back has ints and Decimals.
"""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import orjson

from app.engine.errors import InvalidCommandError

_decode = json.JSONDecoder(parse_float=Decimal).decode


def _exact(value: object) -> object:
    if isinstance(value, Decimal) and value.is_finite():
        return orjson.Fragment(str(value))
    raise TypeError(f"{type(value).__name__} is no JSON value")


def encode(value: Any) -> str:
    """Return the JSON text of `value`; InvalidCommandError if it is no JSON value."""
    try:
        return orjson.dumps(value, default=_exact).decode()
    except TypeError as error:
        if "64-bit" in str(error):
            return orjson.dumps(_with_big_integers(value), default=_exact).decode()
        raise InvalidCommandError(f"Expected a JSON value, but {error}") from error


def _with_big_integers(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_big_integers(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_with_big_integers(item) for item in value]
    if isinstance(value, int) and not isinstance(value, bool) and not -(2**63) <= value < 2**64:
        return orjson.Fragment(str(value))
    return value


def decode(text: str) -> Any:
    """Return the value of a JSON text: numbers as int, or as Decimal with every digit."""
    return _decode(text)


def encode_object(texts: dict[str, str]) -> str:
    """Return the JSON object of already encoded values."""
    return "{" + ",".join(f"{orjson.dumps(name).decode()}:{text}" for name, text in texts.items()) + "}"
