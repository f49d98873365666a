"""Settings of signing in: who may vouch for a person (OpenID Connect, LDAP), and who must have a second factor.

Owns their variables and what makes one wrong. Knows nothing of who asks them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from urllib.parse import urlsplit

from app.setting_values import SettingError, read_address, read_words

LOCAL_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
DEFAULT_CLAIM = "preferred_username"
DEFAULT_FILTER = "(uid={username})"


@dataclass(frozen=True)
class OidcSettings:
    """One OpenID Connect provider. `claim` of its ID token names the account; `label` stands on the button."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    claim: str = DEFAULT_CLAIM
    label: str = "OpenID Connect"


@dataclass(frozen=True)
class LdapSettings:
    """One directory: `bind_dn` looks people up under `base_dn` by `filter`, whose `{username}` stands for the name."""

    url: str
    bind_dn: str
    bind_password: str = field(repr=False)
    base_dn: str
    filter: str = DEFAULT_FILTER


def read_oidc(environ: Mapping[str, str]) -> OidcSettings | None:
    """Read REDRESS_OIDC_ISSUER, _CLIENT_ID, _CLIENT_SECRET, _CLAIM and _LABEL; None without an issuer.

    The issuer is spoken to over TLS only, but on this very machine.
    """
    issuer = read_address(environ, "REDRESS_OIDC_ISSUER", ("https", "http"))
    if issuer is None:
        return None
    _require_tls("REDRESS_OIDC_ISSUER", issuer, "https")
    return OidcSettings(
        issuer.rstrip("/"),
        _needed(environ, "REDRESS_OIDC_CLIENT_ID", "REDRESS_OIDC_ISSUER"),
        _needed(environ, "REDRESS_OIDC_CLIENT_SECRET", "REDRESS_OIDC_ISSUER"),
        environ.get("REDRESS_OIDC_CLAIM") or DEFAULT_CLAIM,
        environ.get("REDRESS_OIDC_LABEL") or "OpenID Connect",
    )


def read_ldap(environ: Mapping[str, str]) -> LdapSettings | None:
    """Read REDRESS_LDAP_URL, _BIND_DN, _BIND_PASSWORD, _BASE_DN and _FILTER; None without a URL.

    Passwords go over TLS only, but to this very machine.
    """
    url = read_address(environ, "REDRESS_LDAP_URL", ("ldaps", "ldap"))
    if url is None:
        return None
    _require_tls("REDRESS_LDAP_URL", url, "ldaps")
    found = environ.get("REDRESS_LDAP_FILTER") or DEFAULT_FILTER
    if "{username}" not in found or not (found.startswith("(") and found.endswith(")")):
        raise SettingError("Expected REDRESS_LDAP_FILTER to be a filter in brackets with {username}, but it is not")
    return LdapSettings(
        url,
        _needed(environ, "REDRESS_LDAP_BIND_DN", "REDRESS_LDAP_URL"),
        _needed(environ, "REDRESS_LDAP_BIND_PASSWORD", "REDRESS_LDAP_URL"),
        _needed(environ, "REDRESS_LDAP_BASE_DN", "REDRESS_LDAP_URL"),
        found,
    )


@dataclass(frozen=True)
class SecondFactorSettings:
    """Whose account must have a second factor: who has one of `roles`, from the day `since` on."""

    roles: frozenset[str]
    since: date


def read_second_factor(environ: Mapping[str, str]) -> SecondFactorSettings | None:
    """Read REDRESS_SECOND_FACTOR_ROLES (comma-separated) and _SINCE (a day; without it, at once)."""
    roles = frozenset(read_words(environ, "REDRESS_SECOND_FACTOR_ROLES", ""))
    text = environ.get("REDRESS_SECOND_FACTOR_SINCE", "").strip()
    try:
        since = date.fromisoformat(text) if text else date.min
    except ValueError as error:
        raise SettingError(
            f"Expected REDRESS_SECOND_FACTOR_SINCE to be a day such as 2026-12-01, but got {text!r}"
        ) from error
    return SecondFactorSettings(roles, since) if roles else None


def _needed(environ: Mapping[str, str], name: str, because: str) -> str:
    value = environ.get(name, "").strip()
    if not value:
        raise SettingError(f"Expected {name} to be set, because {because} is, but it is not")
    return value


def _require_tls(name: str, url: str, scheme: str) -> None:
    if urlsplit(url).scheme != scheme and urlsplit(url).hostname not in LOCAL_HOSTS:
        raise SettingError(f"Expected {name} to start with {scheme}://, but it would be spoken to in clear")
