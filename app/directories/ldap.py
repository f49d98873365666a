"""Asks an LDAP directory whether somebody's password is right: looks the person up, then binds as them."""

from __future__ import annotations

import socket
import ssl
import warnings
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from app.errors import UnavailableError
from app.sign_in_settings import LdapSettings

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # it uses names that its own dependency wants renamed
    import ldap3
    from ldap3.core.exceptions import LDAPException
    from ldap3.utils.conv import escape_filter_chars

TIMEOUT_SECONDS = 5
MOST_FOUND = 2
"""Two are enough to know that a name is not one person's."""


def is_directory_password(settings: LdapSettings, username: str, password: str) -> bool:
    """Tell whether the directory knows exactly one `username`, with this password.

    Raises UnavailableError when the directory does not answer, or refuses the account that looks people up.
    """
    if not password:  # a bind without one succeeds as nobody (RFC 4513, 5.1.2)
        return False
    try:
        found = _find(settings, username)
        if len(found) != 1:
            return False
        with _bound(settings, found[0], password) as connection:
            return bool(connection.bound)
    except LDAPException as error:
        raise UnavailableError(f"Expected the directory to answer, but it failed: {type(error).__name__}") from error


class CheckedTls(ldap3.Tls):  # type: ignore[misc]
    """TLS as Python's own library does it: the library's compares names by a function that Python has given up."""

    def wrap_socket(self, connection: Any, do_handshake: bool = False) -> None:  # noqa: ARG002
        """Put TLS around a connection's socket; the certificate must be of the host, and of somebody trusted."""
        context = ssl.create_default_context()
        connection.socket = context.wrap_socket(connection.socket, server_hostname=connection.server.host)


def open_server(settings: LdapSettings) -> Any:
    """Return the directory's address, its certificate checked where it is spoken to over TLS."""
    parts = urlsplit(settings.url)
    is_tls = parts.scheme == "ldaps"
    tls = CheckedTls(validate=ssl.CERT_REQUIRED) if is_tls else None
    port = parts.port or (636 if is_tls else 389)
    return ldap3.Server(
        parts.hostname, port, use_ssl=is_tls, tls=tls, get_info=ldap3.NONE, connect_timeout=TIMEOUT_SECONDS
    )


def connect(settings: LdapSettings, name: str, password: str) -> Any:
    """Return a connection that has not been opened yet."""
    return ldap3.Connection(
        open_server(settings), name, password, auto_referrals=False, receive_timeout=TIMEOUT_SECONDS
    )


def _find(settings: LdapSettings, username: str) -> list[str]:
    wanted = settings.filter.replace("{username}", escape_filter_chars(username))
    with _bound(settings, settings.bind_dn, settings.bind_password) as connection:
        if not connection.bound:
            raise UnavailableError("Expected REDRESS_LDAP_BIND_DN to be let in by the directory, but it is refused")
        connection.search(settings.base_dn, wanted, attributes=None, size_limit=MOST_FOUND)
        return [str(entry["dn"]) for entry in connection.response or () if "dn" in entry]


@contextmanager
def _bound(settings: LdapSettings, name: str, password: str) -> Iterator[Any]:
    """Open a connection and bind, refused or not; close all of it, which the library leaves to whoever asks."""
    connection = connect(settings, name, password)
    try:
        connection.bind()
        yield connection
    finally:
        with suppress(LDAPException):
            connection.unbind()
        if isinstance(connection.socket, socket.socket):
            connection.socket.close()
