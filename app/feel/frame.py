"""Nested contexts at run time: a few new names in front of the outer ones, without copying those."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any


class Frame(dict[str, Any]):
    """A context that falls back to `outer` for names it does not hold; `frame[name]` raises KeyError when none does."""

    __slots__ = ("outer",)

    def __init__(self, outer: Mapping[str, Any], names: Mapping[str, Any] | None = None) -> None:
        super().__init__(names or ())
        self.outer = outer

    def __missing__(self, name: str) -> Any:
        return self.outer[name]
