"""Reads single settings from text: each function takes the environment and a variable's name, and names it when wrong.

Knows no setting of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar
from urllib.parse import SplitResult, urlsplit

from app.errors import InvalidInputError

Value = TypeVar("Value")
GREATEST_NUMBER = 2**31 - 1


class SettingError(InvalidInputError):
    """An environment variable holds something the product cannot run with."""


def read_choice(environ: Mapping[str, str], name: str, default: str, choices: tuple[str, ...]) -> str:
    """Return one of `choices`."""
    value = environ.get(name, default)
    if value not in choices:
        raise SettingError(f"Expected {name} to be one of {', '.join(choices)}, but got {value!r}")
    return value


def read_words(environ: Mapping[str, str], name: str, default: str) -> tuple[str, ...]:
    """Return the words of a comma-separated list."""
    return tuple(word.strip() for word in environ.get(name, default).split(",") if word.strip())


def read_positive(environ: Mapping[str, str], name: str, default: Value, read: Callable[[str], Value]) -> Value:
    """Return a number above 0."""
    text = environ.get(name)
    if text is None:
        return default
    try:
        value = read(text)
    except ValueError as error:
        raise SettingError(f"Expected {name} to be a number, but got {text!r}") from error
    if not 0 < float(text) <= GREATEST_NUMBER:  # so that "nan" and "inf" are refused, too
        raise SettingError(f"Expected {name} to be above 0 and at most {GREATEST_NUMBER:,}, but got {text!r}")
    return value


def read_count(environ: Mapping[str, str], name: str, most: int) -> int:
    """Return a whole number from 0, the default, to `most`."""
    text = environ.get(name, "0")
    if not text.isascii() or not text.isdecimal() or int(text) > most:
        raise SettingError(f"Expected {name} to be a number from 0 to {most}, but got {text!r}")
    return int(text)


def read_address(environ: Mapping[str, str], name: str, schemes: Collection[str]) -> str | None:
    """Return an address with one of `schemes` and a host; None where it is not set. Its secrets are never told."""
    text = environ.get(name) or None
    if text is not None:
        parts = split_address(name, text)
        if parts.scheme not in schemes or not parts.hostname:
            wanted = ", ".join(f"{scheme}://" for scheme in schemes)
            raise SettingError(f"Expected {name} to be {wanted} and a host, but it starts {parts.scheme[:12]!r}")
    return text


def split_address(name: str, text: str) -> SplitResult:
    """Return an address in its parts; SettingError where it has none, or a port that is no number."""
    try:
        parts = urlsplit(text)
        _ = parts.port  # a property that raises
    except ValueError as error:
        raise SettingError(f"Expected {name} to be an address, but it is none") from error
    return parts
