"""Takes a file in: its bytes go to the file store piece by piece, sealed, before anything refers to them.

Outside of any transaction, since a slow sender must not keep others from writing. Until `attach_file` or another use
case keeps the file it belongs to nobody, and a sweep takes it away.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO

from app.domain.media_types import HEAD_BYTES, has_location, is_taken, recognise
from app.errors import InvalidInputError, TooLargeError
from app.services.unit_of_work import Runtime, UnitOfWork
from app.storage.blobs import WAITING, add_blob, let_blobs_go
from app.storage.files import CHUNK_BYTES, FileSeal, rechunk

KEY_BYTES = 32


@dataclass(frozen=True)
class ReceivedFile:
    """A file in the store to which nothing refers yet; `media_type` is what its bytes are."""

    blob_key: int
    size: int
    sha256: str
    media_type: str
    has_location: bool


def receive_file(runtime: Runtime, stream: IO[bytes], *, any_kind: bool = False) -> ReceivedFile:
    """Store what `stream` holds and return what it is.

    Raises TooLargeError beyond the setting's `max_file_bytes`; InvalidInputError for an empty file and, unless
    `any_kind`, for one that is neither picture, sound, film, document nor archive; UnavailableError. Then nothing
    stays.
    """
    with runtime.unit_of_work() as work:
        key, path, file_key = _announce(work)
    intake = _Intake(stream, runtime.settings.max_file_bytes, any_kind=any_kind)
    is_whole = False
    try:
        runtime.files.put(path, FileSeal(file_key, blob_place(key)).seal(intake.chunks()))
        is_whole = True
    finally:
        if not is_whole:
            runtime.perform(_let_go, key)
    return ReceivedFile(key, intake.size, intake.sha256.hexdigest(), intake.media_type, has_location(intake.head))


def blob_place(key: int) -> str:
    """Return the place that a file's chunks are bound to."""
    return f"blob:{key}"


def key_place(key: int) -> str:
    """Return the place that a file's own key is bound to."""
    return f"blob.file_key:{key}"


def _announce(work: UnitOfWork) -> tuple[int, str, bytes]:
    key, name, file_key = work.next_key(), secrets.token_hex(20), secrets.token_bytes(KEY_BYTES)
    path = f"{name[:2]}/{name}"
    sealer = work.runtime.sealer
    sealed = sealer.seal(base64.b64encode(file_key).decode(), key_place(key))
    row = {"key": key, "path": path, "file_key": sealed, "key_name": sealer.current, "created_at": work.now}
    scan = {} if work.runtime.settings.clamd_url is None else {"scan_state": WAITING, "next_scan_at": work.now}
    add_blob(work.connection, row | scan)
    return key, path, file_key


def _let_go(work: UnitOfWork, key: int) -> None:
    let_blobs_go(work.connection, [key])


class _Intake:
    """Reads a stream in chunks, and knows of it what must be known: how long, which hash, what it begins with."""

    def __init__(self, stream: IO[bytes], most: int, *, any_kind: bool) -> None:
        self._stream = stream
        self._most = most
        self._any_kind = any_kind
        self.size = 0
        self.sha256 = hashlib.sha256()
        self.head = b""
        self.media_type = ""

    def chunks(self) -> Iterator[bytes]:
        """Yield the stream in chunks of CHUNK_BYTES; raises as soon as it cannot be taken."""
        for chunk in rechunk(self._pieces(), CHUNK_BYTES):
            if not self.size:
                self._judge(chunk)
            self.size += len(chunk)
            self.sha256.update(chunk)
            yield chunk
        if not self.size and not self._any_kind:
            raise InvalidInputError("Expected a file, but it is empty")

    def _pieces(self) -> Iterator[bytes]:
        read = 0
        while piece := self._stream.read(CHUNK_BYTES):
            read += len(piece)
            if read > self._most:
                raise TooLargeError(f"Expected a file of at most {self._most:,} bytes, but it is greater")
            yield piece

    def _judge(self, first: bytes) -> None:
        self.head = first[:HEAD_BYTES]
        self.media_type = recognise(self.head)
        if not self._any_kind and not is_taken(self.media_type):
            raise InvalidInputError(
                f"Expected a picture, recording, film or document, but the file's content is {self.media_type}"
            )
