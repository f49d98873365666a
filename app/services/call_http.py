"""Calls a web service for a process, and lets no process reach what only this machine's network may.

Owns the guard and the mapping of the answer. Knows no row.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter

from app.config import Settings
from app.errors import InvalidInputError, UnavailableError
from app.storage.types import read_json, write_json

METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE"})
MAX_ANSWER_BYTES = 1_000_000


@dataclass(frozen=True)
class HttpAnswer:
    """The variables an answer maps to, and the BPMN error code it stands for, if it does."""

    variables: Mapping[str, Any] = field(default_factory=dict)
    error_code: str | None = None
    error_message: str = ""


def call_http(
    settings: Settings, headers: Mapping[str, str], variables: Mapping[str, Any], *, idempotency_key: str
) -> HttpAnswer:
    """Call `url` with `method`, `headers`, `query` and `body` (variables, else task headers of the same names).

    The answer's status and body become the context `resultVariable` names (default `response`). A status from 400 to
    499 that the task header `errorStatuses` lists is the BPMN error `HTTP_<status>`. Raises InvalidInputError for a
    call that is not allowed and for other statuses from 400 to 499, UnavailableError when trying again may help.
    """
    url = str(variables.get("url", headers.get("url", "")))
    method = str(variables.get("method", headers.get("method", "POST"))).upper()
    if method not in METHODS:
        raise InvalidInputError(f"Expected one of {', '.join(sorted(METHODS))} as method, but got {method!r}")
    address = _allowed_address(settings, url)
    own = variables.get("headers")
    sent = {str(name): str(value) for name, value in own.items()} if isinstance(own, dict) else {}
    sent |= {"Idempotency-Key": idempotency_key, "Content-Type": "application/json"}
    body = write_json(variables["body"]).encode() if "body" in variables else None
    response = _send(settings, method, url, address, sent, variables.get("query"), body)
    status, content = response
    if status >= 500 or status == 429:
        raise UnavailableError(f"Expected {url} to do its work, but it answered {status}")
    if status >= 400:
        if str(status) in headers.get("errorStatuses", "").replace(",", " ").split():
            return HttpAnswer({}, f"HTTP_{status}", f"{url} answered {status}")
        raise InvalidInputError(f"Expected {url} to accept the call, but it answered {status}: {content[:500]!r}")
    result = str(headers.get("resultVariable", "response"))
    return HttpAnswer({result: {"status": status, "body": _value(content)}})


def _allowed_address(settings: Settings, url: str) -> str:
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
    if parts.hostname.lower() not in settings.http_job_allowed_hosts and not ipaddress.ip_address(address).is_global:
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


def _send(
    settings: Settings, method: str, url: str, address: str, headers: dict[str, str], query: Any, body: bytes | None
) -> tuple[int, bytes]:
    timeout = settings.http_job_timeout_seconds
    try:
        with requests.Session() as session:
            session.trust_env = False
            for scheme in ("http://", "https://"):
                session.mount(scheme, _PinnedAdapter(address))
            response = session.request(
                method,
                url,
                params=query if isinstance(query, dict) else None,
                data=body,
                headers={**headers, "Host": urlsplit(url).netloc},
                timeout=(min(5, timeout), timeout),
                allow_redirects=False,  # a redirect could lead past the guard
                stream=True,
            )
            content = response.raw.read(MAX_ANSWER_BYTES + 1, decode_content=True)
    except (requests.RequestException, OSError) as error:
        raise UnavailableError(f"Expected {url} to answer within {timeout} s, but {type(error).__name__}") from error
    if len(content) > MAX_ANSWER_BYTES:
        raise InvalidInputError(f"Expected an answer of at most {MAX_ANSWER_BYTES:,} bytes, but there are more")
    return response.status_code, content


def _value(content: bytes) -> Any:
    try:
        return read_json(content.decode())
    except (ValueError, RecursionError):
        return content.decode(errors="replace")
