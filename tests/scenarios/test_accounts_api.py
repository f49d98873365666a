"""Accounts and the organisation through /api: the same rules as on the pages."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.services.authenticate_token import issue_token
from app.services.seed_organisation import seed_organisation
from app.storage.absences import AbsenceRow
from app.storage.accounts import ApiTokenRow
from tests.bank import Bank

EVERYTHING = ("work", "start", "organise", "security", "audit", "read")


class Caller:
    """Somebody who calls with a token; its scopes are those that the account has of all."""

    def __init__(self, bank: Bank, username: str, *scopes: str) -> None:
        issued = bank.desk.perform(issue_token, username, "test", scopes or EVERYTHING, timedelta(hours=1))
        self._client: FlaskClient = bank.app.test_client()
        self._headers = {"Authorization": f"Bearer {issued.token}"}

    def __call__(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        answer = self._client.open(f"/api{path}", method=method, json=body, headers=self._headers)
        return answer.status_code, answer.get_json()


@pytest.fixture
def bank(entrance: Bank) -> Bank:
    entrance.desk.perform(seed_organisation, "a good password")
    return entrance


def test_two_administrators_make_a_colleague_and_each_only_his_part(bank: Bank) -> None:
    system, security = Caller(bank, "duxin"), Caller(bank, "qianan")
    new = {"username": "tester", "displayName": "测试", "unitId": "beijing", "superior": "guotao"}
    rights = {"roles": ["clerk"], "posts": ["intake"]}
    assert security("POST", "/accounts", new)[0] == 403
    assert system("POST", "/accounts", new) == (201, {"id": "tester"})
    assert system("POST", "/accounts", new)[0] == 409
    assert system("PUT", "/accounts/tester/rights", rights)[0] == 403
    assert security("PUT", "/accounts/tester/rights", rights)[0] == 200
    assert security("PUT", "/accounts/tester/password", {"new": "short"})[0] == 400
    assert security("PUT", "/accounts/nobody/password", {"new": "long enough"})[0] == 404
    (listed,) = [one for one in security("GET", "/accounts")[1] if one["username"] == "tester"]
    assert (listed["superior"], listed["roles"], listed["open"], listed["locked"]) == ("guotao", ["clerk"], True, False)
    posts = {one["id"]: one["holders"] for one in system("GET", "/organisation")[1]["posts"]}
    assert "tester" in posts["intake"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("GET", "/accounts", None),
        ("GET", "/organisation", None),
        ("PUT", "/organisation/units/x", {"kind": "branch", "nameZh": "x", "nameEn": "x"}),
        ("PUT", "/organisation/posts/x", {"nameZh": "x", "nameEn": "x"}),
        ("PUT", "/accounts/wangwei", {"displayName": "x"}),
        ("PUT", "/accounts/wangwei/open", {"open": False}),
        ("POST", "/accounts/wangwei/unlock", None),
        ("DELETE", "/accounts/wangwei/sessions", None),
        ("GET", "/absences?username=wangwei", None),
    ],
)
def test_a_clerk_is_refused(bank: Bank, method: str, path: str, body: Any) -> None:
    assert Caller(bank, "lina")(method, path, body)[0] == 403


def test_one_sees_ones_own_account_and_ends_what_is_open_in_it(bank: Bank) -> None:
    call = Caller(bank, "lina")
    with bank.person("lina"):
        shown = call("GET", "/account")[1]
    assert (shown["unit"], shown["standsInFor"], shown["supervises"]) == ("customer_service", ["xuting"], [])
    assert call("DELETE", f"/account/sessions/{shown['sessions'][0]['id']}")[0] == 200
    assert call("DELETE", f"/account/tokens/{shown['tokens'][0]['id']}")[0] == 200
    assert bank.desk.row(ApiTokenRow).revoked_at is not None


def test_a_superior_plans_an_absence_and_a_token_that_only_reads_does_not(bank: Bank) -> None:
    span = {"startsAt": "2026-02-01T00:00:00+08:00", "endsAt": "2026-02-03T00:00:00+08:00"}
    wish = {"username": "lina", "standIn": "linfang", **span}
    assert Caller(bank, "lina", "start")("POST", "/absences", wish)[0] == 403
    assert Caller(bank, "zhangmin")("POST", "/absences", wish)[0] == 403
    status, planned = Caller(bank, "wangwei")("POST", "/absences", wish)
    assert status == 201
    assert [one["standIn"] for one in Caller(bank, "lina")("GET", "/absences")[1]] == ["linfang"]
    assert Caller(bank, "lina")("DELETE", f"/absences/lina/{planned['key']}")[0] == 200
    assert bank.desk.row(AbsenceRow, username="lina").cancelled_at is not None
