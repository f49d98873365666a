"""Files at rest: sealed in chunks with AES-256-GCM under a key of the file's own, readable from any place in them.

Chunk n is sealed with the nonce `n ‖ whether it is the last`, and bound to the file's place: a chunk that was changed,
moved, left out or taken from another file does not open, nor does a file cut off between two chunks (the STREAM
construction of Hoang, Reyhanitabar, Rogaway and Vizár, 2015). Knows no store and no row.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import RedressError

CHUNK_BYTES = 64 * 1024
TAG_BYTES = 16
SEALED_CHUNK_BYTES = CHUNK_BYTES + TAG_BYTES
COUNTER_BYTES = 11


class DamagedFileError(RedressError):
    """A stored file is not what was stored: changed, cut off, moved, or lost."""


class FileSeal:
    """Seals and opens one file's chunks; `key` of 32 bytes must seal no other file."""

    def __init__(self, key: bytes, place: str) -> None:
        self._cipher = AESGCM(key)
        self._place = place.encode()

    def seal(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """Yield the chunks sealed; each but the last holds CHUNK_BYTES, and an empty file has one, empty."""
        number, held = 0, b""
        for index, chunk in enumerate(chunks):
            if index:
                yield self._cipher.encrypt(_nonce(number, is_last=False), held, self._place)
                number += 1
            held = chunk
        yield self._cipher.encrypt(_nonce(number, is_last=True), held, self._place)

    def open(self, sealed: Iterable[bytes], first: int, size: int) -> Iterator[bytes]:
        """Yield the opened chunks of a file of `size` bytes, from chunk `first` on; raises DamagedFileError."""
        last, number = max(0, (size - 1) // CHUNK_BYTES), first
        for chunk in rechunk(sealed, SEALED_CHUNK_BYTES):
            try:
                yield self._cipher.decrypt(_nonce(number, is_last=number == last), chunk, self._place)
            except InvalidTag as error:
                raise DamagedFileError(
                    f"Expected {self._place.decode()} as it was stored, but chunk {number} was changed"
                ) from error
            number += 1


def sealed_range(start: int, length: int, size: int) -> tuple[int, int, int]:
    """Return where the sealed chunks with these bytes lie: (first chunk, offset and length in the sealed file)."""
    first, last = start // CHUNK_BYTES, max(start + length - 1, start) // CHUNK_BYTES
    end = min((last + 1) * SEALED_CHUNK_BYTES, sealed_length(size))
    return first, first * SEALED_CHUNK_BYTES, end - first * SEALED_CHUNK_BYTES


def sealed_length(size: int) -> int:
    """Return how many bytes a file of `size` bytes has when sealed."""
    return size + TAG_BYTES * max(1, -(-size // CHUNK_BYTES))


def rechunk(pieces: Iterable[bytes], length: int) -> Iterator[bytes]:
    """Yield the same bytes in pieces of `length`, the last one with what is left."""
    held = bytearray()
    for piece in pieces:
        held += piece
        while len(held) >= length:
            yield bytes(held[:length])
            del held[:length]
    if held:
        yield bytes(held)


def _nonce(number: int, *, is_last: bool) -> bytes:
    return number.to_bytes(COUNTER_BYTES, "big") + bytes([is_last])
