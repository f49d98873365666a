"""HTTP to addresses that people configure: resolved once, refused where not public, and never led elsewhere."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from app.errors import InvalidInputError, UnavailableError

MAX_ANSWER_BYTES = 1_000_000

IPV4_IN_IPV6 = tuple(ipaddress.IPv6Network(each) for each in ("::/96", "64:ff9b::/96", "64:ff9b:1::/48"))
"""Networks whose last 32 bits a gateway takes for an IPv4 address (RFC 4291 2.5.5.1, RFC 6052, RFC 8215)."""


@dataclass(frozen=True)
class Answer:
    """A status and the body as it came."""

    status: int
    content: bytes


def send_guarded(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_seconds: int,
    allowed_hosts: Collection[str],
    query: Mapping[str, Any] | None = None,
) -> Answer:
    """Send one request and return the answer, whatever its status.

    `allowed_hosts` may be private addresses. Raises InvalidInputError for an address that is not allowed or an answer
    that is too long, UnavailableError when there is no answer. No message holds the URL's query: robots keep their
    token there.
    """
    address = allowed_address(url, allowed_hosts)
    shown = urlsplit(url)._replace(query="", fragment="").geturl()
    # Here, since most processes never send: the client takes 5 MB of each that imports it.
    from app.notify.pinned_http import NoAnswerError, send_to_address

    try:
        status, content = send_to_address(
            address,
            method,
            url,
            headers={**headers, "Host": urlsplit(url).netloc},
            body=body,
            timeout_seconds=timeout_seconds,
            query=query,
            most_bytes=MAX_ANSWER_BYTES + 1,
        )
    except NoAnswerError as error:
        raise UnavailableError(f"Expected {shown} to answer within {timeout_seconds} s, but {error}") from error
    if len(content) > MAX_ANSWER_BYTES:
        raise InvalidInputError(f"Expected an answer of at most {MAX_ANSWER_BYTES:,} bytes, but there are more")
    return Answer(status, content)


def allowed_address(url: str, allowed_hosts: Collection[str]) -> str:
    """Resolve the host once, and refuse what is not public: the call then goes to the address that was checked."""
    try:
        parts = urlsplit(url)
        port = parts.port or 0
    except ValueError as error:
        raise InvalidInputError(f"Expected an http or https address, but it cannot be read: {error}") from error
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInputError(f"Expected an http or https address, but got {url!r}")
    if parts.username or parts.password:
        raise InvalidInputError("Expected an address without a user name in it, but it has one")
    try:
        found = socket.getaddrinfo(parts.hostname, port, type=socket.SOCK_STREAM)
    except ValueError as error:  # a label that no name can have
        raise InvalidInputError(f"Expected the name of a host, but got {parts.hostname[:255]!r}") from error
    except OSError as error:
        raise UnavailableError(f"Expected host {parts.hostname!r} to be known, but {error}") from error
    address = str(found[0][4][0])
    if parts.hostname.lower() not in allowed_hosts and not _is_public(address):
        raise InvalidInputError(
            f"Expected a public address, but {parts.hostname!r} is {address}; "
            "REDRESS_HTTP_JOB_ALLOWED_HOSTS can allow it"
        )
    return address


def _is_public(text: str) -> bool:
    """Whether the address is one host's on the public network; IPv6 that stands for IPv4 is judged by that."""
    address = ipaddress.ip_address(text)
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and any(address in network for network in IPV4_IN_IPV6):
            inner = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        if inner is not None:
            return inner.is_global and not inner.is_multicast
    return address.is_global and not address.is_multicast
