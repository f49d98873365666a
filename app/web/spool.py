"""Where a multipart part lies while its request is read: in memory while small, else in a nameless, enciphered file.

Werkzeug's own keeps what people send as it is in the machine's temporary folder; the key of this one lives in memory
only, and dies with the request. Knows no endpoint.
"""

from __future__ import annotations

import os
import tempfile
from io import BytesIO, UnsupportedOperation
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CTR
from flask import Flask, Request, request

MEMORY_BYTES = 256 * 1024


class Spool:
    """A file to write once from its beginning, and then to read from its beginning, as often as one likes."""

    def __init__(self) -> None:
        self._cipher = Cipher(AES(os.urandom(32)), CTR(os.urandom(16)))
        self._file: IO[bytes] = BytesIO()
        self._stream = self._cipher.encryptor()
        self._length = 0

    def write(self, data: bytes) -> int:
        """Append `data`."""
        self._length += len(data)
        if self._length > MEMORY_BYTES and isinstance(self._file, BytesIO):
            written, self._file = self._file.getvalue(), tempfile.TemporaryFile()  # noqa: SIM115 - closed with the spool
            self._file.write(written)
        return self._file.write(self._stream.update(data))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go back to the beginning, to read; no other place can be gone to."""
        if offset or whence:
            raise UnsupportedOperation(
                "Expected to go to the beginning of an uploaded file, but elsewhere was asked for"
            )
        self._stream = self._cipher.decryptor()
        return self._file.seek(0)

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes from where one is."""
        return self._stream.update(self._file.read(size))

    def tell(self) -> int:
        """Return where one is."""
        return self._file.tell()

    def close(self) -> None:
        """Let go of the bytes."""
        self._file.close()


class SpooledRequest(Request):
    """A request whose files lie in spools, closed when it ends, however it ends."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spools: list[Spool] = []

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> Any:
        spool = Spool()
        self.spools.append(spool)
        return spool


def register_spools(app: Flask) -> None:
    """Let `app` keep what requests send in spools."""
    app.request_class = SpooledRequest

    @app.teardown_request
    def let_go(_error: BaseException | None) -> None:
        for spool in getattr(request, "spools", ()):
            spool.close()
