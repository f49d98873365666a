"""HTTP to addresses that people configure: resolved once, refused where not public, and never led elsewhere."""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from app.errors import InvalidInputError, UnavailableError

MAX_ANSWER_BYTES = 1_000_000


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
    try:
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, _PinnedAdapter(address))
            response = session.request(
                method,
                url,
                params=query,
                data=body,
                headers={**headers, "Host": urlsplit(url).netloc},
                timeout=(min(5, timeout_seconds), timeout_seconds),
                allow_redirects=False,  # a redirect could lead past the guard
                stream=True,
            )
            content = response.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise UnavailableError(
            f"Expected {shown} to answer within {timeout_seconds} s, but {type(error).__name__}"
        ) from error
    if len(content) > MAX_ANSWER_BYTES:
        raise InvalidInputError(f"Expected an answer of at most {MAX_ANSWER_BYTES:,} bytes, but there are more")
    return Answer(response.status_code, content)


def allowed_address(url: str, allowed_hosts: Collection[str]) -> str:
    """Resolve the host once, and refuse what is not public: the call then goes to the address that was checked."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise InvalidInputError(f"Expected an http or https address, but got {url!r}")
    if parts.username or parts.password:
        raise InvalidInputError("Expected an address without a user name in it, but it has one")
    try:
        found = socket.getaddrinfo(parts.hostname, parts.port or 0, type=socket.SOCK_STREAM)
    except OSError as error:
        raise UnavailableError(f"Expected host {parts.hostname!r} to be known, but {error}") from error
    address = str(found[0][4][0])
    if parts.hostname.lower() not in allowed_hosts and not ipaddress.ip_address(address).is_global:
        raise InvalidInputError(
            f"Expected a public address, but {parts.hostname!r} is {address}; "
            "REDRESS_HTTP_JOB_ALLOWED_HOSTS can allow it"
        )
    return address


class _PinnedAdapter(HTTPAdapter):
    """Connects to an address that was checked, whatever the name means by now; TLS still checks the name."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        del proxies  # a proxy would resolve the name again
        parts = urlsplit(request.url)
        options: dict[str, Any] = {}
        if parts.scheme == "https":
            options = {"server_hostname": parts.hostname, "assert_hostname": parts.hostname}
        _, context = self.build_connection_pool_key_attributes(request, verify, cert)
        return self.poolmanager.connection_from_host(
            self._address, port=parts.port, scheme=parts.scheme, pool_kwargs={**context, **options}
        )
