"""Asking a CRM and core banking about a customer: what is sent, shown and kept, and what becomes of their failures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from app.domain.actor import Actor
from app.domain.outside_systems import OutsideSystemError, read_systems
from app.errors import ForbiddenError, NotFoundError
from app.services.ask_outside_system import SystemAnswer, ask_outside_system
from app.services.file_complaint import file_complaint
from app.services.read_customer import read_customer
from app.storage.complaints import ComplaintRow
from tests.bank import COMPLAINT, Bank, post
from tests.conftest import TestDatabase
from tests.desk import BOSS, open_desk
from tests.outside_systems import CONFIGURATION, OutsideSystems, outside_systems


@pytest.fixture
def systems() -> Iterator[OutsideSystems]:
    with outside_systems() as played:
        yield played


@pytest.fixture
def bank(database: TestDatabase, systems: OutsideSystems, tmp_path: Path) -> Iterator[Bank]:
    """A bank that may ask both systems."""
    path = tmp_path / "systems.yaml"
    path.write_text(CONFIGURATION.format(url=systems.url), encoding="utf-8")
    with open_desk(database.url, systems_file=path, http_job_allowed_hosts=frozenset({"127.0.0.1"})) as desk:
        yield Bank(desk)


def customer(bank: Bank, **changes: str) -> int:
    answers = {**COMPLAINT, "amount": 1200, "customerNumber": "C-1", **changes}
    filed = bank.desk.perform(file_complaint, BOSS, answers)
    return int(bank.desk.row(ComplaintRow, key=filed.key).customer_key)


def ask(bank: Bank, key: int, name: str = "crm") -> SystemAnswer:
    return ask_outside_system(bank.desk.runtime, BOSS, key, name)


def test_a_crm_is_sent_one_identity_and_its_answer_is_shown_masked_and_kept_as_tags(
    bank: Bank, systems: OutsideSystems
) -> None:
    key = customer(bank)
    said = {one.en: list(lines) for one, lines in ask(bank, key).shown}
    assert systems.asked == [("/crm/customers", {"by": "number", "value": "C-1"}, "Bearer crm-secret")]
    assert said == {"Manager": ["赵经理 139****2222"], "Orders": ["D-1 shipped", "D-2 paid"]}
    tags = {(row.kind, row.tag, row.value, row.source) for row in bank.desk.perform(read_customer, BOSS, key).tags}
    assert tags == {("fact", "region", "east", "system:crm"), ("model", "churn", "high", "system:crm")}


def test_a_system_that_stumbles_is_asked_again_and_one_that_stays_away_is_a_failure_shown(
    bank: Bank, systems: OutsideSystems
) -> None:
    key = customer(bank)
    systems.first = [(503, ""), (500, "")]
    assert [list(lines) for _, lines in ask(bank, key, "core").shown] == [["credit_card", "deposit"]]
    systems.first = [(503, "")] * 3
    assert "its status is 503" in str(ask(bank, key, "core").failure)
    assert systems.first == []


@pytest.mark.parametrize("answer", [(404, ""), (200, "not json"), (200, "[" * 5000), (302, "http://169.254.169.254/")])
def test_a_strange_answer_is_a_failure_that_tells_nobody_the_identity(
    bank: Bank, systems: OutsideSystems, answer: tuple[int, str]
) -> None:
    key = customer(bank, customerPhone="13800138000")
    systems.first = [answer] * 2
    failure = str(ask(bank, key).failure)
    assert "crm" in failure
    assert "C-1" not in failure
    assert len(systems.asked) == 1


def test_a_customer_the_system_cannot_know_is_not_asked_about(bank: Bank, systems: OutsideSystems) -> None:
    key = customer(bank, customerNumber="")
    assert "number" in str(ask(bank, key, "core").failure)
    assert systems.asked == []


def test_only_who_sees_the_customer_asks_and_only_configured_systems(bank: Bank, systems: OutsideSystems) -> None:
    key = customer(bank)
    stranger = Actor("stranger", frozenset({"dept_legal"}), frozenset({"work"}))
    with pytest.raises(ForbiddenError):
        ask_outside_system(bank.desk.runtime, stranger, key, "crm")
    with pytest.raises(NotFoundError):
        ask(bank, key, "erp")
    assert systems.asked == []


def test_the_customers_page_offers_the_systems_and_shows_a_failure(bank: Bank, systems: OutsideSystems) -> None:
    key = customer(bank)
    with bank.person("admin") as browser:
        assert "查询客户关系管理" in browser.get(f"/customers/{key}").text
        assert "D-1 shipped" in post(browser, f"/customers/{key}/systems/crm").text
        systems.first = [(503, "")] * 3
        page = post(browser, f"/customers/{key}/systems/core")
    assert page.status_code == 200
    assert "核心系统未返回信息" in page.text


def test_an_address_inside_is_refused_where_it_was_not_allowed(
    database: TestDatabase, systems: OutsideSystems, tmp_path: Path
) -> None:
    path = tmp_path / "systems.yaml"
    path.write_text(CONFIGURATION.format(url=systems.url), encoding="utf-8")
    with open_desk(database.url, systems_file=path) as desk:
        bank = Bank(desk)
        assert "public address" in str(ask(bank, customer(bank)).failure)
    assert systems.asked == []


@pytest.mark.parametrize(
    ("change", "named"),
    [
        (("=answer.manager", "=answer.("), "shown"),
        (("identities: [number]", "identities: [shoe]"), "identities"),
        (("tries: 3", "tries: 99"), "tries"),
        (("method: GET", "method: DELETE"), "method"),
        (("name: core", "name: crm"), "the same"),
        (("systems:", "things:"), "systems"),
    ],
)
def test_a_wrong_configuration_names_what_is_wrong(change: tuple[str, str], named: str) -> None:
    text = CONFIGURATION.format(url="http://crm.example").replace(*change)
    with pytest.raises(OutsideSystemError, match=named):
        read_systems(text)
