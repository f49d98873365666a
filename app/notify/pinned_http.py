"""One HTTP request to an address that was checked. Knows nothing of which addresses are allowed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError


class NoAnswerError(Exception):
    """No answer came, or it broke off; the text is the kind of failure only, since its words may hold a token."""


def send_to_address(
    address: str,
    method: str,
    url: str,
    *,
    headers: Mapping[str, str],
    body: bytes | None,
    timeout_seconds: int,
    query: Mapping[str, Any] | None,
    most_bytes: int,
) -> tuple[int, bytes]:
    """Send one request to the IP `address`, whatever the URL's name means; return status and up to `most_bytes`.

    Follows no redirect, which could lead past a guard. Raises NoAnswerError.
    """
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
                headers=headers,
                timeout=(min(5, timeout_seconds), timeout_seconds),
                allow_redirects=False,
                stream=True,
            )
            return response.status_code, response.raw.read(most_bytes, decode_content=True)
    except (requests.RequestException, HTTPError, OSError) as error:  # HTTPError: from reading the body
        raise NoAnswerError(type(error).__name__) from error


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
