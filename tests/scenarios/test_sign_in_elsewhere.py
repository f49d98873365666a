"""Signing in with an OpenID Connect provider or an LDAP directory, and whom they do not let in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from joserfc.jwk import RSAKey

from app.directories import ldap
from app.errors import UnavailableError
from app.services.check_password import check_password
from app.services.create_account import create_account
from app.services.grant_rights import open_account
from app.sign_in_settings import LdapSettings, OidcSettings
from app.web import create_app
from tests.bank import Bank
from tests.desk import BOSS, give_password
from tests.oidc_provider import CLIENT, SECRET, Provider, running_provider


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running_provider() as found:
        yield found


@pytest.fixture
def browser(entrance: Bank, provider: Provider) -> FlaskClient:
    """A browser at a bank whose Gao Yuan has no password here."""
    entrance.desk.perform(create_account, "gaoyuan", display_name="高远", roles=["clerk"])
    settings = replace(entrance.desk.settings, oidc=OidcSettings(provider.issuer, CLIENT, SECRET))
    return create_app(settings, runtime=replace_settings(entrance, settings)).test_client()


def replace_settings(entrance: Bank, settings: Any) -> Any:
    entrance.desk.runtime.settings = settings
    return entrance.desk.runtime


def come_in(browser: FlaskClient, provider: Provider, **claims: Any) -> int:
    """Go to the provider and back; returns the status, 302 for who is in."""
    there = browser.get("/login/provider?next=/profile").location
    return browser.get(provider.let_in(there, **claims)).status_code


def test_whom_the_provider_vouches_for_is_in(browser: FlaskClient, provider: Provider) -> None:
    assert "/login/provider" in browser.get("/login").text
    assert come_in(browser, provider) == 302
    assert "高远" in browser.get("/profile").text


@pytest.mark.parametrize(
    "claims",
    [
        {"nonce": "of another"},
        {"aud": "another client"},
        {"iss": "https://another.example"},
        {"exp": 1_700_000_000},
        {"preferred_username": "nobody"},
        {"preferred_username": ""},
        {"sub": ""},
    ],
    ids=str,
)
def test_a_claim_that_is_not_right_lets_nobody_in(
    browser: FlaskClient, provider: Provider, claims: dict[str, Any]
) -> None:
    assert come_in(browser, provider, **claims) == 401
    assert browser.get("/profile").status_code == 302


def test_a_token_signed_by_another_lets_nobody_in(browser: FlaskClient, provider: Provider) -> None:
    provider.key = RSAKey.generate_key(2048, {"kid": "one"})
    assert come_in(browser, provider) == 401


def test_the_way_back_is_of_the_browser_that_went(entrance: Bank, browser: FlaskClient, provider: Provider) -> None:
    victim = browser.application.test_client()
    back = provider.let_in(browser.get("/login/provider").location)
    assert victim.get(back).status_code == 401
    assert victim.get("/profile").status_code == 302


def test_the_name_of_an_account_with_a_password_of_its_own_is_not_taken_over(
    entrance: Bank, browser: FlaskClient, provider: Provider
) -> None:
    give_password(entrance.desk.runtime, "lina", "a good password")
    assert come_in(browser, provider, preferred_username="lina") == 401


def test_an_account_once_bound_is_one_persons(entrance: Bank, browser: FlaskClient, provider: Provider) -> None:
    assert come_in(browser, provider) == 302
    other = browser.application.test_client()
    assert come_in(other, provider, sub="4712") == 401
    assert come_in(other, provider, preferred_username="renamed") == 302
    entrance.desk.perform(open_account, BOSS, "gaoyuan", is_open=False)
    assert come_in(browser.application.test_client(), provider) == 401


def test_no_provider_no_way_there(entrance: Bank) -> None:
    with entrance.app.test_client() as browser:
        assert browser.get("/login/provider").status_code == 404


DIRECTORY = LdapSettings("ldaps://directory.bank.example", "cn=reader", "reader's", "ou=people,o=bank")


@pytest.fixture
def directory(entrance: Bank, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """The bank with a directory, as the library plays one, that knows Gao Yuan, Li Na, and two of one name."""
    played: Any = vars(ldap)["ldap3"]  # imported there, where its warnings are kept quiet
    server = played.Server("played")

    def connect(_: LdapSettings, name: str, password: str) -> Any:
        connection = played.Connection(server, name, password, client_strategy=played.MOCK_SYNC)
        entries = {
            "cn=reader": ("reader", "reader's"),
            "cn=Gao,ou=people,o=bank": ("gaoyuan", "from the directory"),
            "cn=Li,ou=people,o=bank": ("lina", "from the directory"),
            "cn=One,ou=people,o=bank": ("twice", "from the directory"),
            "cn=Two,ou=people,o=bank": ("twice", "from the directory"),
        }
        for dn, (uid, kept) in entries.items():
            connection.strategy.add_entry(dn, {"uid": uid, "userPassword": kept, "objectClass": "person"})
        return connection

    monkeypatch.setattr(ldap, "connect", connect)
    entrance.desk.runtime.settings = replace(entrance.desk.settings, ldap=DIRECTORY)
    for name in ("gaoyuan", "twice"):
        entrance.desk.perform(create_account, name, display_name=name, roles=["clerk"])
    return entrance


@pytest.mark.parametrize(
    ("username", "password", "is_in"),
    [
        ("gaoyuan", "from the directory", True),
        ("gaoyuan", "wrong", False),
        ("gaoyuan", "", False),
        ("twice", "from the directory", False),
        ("*", "from the directory", False),
        ("gao*", "from the directory", False),
        ("gaoyuan)(uid=*", "from the directory", False),
    ],
)
def test_the_directory_lets_in_whom_it_knows_once_with_the_password(
    directory: Bank, username: str, password: str, is_in: bool
) -> None:
    assert check_password(directory.desk.runtime, username, password) is is_in


def test_an_account_with_a_password_of_its_own_does_not_ask_the_directory(directory: Bank) -> None:
    give_password(directory.desk.runtime, "lina", "one of our own")
    assert not check_password(directory.desk.runtime, "lina", "from the directory")
    assert check_password(directory.desk.runtime, "lina", "one of our own")


def test_a_directory_that_refuses_its_reader_is_said_to_be_away(directory: Bank) -> None:
    refused = replace(DIRECTORY, bind_password="changed")
    directory.desk.runtime.settings = replace(directory.desk.settings, ldap=refused)
    with pytest.raises(UnavailableError, match="REDRESS_LDAP_BIND_DN"):
        check_password(directory.desk.runtime, "gaoyuan", "from the directory")
