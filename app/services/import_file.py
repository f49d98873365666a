"""A file that is imported line by line: opened plain or packed, with how far the reading is."""

from __future__ import annotations

import gzip
import io
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from app.errors import InvalidInputError, NotFoundError


@dataclass
class ImportCount:
    """How far an import is: lines read, records added, those known before, lines rejected."""

    read: int = 0
    added: int = 0
    known: int = 0
    rejected: int = 0
    seconds: float = 0.0
    fraction: float = 0.0


@contextmanager
def open_lines(path: Path) -> Iterator[tuple[io.TextIOBase, Callable[[], float]]]:
    """Open the file as text; the second value tells how much of it has been read, from 0 to 1.

    Raises NotFoundError for no such file, InvalidInputError for a broken `.gz`.
    """
    if not path.is_file():
        raise NotFoundError(f"Expected a file {path}, but there is none")
    size = max(path.stat().st_size, 1)
    with path.open("rb") as raw:
        plain: BinaryIO | gzip.GzipFile = gzip.GzipFile(fileobj=raw) if path.suffix == ".gz" else raw
        try:
            yield io.TextIOWrapper(plain, encoding="utf-8-sig", errors="replace", newline=""), lambda: raw.tell() / size
        except (gzip.BadGzipFile, EOFError) as error:
            raise InvalidInputError(f"Expected a whole gzip file, but {path.name}: {error}") from error
