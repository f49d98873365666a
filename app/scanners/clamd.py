"""clamd, the daemon of ClamAV, by its command INSTREAM (clamd(8)): the bytes go to it, none are kept for it to read."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from urllib.parse import urlsplit

from app.errors import UnavailableError

DEFAULT_PORT = 3310
LONGEST_ANSWER = 4096
FOUND = re.compile(r"stream: (?P<name>.+) FOUND")


def find_virus(url: str, pieces: Iterable[bytes], *, timeout_seconds: float) -> str | None:
    """Return what the daemon at `tcp://host:port` or `unix:///path` calls the virus in these bytes; None for none.

    Raises UnavailableError when it does not answer, or answers anything but a verdict (a file above its own limit).
    """
    try:
        with _connect(url, timeout_seconds) as connection:
            connection.sendall(b"zINSTREAM\x00")
            for piece in pieces:
                if piece:  # an empty one would end the stream
                    connection.sendall(len(piece).to_bytes(4, "big") + piece)
            connection.sendall(bytes(4))
            answer = _read_answer(connection)
    except OSError as error:
        raise UnavailableError(f"Expected the virus scanner to answer, but {type(error).__name__}") from error
    if answer == "stream: OK":
        return None
    found = FOUND.fullmatch(answer)
    if found is None:
        raise UnavailableError(f"Expected a verdict of the virus scanner, but it answered {answer[:200]!r}")
    return found["name"]


def _connect(url: str, timeout_seconds: float) -> socket.socket:
    parts = urlsplit(url)
    if parts.scheme == "unix":
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout_seconds)
        try:
            connection.connect(parts.path)
        except OSError:
            connection.close()
            raise
        return connection
    return socket.create_connection((parts.hostname, parts.port or DEFAULT_PORT), timeout=timeout_seconds)


def _read_answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\x00") and len(answer) < LONGEST_ANSWER:
        piece = connection.recv(LONGEST_ANSWER)
        if not piece:
            break
        answer += piece
    return answer.rstrip(b"\x00\n").decode(errors="replace")
