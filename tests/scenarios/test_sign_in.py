"""Signing in, and every way of getting in that must not work."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any

import pyotp
import pytest
from flask.testing import FlaskClient
from limits import RateLimitItemPerMinute
from sqlalchemy import update
from werkzeug.test import TestResponse

from app.domain.lock_out import FREE_FAILURES, lock_length
from app.services.grant_rights import open_account
from app.services.tell_of_locked_accounts import tell_of_locked_accounts
from app.storage.accounts import ApiTokenRow
from app.storage.notices import NoticeRow
from app.storage.second_factors import SecondFactorRow
from app.storage.sessions import SessionRow
from app.storage.sign_in_guards import SignInGuardRow
from app.web import create_app, limits
from tests.bank import CSRF, Bank, post
from tests.desk import BOSS, give_password

PASSWORD = "a good password"


@pytest.fixture
def bank(entrance: Bank, monkeypatch: pytest.MonkeyPatch) -> Bank:
    """The bank, its clerk Li Na with a password; the limit on an address is out of these tests' way."""
    monkeypatch.setattr(limits, "FAILED_SIGN_INS", RateLimitItemPerMinute(1000))
    give_password(entrance.desk.runtime, "lina", PASSWORD)
    return entrance


def sign_in(browser: FlaskClient, username: str = "lina", password: str = PASSWORD) -> TestResponse:
    with browser.session_transaction() as session:
        session["csrf"] = CSRF
    return post(browser, "/login", {"username": username, "password": password})


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/profile").status_code == 200


