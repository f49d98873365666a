"""Opens a kept file from any place in it; a damaged one is told at once, once, and never given out as garbage."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from itertools import chain
from typing import Any

from sqlalchemy import Connection, Row

from app.errors import ForbiddenError, NotFoundError, UnavailableError
from app.services.receive_file import blob_place, key_place
from app.services.unit_of_work import Runtime
from app.storage.blobs import INFECTED, WAITING, find_blob
from app.storage.files import CHUNK_BYTES, DamagedFileError, FileSeal, sealed_length, sealed_range
from app.storage.sealing import SealError


class QuarantinedFileError(ForbiddenError):
    """A file in which a virus was found: nobody is given it."""


class UnscannedFileError(UnavailableError):
    """A file that nobody is given before the scanner has looked at it."""


def open_file(runtime: Runtime, connection: Connection, blob_key: int, start: int, length: int) -> Iterator[bytes]:
    """Yield `length` bytes of a file from `start` on, in pieces; both within the file.

    The first chunk is opened before this returns, so that a file that is lost, cut off or changed there raises
    DamagedFileError at once; one changed further on raises it in the middle. Raises NotFoundError, UnavailableError;
    QuarantinedFileError, and UnscannedFileError where a scanner is to look at it first.
    """
    blob = _get_blob(connection, blob_key)
    if blob.scan_state == INFECTED:
        raise QuarantinedFileError(f"Expected a file without viruses, but it is in quarantine: {blob.scan_said}")
    if blob.scan_state == WAITING and runtime.settings.clamd_url is not None:
        raise UnscannedFileError("Expected a file that was scanned for viruses, but it still waits for that")
    return _open(runtime, blob, start, length)


def open_unchecked_file(
    runtime: Runtime, connection: Connection, blob_key: int, start: int, length: int
) -> Iterator[bytes]:
    """Yield bytes as `open_file` does, whatever a scanner said: for the scanner, and to tell a file's kind."""
    return _open(runtime, _get_blob(connection, blob_key), start, length)


def _get_blob(connection: Connection, blob_key: int) -> Row[Any]:
    blob = find_blob(connection, blob_key)
    if blob is None:
        raise NotFoundError("Expected a stored file, but it was deleted")
    return blob


def _open(runtime: Runtime, blob: Row[Any], start: int, length: int) -> Iterator[bytes]:
    chunks = _chunks(runtime, blob, start, length)
    first = next(chunks, b"")
    return _cut(chain((first,), chunks), start % CHUNK_BYTES, length)


def _chunks(runtime: Runtime, blob: Row[Any], start: int, length: int) -> Iterator[bytes]:
    try:
        file_key = base64.b64decode(runtime.sealer.open(blob.file_key, key_place(blob.key)))
    except SealError as error:
        raise DamagedFileError(str(error)) from error
    if runtime.files.length(blob.path) != sealed_length(blob.size):
        raise DamagedFileError(f"Expected {blob_place(blob.key)} as long as it was stored, but it is not")
    first, offset, sealed = sealed_range(start, length, blob.size)
    pieces = runtime.files.read(blob.path, offset, sealed)
    yield from FileSeal(file_key, blob_place(blob.key)).open(pieces, first, blob.size)


def _cut(chunks: Iterator[bytes], skip: int, length: int) -> Iterator[bytes]:
    left = length
    for chunk in chunks:
        piece = chunk[skip : skip + left]
        skip, left = 0, left - len(piece)
        yield piece
        if not left:
            return
