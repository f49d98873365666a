"""Who has a role that demands a second factor sets it up first, and does nothing else before."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from datetime import date, timedelta
from html import unescape

import pyotp
import pytest
from flask.testing import FlaskClient

from app.domain.actor import Actor
from app.errors import ForbiddenError
from app.services.authenticate_password import authenticate_password
from app.services.authenticate_token import issue_token
from app.services.need_second_factor import check_second_factor_roles
from app.services.set_second_factor import remove_second_factor, reset_second_factor
from app.setting_values import SettingError
from app.sign_in_settings import SecondFactorSettings, read_second_factor
from app.storage.audit import AuditRow
from app.storage.notices import NoticeRow
from app.storage.sessions import SessionRow
from tests.bank import CSRF, Bank, post
from tests.desk import give_password
from tests.scenarios.test_sign_in import PASSWORD

SECURITY = Actor("admin", scopes=frozenset({"security"}))


@pytest.fixture
def bank(entrance: Bank) -> Bank:
    """Clerks need a second factor; Li Na is one, and has none."""
    runtime = entrance.desk.runtime
    runtime.settings = replace(runtime.settings, second_factor=SecondFactorSettings(frozenset({"clerk"}), date.min))
    give_password(entrance.desk.runtime, "lina", PASSWORD)
    return entrance


def enrol(browser: FlaskClient) -> None:
    page = browser.get("/profile/second-factor").text
    secret, proposal = re.search(r'"secret">([A-Z2-7 ]+)<', page), re.search(r'name="proposal" value="([^"]+)"', page)
    assert secret
    assert proposal
    code = pyotp.TOTP(secret[1].replace(" ", "")).at(time.time())
    answer = post(browser, "/profile/second-factor", {"proposal": unescape(proposal[1]), "code": code})
    assert len(re.findall(r"<li><code>", answer.text)) == 10


@pytest.mark.parametrize("path", ["/inbox", "/profile", "/complaints", "/tasks/1", "/profile/recovery-codes"])
def test_before_it_is_set_up_every_page_leads_there(bank: Bank, path: str) -> None:
    with bank.person("lina") as browser:
        answer = browser.get(path) if "codes" not in path else post(browser, path)
        assert (answer.status_code, answer.location) == (302, "/profile/second-factor")


@pytest.mark.parametrize("path", ["/api/account", "/v2/topology", "/v2/user-tasks/1"])
def test_before_it_is_set_up_no_programming_interface_opens_to_the_session(bank: Bank, path: str) -> None:
    with bank.person("lina") as browser:
        answer = browser.get(path)
        assert answer.status_code == 403
        assert "second factor" in answer.get_json()["detail"]


def test_once_it_is_set_up_everything_is_open(bank: Bank) -> None:
    with bank.person("lina") as browser:
        assert "Not now" not in browser.get("/profile/second-factor", headers={"Accept-Language": "en"}).text
        enrol(browser)
        assert browser.get("/inbox").status_code == 200
        assert browser.get("/api/account").status_code == 200


def test_other_roles_are_not_asked(bank: Bank) -> None:
    with bank.person("admin") as browser:
        assert browser.get("/inbox").status_code == 200


def test_a_role_that_comes_later_holds_for_a_session_that_is_open_already(bank: Bank) -> None:
    bank.desk.runtime.settings = replace(bank.desk.settings, second_factor=None)
    with bank.person("lina") as browser:
        assert browser.get("/inbox").status_code == 200
        roles = SecondFactorSettings(frozenset({"clerk"}), date.min)
        bank.desk.runtime.settings = replace(bank.desk.settings, second_factor=roles)
        bank.app.extensions["known_actors"]._known.clear()
        assert browser.get("/inbox").status_code == 302


def test_programs_come_with_a_token_and_not_with_the_password(bank: Bank) -> None:
    assert authenticate_password(bank.desk.runtime, "lina", PASSWORD) is None
    token = bank.desk.perform(issue_token, "lina", "a program", ("work",), timedelta(hours=1)).token
    answer = bank.app.test_client().get("/api/account", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 200


def test_until_the_day_comes_people_are_told_at_sign_in_and_go_on(bank: Bank) -> None:
    later = SecondFactorSettings(frozenset({"clerk"}), date(2999, 12, 1))
    bank.desk.runtime.settings = replace(bank.desk.settings, second_factor=later)
    browser = bank.app.test_client()
    with browser.session_transaction() as session:
        session["csrf"] = CSRF
    post(browser, "/login", {"username": "lina", "password": PASSWORD})
    assert "2999-12-01" in browser.get("/inbox").text


def test_a_security_administrator_resets_it_and_the_person_is_told_and_led_to_set_it_up_again(bank: Bank) -> None:
    with bank.person("lina") as browser:
        enrol(browser)
        bank.desk.perform(reset_second_factor, SECURITY, "lina")
        assert browser.get("/inbox").location.startswith("/login")
    assert bank.desk.rows(SessionRow, username="lina") == []
    assert bank.desk.row(NoticeRow, template="second_factor_reset").recipient == "lina"
    assert bank.desk.rows(AuditRow, actor="admin", operation="DELETE")[-1].details == {"second factor": "lina"}
    with bank.person("lina") as browser:
        assert browser.get("/inbox").location == "/profile/second-factor"


def test_nobody_takes_their_own_away_as_an_administrator(bank: Bank) -> None:
    with bank.person("lina") as browser:
        enrol(browser)
        bank.desk.perform(reset_second_factor, SECURITY, "lina")
        assert post(browser, "/accounts/lina/second-factor/remove").status_code == 302
    with bank.person("admin") as browser:
        enrol(browser)
        assert post(browser, "/accounts/admin/second-factor/remove").status_code == 403
        assert post(browser, "/accounts/admin/password", {"new": "quite another one"}).status_code == 403
        bank.desk.perform(remove_second_factor, Actor("admin"))
    with pytest.raises(ForbiddenError):
        bank.desk.perform(reset_second_factor, Actor("lina", scopes=frozenset({"work"})), "admin")


def test_the_setting_is_checked_at_the_start() -> None:
    assert read_second_factor({}) is None
    roles = {"REDRESS_SECOND_FACTOR_ROLES": "admin, clerk"}
    assert read_second_factor(roles | {"REDRESS_SECOND_FACTOR_SINCE": "2026-12-01"}) == SecondFactorSettings(
        frozenset({"admin", "clerk"}), date(2026, 12, 1)
    )
    with pytest.raises(SettingError, match="SINCE"):
        read_second_factor(roles | {"REDRESS_SECOND_FACTOR_SINCE": "soon"})
    with pytest.raises(SettingError, match="ROLES"):
        check_second_factor_roles(SecondFactorSettings(frozenset({"king"}), date.min))
