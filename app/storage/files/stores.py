"""Where sealed files lie: a folder of this machine (or one shared by all nodes), or a bucket.

Owns how bytes are written so that a file is there whole or not at all. Knows no key, no row and no name of a person.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Protocol

from app.config import Settings
from app.errors import UnavailableError
from app.storage.files.chunks import DamagedFileError

PIECE_BYTES = 256 * 1024
PART_SUFFIX = ".part"


class FileStore(Protocol):
    """What a store of files can do; `path` is relative, of letters, digits and slashes."""

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write a file whole; when `pieces` raises, nothing stays at `path`. Raises UnavailableError."""

    def read(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """Yield `length` bytes from `offset` on, in pieces; DamagedFileError where there are none."""

    def length(self, path: str) -> int:
        """Return a file's length in bytes; DamagedFileError where there is none."""

    def delete(self, path: str) -> None:
        """Delete a file, and what an interrupted writing of it left; one that is not there is no error."""


class FolderStore:
    """Files in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, path: str, pieces: Iterable[bytes]) -> None:
        """Write beside the place, then move there: a crash leaves a part, never half a file."""
        place = self._folder / path
        part = place.with_name(place.name + PART_SUFFIX)
        with self._failures_told():
            place.parent.mkdir(parents=True, exist_ok=True)
            file = part.open("wb")
        try:
            with file:
                for piece in pieces:  # whose failures are the sender's, not the folder's
                    with self._failures_told():
                        file.write(piece)
                with self._failures_told():
                    file.flush()
                    os.fsync(file.fileno())
            with self._failures_told():
                part.replace(place)
                _settle(place.parent)
        finally:
            part.unlink(missing_ok=True)

    def read(self, path: str, offset: int, length: int) -> Iterator[bytes]:
        """Yield bytes of a file."""
        try:
            with (self._folder / path).open("rb") as file:
                file.seek(offset)
                left = length
                while left > 0 and (piece := file.read(min(PIECE_BYTES, left))):
                    left -= len(piece)
                    yield piece
        except FileNotFoundError as error:
            raise DamagedFileError(f"Expected a stored file {path}, but it is lost") from error

    def length(self, path: str) -> int:
        """Return a file's length."""
        try:
            return (self._folder / path).stat().st_size
        except FileNotFoundError as error:
            raise DamagedFileError(f"Expected a stored file {path}, but it is lost") from error

    def delete(self, path: str) -> None:
        """Delete a file and its part."""
        place = self._folder / path
        for one in (place, place.with_name(place.name + PART_SUFFIX)):
            with self._failures_told(), suppress(FileNotFoundError, NotADirectoryError):
                one.unlink()

    @contextmanager
    def _failures_told(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise UnavailableError(f"Expected the folder {self._folder} to answer, but {error.strerror}") from error


def open_file_store(settings: Settings) -> FileStore:
    """Return the store that `settings.files_url` names; a folder of the data directory where it names none."""
    if settings.files_url is None:
        return FolderStore(settings.data_dir / "files")
    from app.storage.files.bucket import open_s3_store  # botocore takes 0.3 s to import; most installations need none

    return open_s3_store(settings.files_url)


def _settle(folder: Path) -> None:
    """Make the move itself last through a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
