"""Who gets in: credentials, scopes, sessions with CSRF tokens, and limits on guessing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.domain.actor import Actor
from app.services.authenticate_token import hash_token, issue_token
from app.services.issue_own_token import revoke_listed_token
from app.services.open_session import open_session
from app.web import limits
from tests.unit.web.conftest import PASSWORD, Door, basic

ME = "/v2/authentication/me"


@pytest.mark.parametrize(
    "header", [None, "Bearer nonsense", "Basic !!", "Basic " + "bm9jb2xvbg==", "Digest x", basic("operator", "x")]
)
def test_who_shows_nothing_valid_is_asked_to_sign_in(door: Door, header: str | None) -> None:
    answer = door.client.get(ME, headers={} if header is None else {"Authorization": header})
    assert (answer.status_code, answer.json["title"]) == (401, "UNAUTHORIZED")
    assert "Basic" in answer.headers["WWW-Authenticate"]


def test_a_token_opens_no_more_than_its_scopes(door: Door) -> None:
    issued = door.runtime.perform(issue_token, "operator", "reader", ["read"], timedelta(hours=1))
    headers = {"Authorization": f"Bearer {issued.token}"}
    assert door.client.post("/v2/jobs/search", json={}, headers=headers).status_code == 200
    refused = door.client.post("/v2/signals/broadcast", json={"signalName": "x"}, headers=headers)
    assert (refused.status_code, refused.json["title"]) == (403, "FORBIDDEN")


def test_an_expired_or_revoked_token_opens_nothing(door: Door) -> None:
    expired = door.runtime.perform(issue_token, "operator", "old", ["read"], timedelta(seconds=-1))
    revoked = door.runtime.perform(issue_token, "operator", "gone", ["read"], None)
    door.runtime.perform(revoke_listed_token, Actor("operator"), "operator", hash_token(revoked.token))
    for token in (expired.token, revoked.token):
        assert door.client.get(ME, headers={"Authorization": f"Bearer {token}"}).status_code == 401


def test_a_program_gets_a_token_for_its_name_and_password(door: Door) -> None:
    form = {"grant_type": "client_credentials", "client_id": "clerk", "client_secret": PASSWORD, "scope": "work"}
    given = door.client.post("/oauth/token", data=form).json
    assert (given["token_type"], given["scope"]) == ("Bearer", "work")
    me = door.client.get(ME, headers={"Authorization": f"Bearer {given['access_token']}"})
    assert me.json["username"] == "clerk"
    wrong = door.client.post("/oauth/token", data={**form, "client_secret": "wrong"})
    assert (wrong.status_code, wrong.json["error"]) == (401, "invalid_client")
    too_much = door.client.post("/oauth/token", data={**form, "scope": "admin"})
    assert (too_much.status_code, too_much.json["error"]) == (400, "invalid_scope")


def test_a_session_changes_nothing_without_its_csrf_token(door: Door) -> None:
    secret = door.runtime.perform(open_session, "operator", browser="a test", address="192.0.2.1")
    with door.client.session_transaction() as session:
        session["secret"], session["csrf"] = secret, "the token"
    assert door.ask("GET", ME, name=None).status_code == 200
    body = {"signalName": "x"}
    assert door.ask("POST", "/v2/signals/broadcast", body, name=None).status_code == 403
    headers = {"X-CSRF-Token": "the token"}
    assert door.ask("POST", "/v2/signals/broadcast", body, name=None, headers=headers).status_code == 200


def test_guessing_passwords_is_stopped(door: Door) -> None:
    limit = limits.FAILED_SIGN_INS.amount
    statuses = [
        door.client.get(ME, headers={"Authorization": basic("operator", f"guess {n}")}).status_code
        for n in range(limit + 1)
    ]
    assert statuses == [401] * limit + [429]
    assert door.client.get(ME, headers={"Authorization": basic("operator")}).status_code == 429
