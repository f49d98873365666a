"""Which addresses a process may call, however they are written."""

from __future__ import annotations

import socket
import threading

import pytest

from app.errors import InvalidInputError, UnavailableError
from app.notify.guarded_http import allowed_address, send_guarded


@pytest.mark.parametrize(
    "host",
    [
        "127.1",
        "2130706433",
        "0x7f.1",
        "0.0.0.0",
        "169.254.169.254",
        "224.0.0.1",
        "[::1]",
        "[::]",
        "[ff02::1]",
        "[::ffff:127.0.0.1]",
        "[::127.0.0.1]",
        "[64:ff9b::7f00:1]",
        "[64:ff9b:1::a00:1]",
        "[2002:7f00:1::]",
    ],
)
def test_an_address_that_leads_inside_is_refused_however_it_is_written(host: str) -> None:
    with pytest.raises(InvalidInputError, match="Expected a public address"):
        allowed_address(f"http://{host}/", ())


@pytest.mark.parametrize(
    "url", ["http://[", "http://1.1.1.1:99999/", "http://1.1.1.1:80x/", "http://..com/", f"http://{'a' * 64}.com/"]
)
def test_an_address_that_cannot_be_read_is_told_as_such(url: str) -> None:
    with pytest.raises(InvalidInputError, match="Expected"):
        allowed_address(url, ())


def test_an_answer_that_breaks_off_can_be_asked_for_again() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        threading.Thread(target=_break_off, args=(server,)).start()
        url = f"http://127.0.0.1:{server.getsockname()[1]}/"
        with pytest.raises(UnavailableError, match="to answer"):
            send_guarded("GET", url, headers={}, body=None, timeout_seconds=5, allowed_hosts={"127.0.0.1"})


def _break_off(server: socket.socket) -> None:
    connection, _ = server.accept()
    with connection:
        connection.recv(4096)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFF\r\nhalf")
