"""Personal data at rest: sealed with AES-256-GCM under a ring of keys, found again by blind indexes.

A sealed value is `version ‖ key id ‖ nonce ‖ ciphertext and tag`, bound to its place (`table.column:key`), so that it
opens nowhere else. Knows no table.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import re
import unicodedata
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.errors import RedressError

VERSION = 1
NONCE_BYTES = 12
INDEX_BYTES = 16
INDEX_KEY = "index"


class SealError(RedressError):
    """A sealed value cannot be opened: its key is not in the ring, or it was changed or moved."""


class Sealer:
    """Seals with the first key of the ring and opens with any; the key called "index" makes blind indexes only."""

    def __init__(self, keys: Mapping[str, bytes]) -> None:
        self._ciphers = {name: AESGCM(key) for name, key in keys.items() if name != INDEX_KEY}
        self._current = next(iter(self._ciphers))
        self._index_key = keys[INDEX_KEY]

    @property
    def current(self) -> str:
        """The name of the key that seals now."""
        return self._current

    @property
    def former(self) -> list[str]:
        """The names of the keys that only open what was sealed before."""
        return [name for name in self._ciphers if name != self._current]

    def seal(self, text: str, place: str) -> str:
        """Return `text` sealed for `place`, as ASCII."""
        name, nonce = self._current.encode(), os.urandom(NONCE_BYTES)
        sealed = self._ciphers[self._current].encrypt(nonce, text.encode(), place.encode())
        return base64.b85encode(bytes([VERSION, len(name)]) + name + nonce + sealed).decode()

    def open(self, sealed: str, place: str) -> str:
        """Return the text sealed for `place`; SealError when it does not open there."""
        try:
            data = base64.b85decode(sealed)
            version, size = data[0], data[1]
            name, rest = data[2 : 2 + size].decode(), data[2 + size :]
            if version != VERSION or name not in self._ciphers:
                raise SealError(f"Expected a key of the ring for {place}, but it was sealed with {name!r}")
            opened = self._ciphers[name].decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], place.encode())
        except (InvalidTag, ValueError, IndexError) as error:
            raise SealError(f"Expected what was sealed for {place}, but it was changed or moved") from error
        return opened.decode()

    def blind_index(self, kind: str, value: str) -> str:
        """Return 16 bytes, in hex, that are the same for the same identity and tell nothing of it without the key."""
        text = f"{kind}:{normalise(kind, value)}".encode()
        return hmac.new(self._index_key, text, hashlib.sha256).digest()[:INDEX_BYTES].hex()

    def keyed_digest(self, text: str, size: int) -> bytes:
        """Return `size` bytes, at most 64: the same for the same text, and telling nothing of it without the key."""
        return hashlib.blake2b(text.encode(), key=self._index_key, digest_size=size).digest()


def normalise(kind: str, value: str) -> str:
    """Bring an identity of a kind to the one way it is indexed: widths, case, spaces, a phone's country code."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", value)).upper()
    if kind == "phone":
        digits = re.sub(r"[^0-9+]", "", text)
        digits = re.sub(r"^(00|\+)", "+", digits)
        return digits if digits.startswith("+") else f"+86{digits}"
    return text