def token_of(browser: FlaskClient) -> str:
    """The CSRF token that the session's own pages carry."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', browser.get("/profile").text)
    assert found is not None
    return found[1]


def send(browser: FlaskClient, path: str, **fields: Any) -> TestResponse:
    return browser.post(path, data={"csrf_token": token_of(browser), **fields})


def set_up_second_factor(browser: FlaskClient) -> tuple[pyotp.TOTP, list[str]]:
    """Turn the second factor on with the code of the last step; returns the codes' source and the recovery codes.

    Once more where a step has ended between making the code and its being checked.
    """
    page = browser.get("/profile/second-factor").text
    assert "<svg" in page
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
    proposal = re.search(r'name="proposal" value="([^"]+)"', page)
    assert secret
    assert proposal
    codes = pyotp.TOTP(secret[1].replace(" ", ""))
    for _ in range(2):
        fields = {"proposal": unescape(proposal[1]), "code": codes.at(time.time() - 30)}
        recovery = re.findall(r"<li><code>([A-Z2-7-]+)</code>", send(browser, "/profile/second-factor", **fields).text)
        if recovery:
            break
    return codes, recovery


def test_a_name_and_its_password_open_a_session_that_is_listed(bank: Bank) -> None:
    browser = bank.app.test_client()
    assert sign_in(browser).status_code == 302
    assert "192.0.2.1" not in browser.get("/profile").text
    assert bank.desk.row(SessionRow, username="lina").address == "127.0.0.1"


def test_who_signed_out_is_out_also_with_a_copied_cookie(bank: Bank) -> None:
    browser, thief = bank.app.test_client(), bank.app.test_client()
    sign_in(browser)
    stolen = browser.get_cookie("session")
    assert stolen is not None
    thief.set_cookie("session", stolen.value)
    assert is_in(thief)
    assert send(browser, "/logout").status_code == 302
    assert not is_in(thief)


def test_a_password_change_ends_every_other_session(bank: Bank) -> None:
    browser, other = bank.app.test_client(), bank.app.test_client()
    sign_in(browser)
    sign_in(other)
    fields = {"new": "another good one", "again": "another good one"}
    assert send(browser, "/profile/password", old="wrong", **fields).status_code == 302
    assert is_in(other)
    send(browser, "/profile/password", old=PASSWORD, **fields)
    assert is_in(browser)
    assert not is_in(other)
    assert sign_in(other).status_code == 401
    assert sign_in(other, password="another good one").status_code == 302


def test_a_listed_session_can_be_ended_from_another(bank: Bank) -> None:
    browser, other = bank.app.test_client(), bank.app.test_client()
    sign_in(other)
    theirs = bank.desk.row(SessionRow, username="lina").secret_hash
    sign_in(browser)
    with bank.person("wangwei") as stranger:
        assert post(stranger, "/profile/sessions/end", {"session": theirs}).status_code == 302
    assert is_in(other)
    send(browser, "/profile/sessions/end", session=theirs)
    assert not is_in(other)
    assert is_in(browser)


def test_one_signs_out_everywhere_at_once(bank: Bank) -> None:
    browser, other = bank.app.test_client(), bank.app.test_client()
    sign_in(other)
    sign_in(browser)
    assert send(browser, "/profile/sessions/end", everywhere="1").location == "/login"
    assert not is_in(browser)
    assert not is_in(other)


def test_a_security_administrator_sees_where_somebody_is_signed_in_and_ends_one_of_the_sessions(bank: Bank) -> None:
    browser, other = bank.app.test_client(), bank.app.test_client()
    sign_in(browser)
    theirs = bank.desk.row(SessionRow, username="lina").secret_hash
    sign_in(other)
    with bank.person("admin") as admin:
        assert theirs in admin.get("/accounts/lina").text
        assert post(admin, "/accounts/lina/sessions/end", {"session": theirs}).status_code == 302
        assert theirs not in admin.get("/accounts/lina").text
    assert not is_in(browser)
    assert is_in(other)


def test_a_session_that_is_over_because_it_was_left_idle_is_not_listed(bank: Bank) -> None:
    browser, other = bank.app.test_client(), bank.app.test_client()
    sign_in(other)
    theirs = bank.desk.row(SessionRow, username="lina").secret_hash
    age_sessions(bank, "seen_at")
    sign_in(browser)
    assert theirs not in browser.get("/profile").text


def test_a_session_left_idle_or_grown_old_is_over(bank: Bank) -> None:
    for column in ("seen_at", "expires_at"):
        browser = bank.app.test_client()
        sign_in(browser)
        assert is_in(browser)
        age_sessions(bank, column)
        assert not is_in(browser)


def test_a_page_that_only_asks_by_itself_keeps_no_session_alive(bank: Bank) -> None:
    browser = bank.app.test_client()
    sign_in(browser)
    earlier = datetime.now(UTC) - timedelta(minutes=30)
    bank.desk.perform(lambda work: work.connection.execute(update(SessionRow).values(seen_at=earlier)))
    assert browser.get("/notices/unread").status_code == 200
    assert bank.desk.row(SessionRow, username="lina").seen_at == earlier
    assert is_in(browser)
    assert bank.desk.row(SessionRow, username="lina").seen_at > earlier


def age_sessions(bank: Bank, column: str) -> None:
    long_ago = {column: datetime(2026, 1, 1, tzinfo=UTC)}
    with bank.desk.runtime.unit_of_work() as work:
        work.connection.execute(update(SessionRow).values(**long_ago))


def test_a_cookie_from_before_signing_in_is_worth_nothing_afterwards(bank: Bank) -> None:
    victim, attacker = bank.app.test_client(), bank.app.test_client()
    attacker.get("/login")
    planted = attacker.get_cookie("session")
    assert planted is not None
    victim.set_cookie("session", planted.value)
    sign_in(victim)
    assert not is_in(attacker)
    assert post(victim, "/profile/language", {"language": "en"}).status_code == 403  # the token from before


def test_guessing_locks_the_account_also_for_the_right_password_and_longer_each_time(bank: Bank) -> None:
    browser = bank.app.test_client()
    for number in range(FREE_FAILURES + 1):
        assert sign_in(browser, password=f"guess {number}").status_code == 401
    answer = sign_in(browser)
    assert answer.status_code == 401
    minutes = [None if found is None else found.seconds // 60 for found in map(lock_length, (4, 5, 6, 30))]
    assert minutes == [None, 1, 2, 60]
    with bank.person("admin") as admin:
        assert post(admin, "/accounts/lina/unlock").status_code == 302
    assert sign_in(browser).status_code == 302
    assert bank.desk.rows(SignInGuardRow) == []


def test_a_lock_is_told_to_security_administrators(bank: Bank) -> None:
    browser = bank.app.test_client()
    for name in ("lina", "nobody"):
        for number in range(FREE_FAILURES + 1):
            sign_in(browser, name, f"guess {number}")
    bank.desk.perform(tell_of_locked_accounts)
    bank.desk.perform(tell_of_locked_accounts)
    told = [(row.recipient, row.template) for row in bank.desk.rows(NoticeRow)]
    assert told == [("admin", "account_locked")]


def test_nothing_tells_whether_there_is_such_an_account(bank: Bank) -> None:
    browser = bank.app.test_client()
    told = []
    for name in ("lina", "nobody"):
        answers = [sign_in(browser, name, "wrong") for _ in range(FREE_FAILURES + 2)]
        told.append([(answer.status_code, without_tokens(answer.text, name)) for answer in answers])
    assert told[0] == told[1]
    counted = [(row.failures, row.locked_until is None) for row in bank.desk.rows(SignInGuardRow)]
    assert counted == [(FREE_FAILURES + 1, False)] * 2  # so neither answers sooner, nor is locked otherwise


def without_tokens(text: str, name: str) -> str:
    return re.sub(r'value="[^"]*"', "", text.replace(name, ""))


def test_a_second_factor_is_asked_for_and_a_code_works_once(bank: Bank) -> None:
    browser, thief = bank.app.test_client(), bank.app.test_client()
    sign_in(browser)
    codes, _ = set_up_second_factor(browser)
    assert codes.secret not in bank.desk.row(SecondFactorRow).secret
    now = codes.now()
    for client, status in ((browser, 302), (thief, 401)):
        assert sign_in(client).location.startswith("/login/code")
        assert post(client, "/login/code", {"code": now}).status_code == status
    assert is_in(browser)
    assert not is_in(thief)


def test_a_recovery_code_lets_in_once(bank: Bank) -> None:
    browser = bank.app.test_client()
    sign_in(browser)
    _, recovery = set_up_second_factor(browser)
    assert len(set(recovery)) == 10
    for status in (302, 401):
        sign_in(browser)
        assert post(browser, "/login/code", {"code": recovery[0].lower()}).status_code == status


def test_guessing_codes_locks_as_guessing_passwords_does(bank: Bank) -> None:
    browser = bank.app.test_client()
    sign_in(browser)
    codes, recovery = set_up_second_factor(browser)
    sign_in(browser)
    for number in range(FREE_FAILURES + 1):
        assert post(browser, "/login/code", {"code": f"{number:06}"}).status_code == 401
    for code in (codes.now(), recovery[0]):
        assert post(browser, "/login/code", {"code": code}).status_code == 401


def test_nobody_proves_a_code_without_the_password_first(bank: Bank) -> None:
    browser = bank.app.test_client()
    with browser.session_transaction() as session:
        session["csrf"] = CSRF
    assert post(browser, "/login/code", {"code": "000000"}).location.startswith("/login?")
    with browser.session_transaction() as session:
        session["pending"] = ["lina", int(bank.desk.clock.now().timestamp()) - 301]
    assert post(browser, "/login/code", {"code": "000000"}).location.startswith("/login?")


def test_a_password_alone_opens_nothing_to_programs_of_an_account_with_a_second_factor(bank: Bank) -> None:
    browser = bank.app.test_client()
    sign_in(browser)
    set_up_second_factor(browser)
    program = bank.app.test_client()
    assert program.get("/v2/authentication/me", auth=("lina", PASSWORD)).status_code == 401
    page = send(browser, "/profile/tokens", name="a report", scope="work", days=30).text
    token = re.search(r"rdr_[\w-]+", page)
    assert token
    me = program.get("/v2/authentication/me", headers={"Authorization": f"Bearer {token[0]}"})
    assert '"username":"lina"' in me.text.replace(" ", "")
    assert token[0] not in browser.get("/profile").text
    too_much = send(browser, "/profile/tokens", name="more", scope="operate", days=30)
    assert too_much.status_code == 403


def test_a_token_that_was_stolen_is_revoked_by_its_owner(bank: Bank) -> None:
    browser, thief = bank.app.test_client(), bank.app.test_client()
    sign_in(browser)
    token = re.search(r"rdr_[\w-]+", send(browser, "/profile/tokens", name="x", scope="work", days=30).text)
    assert token
    kept = bank.desk.row(ApiTokenRow).token_hash
    with bank.person("wangwei") as stranger:
        post(stranger, "/profile/tokens/revoke", {"token": kept})
    assert bank.desk.row(ApiTokenRow).revoked_at is None
    send(browser, "/profile/tokens/revoke", token=kept)
    answer = thief.get("/v2/authentication/me", headers={"Authorization": f"Bearer {token[0]}"})
    assert answer.status_code == 401


def test_an_account_that_is_closed_is_out_at_once(bank: Bank) -> None:
    browser = bank.app.test_client()
    sign_in(browser)
    bank.desk.perform(open_account, BOSS, "lina", is_open=False)
    assert not is_in(browser)
    assert sign_in(browser).status_code == 401


def test_the_address_that_is_limited_is_that_of_the_person_behind_the_proxies(bank: Bank) -> None:
    settings = replace(bank.desk.settings, trusted_proxies=1)
    browser = create_app(settings, runtime=bank.desk.runtime).test_client()
    browser.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9, 198.51.100.7"
    sign_in(browser)
    assert bank.desk.row(SessionRow).address == "198.51.100.7"
    direct = bank.app.test_client()
    direct.environ_base["HTTP_X_FORWARDED_FOR"] = "203.0.113.9"
    sign_in(direct)
    assert {row.address for row in bank.desk.rows(SessionRow)} == {"198.51.100.7", "127.0.0.1"}
