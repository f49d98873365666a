"""Administrators at their pages: each duty on its own, nobody for himself, everything recorded."""

from __future__ import annotations

import pytest

from app.services.seed_demo import PASSWORD
from app.services.seed_organisation import seed_organisation
from app.storage.accounts import AccountRow, MembershipRow
from app.storage.audit import AuditRow
from app.storage.people import PersonRow
from app.storage.sessions import SessionRow
from app.storage.units import UnitRow
from tests.bank import Bank, post

SYSTEM, SECURITY, AUDIT = "duxin", "qianan", "shenlan"
NEW = {"username": "tester", "display_name": "测试", "unit_id": "beijing", "superior": "guotao"}


@pytest.fixture
def bank(entrance: Bank) -> Bank:
    """The bank with its organisation and three administrators."""
    entrance.desk.perform(seed_organisation, PASSWORD)
    return entrance


@pytest.mark.parametrize(
    ("who", "path", "status"),
    [
        (SYSTEM, "/organisation", 200),
        (SECURITY, "/accounts", 200),
        (SECURITY, "/accounts/lina", 200),
        (AUDIT, "/access-log", 200),
        (SYSTEM, "/access-log", 403),
        (SECURITY, "/access-log", 403),
        (AUDIT, "/accounts", 403),
        ("lina", "/organisation", 403),
        ("lina", "/accounts/wangwei", 403),
        ("lina", "/access-log", 403),
    ],
)
def test_each_duty_sees_its_own_pages(bank: Bank, who: str, path: str, status: int) -> None:
    with bank.person(who) as browser:
        assert browser.get(path).status_code == status


def test_a_new_colleague_is_made_by_one_administrator_and_given_rights_by_another(bank: Bank) -> None:
    with bank.person(SYSTEM) as browser:
        assert post(browser, "/accounts/new", NEW).status_code == 302
        wish = {"role": "admin", "new": PASSWORD}
        for path in ("rights", "password", "open", "unlock", "sessions/end"):
            assert post(browser, f"/accounts/tester/{path}", wish).status_code == 403, path
    with bank.person(SECURITY) as browser:
        assert post(browser, "/accounts/tester/rights", {"role": "clerk", "post": "intake"}).status_code == 302
        assert post(browser, "/accounts/tester/password", {"new": "a first password"}).status_code == 302
        assert post(browser, "/accounts/tester", NEW).status_code == 403
    assert bank.desk.row(AccountRow, username="tester").roles == ["clerk"]
    assert bank.desk.row(PersonRow, username="tester").superior == "guotao"
    with bank.person(AUDIT) as browser:
        assert browser.get(f"/access-log?view=done&person={SECURITY}").status_code == 200
    details = [row.details for row in bank.desk.rows(AuditRow, actor=SECURITY) if "roles" in (row.details or {})]
    assert details == [{"account": "tester", "roles": [[], ["clerk"]], "posts": [[], ["intake"]]}]


def test_nobody_changes_their_own_rights_nor_joins_two_duties_in_production(bank: Bank) -> None:
    with bank.person(SECURITY) as browser:
        assert post(browser, f"/accounts/{SECURITY}/rights", {"role": "operator"}).status_code == 403
        assert post(browser, "/accounts/lina/rights", {"role": ["system_admin", "audit_admin"]}).status_code == 403
        assert post(browser, "/accounts/lina/rights", {"role": "admin"}).status_code == 403
    assert bank.desk.row(AccountRow, username="lina").roles == ["clerk"]


def test_a_lost_post_is_gone_with_the_next_look(bank: Bank) -> None:
    with bank.person(SECURITY) as browser:
        post(browser, "/accounts/lina/rights", {"role": "clerk", "post": "quality"})
    assert [row.group_name for row in bank.desk.rows(MembershipRow, username="lina")] == ["quality"]


def test_the_tree_stays_a_tree(bank: Bank) -> None:
    loop = {"unit": "ho", "kind": "head_office", "name_zh": "总行", "name_en": "HO", "parent_id": "beijing"}
    with bank.person(SYSTEM, "en") as browser:
        assert "is not below" in browser.get(post(browser, "/organisation/units", loop).location).text
        upside = {"display_name": "周强", "superior": "lina"}
        assert "is not below" in browser.get(post(browser, "/accounts/zhouqiang", upside).location).text
        fine = loop | {"unit": "tianjin", "kind": "branch", "parent_id": "ho", "head": "guotao"}
        post(browser, "/organisation/units", fine)
        assert "HO" in browser.get("/organisation").text
    assert bank.desk.row(UnitRow, id="ho").parent_id is None
    assert bank.desk.row(UnitRow, id="tianjin").head == "guotao"


def test_a_closed_account_is_out_and_comes_back_when_it_is_opened(bank: Bank) -> None:
    with bank.person("lina") as browser:
        cookie = browser.get_cookie("session")
    for is_open, status in (("no", 302), ("yes", 200)):
        with bank.person(SECURITY) as admin:
            post(admin, "/accounts/lina/open", {"open": is_open})
        assert bank.desk.rows(SessionRow, username="lina") == []
        if is_open == "yes":
            with bank.person("lina") as browser:
                cookie = browser.get_cookie("session")
        with bank.app.test_client() as browser:
            assert cookie is not None
            browser.set_cookie("session", cookie.value)
            assert browser.get("/inbox").status_code == status


def test_a_post_is_called_as_the_installation_calls_it(bank: Bank) -> None:
    renamed = {"post": "intake", "name_zh": "投诉受理中心", "name_en": "Complaint intake centre", "unit_id": "ho"}
    with bank.person(SYSTEM) as browser:
        assert post(browser, "/organisation/posts", renamed).status_code == 302
    with bank.person("lina", "en") as browser:
        assert "Complaint intake centre" in browser.get("/profile").text
