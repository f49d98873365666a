"""A file that is imported line by line: opened plain or packed, taken in batches, with how far the reading is."""

from __future__ import annotations

import gzip
import io
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, TypeVar

from app.domain.reject import Reject
from app.errors import InvalidInputError, NotFoundError

Line = TypeVar("Line")


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


def import_lines(
    path: Path,
    read: Callable[[io.TextIOBase], Iterator[Line | Reject]],
    take: Callable[[list[Line]], tuple[int, Sequence[Reject]]],
    batch_size: int,
    *,
    on_progress: Callable[[ImportCount], None],
    on_reject: Callable[[Reject], None],
) -> ImportCount:
    """Give a file's lines to `take` in batches, and return what became of them.

    `take` returns how many it added, and which it rejected besides those that could not be read.
    """
    count, began = ImportCount(), time.monotonic()
    with open_lines(path) as (text, position):
        lines = read(text)
        while batch := list(islice(lines, batch_size)):
            rejects = [one for one in batch if isinstance(one, Reject)]
            added, more = take([one for one in batch if not isinstance(one, Reject)])
            for reject in sorted((*rejects, *more), key=lambda one: one.line):
                on_reject(reject)
            count.read += len(batch)
            count.added += added
            count.rejected += len(rejects) + len(more)
            count.known = count.read - count.added - count.rejected
            count.seconds, count.fraction = time.monotonic() - began, position()
            on_progress(count)
    return count
