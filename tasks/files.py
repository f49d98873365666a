"""Lets the scanner look at files."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from app.services.scan_files import scan_files
from tasks.process import process_runtime


def scan(keys: Iterable[Sequence[int]]) -> None:
    """Scan these files, leased by the dispatcher."""
    scan_files(process_runtime(), [key for (key,) in keys])
