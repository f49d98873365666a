"""Decision tables released by two people: what is shown, who may decide, and which version decides at an instant."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest

from app.domain.access import SCOPES, scopes_of
from app.domain.actor import Actor
from app.domain.table_releases import TableNotReadyError
from app.errors import ConflictError, ForbiddenError, InvalidInputError
from app.services.approve_table import approve_table
from app.services.delete_resource import delete_resource
from app.services.deploy_resources import DeploymentRefusedError
from app.services.evaluate_decision import evaluate_decision
from app.services.propose_table import TableProposal, propose_table
from app.services.read_tables import ReleaseView, read_release, read_table
from app.services.reject_table import reject_table
from app.services.review_table import TableFiles
from app.services.shipped_models import ROOT
from app.services.withdraw_table import withdraw_table
from app.storage.decision_instances import DecisionInstanceRow
from app.storage.deployments import DecisionDefinitionRow, DecisionRequirementsRow, ProcessDefinitionRow
from app.storage.table_releases import TableReleaseRow
from tests.conformance.drawing import Node, activity, process, zeebe
from tests.desk import BOSS, Desk, open_desk, work_for

AUTHOR = Actor("liuyang", scopes=scopes_of(["rule_author"]))
APPROVER = Actor("sunhong", scopes=scopes_of(["rule_approver"]))
TABLE = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="limits" name="Limits" namespace="http://bank">
  <decision id="limit" name="Limit"><decisionTable id="t" hitPolicy="UNIQUE">
    <input id="i" label="Tier"><inputExpression typeRef="string"><text>tier</text></inputExpression></input>
    <output id="o" name="limit" typeRef="number"/>
    <rule><inputEntry><text>"vip"</text></inputEntry><outputEntry><text>VIP</text></outputEntry></rule>
    <rule><inputEntry><text>not("vip")</text></inputEntry><outputEntry><text>10</text></outputEntry></rule>
  </decisionTable></decision>
</definitions>"""
TESTS = "decision,in:tier,out\nlimit,vip,{}\nlimit,plain,10\n"


def limits(vip: int) -> bytes:
    return TABLE.replace("VIP", str(vip)).encode()


def propose(desk: Desk, vip: int, *, actor: Actor = AUTHOR, tests: str | None = None, **length: float) -> int:
    effective_at = desk.clock.now() + timedelta(**length) if length else None
    files = TableFiles("limits.dmn", limits(vip), None if tests is None else "limits.tests.csv", tests)
    return desk.perform(propose_table, actor, TableProposal(files, "Board of May", effective_at))


def seen(desk: Desk, key: int) -> ReleaseView:
    return desk.perform(read_release, APPROVER, key)


def approve(desk: Desk, key: int, *, actor: Actor = APPROVER) -> None:
    base = seen(desk, key).review["base"]
    desk.perform(approve_table, actor, key, base_key=None if base is None else int(base["key"]))


def decided(desk: Desk, tier: str = "vip") -> tuple[int, int]:
    """Ask the table now; returns the version that decided, and its result."""
    key = desk.perform(evaluate_decision, BOSS, {"tier": tier}, decision_id="limit")
    row = desk.row(DecisionInstanceRow, key=key)
    return row.decision_version, row.result


@pytest.fixture
def bank(desk: Desk) -> Desk:
    desk.deploy(limits__dmn=limits(50))
    return desk


def test_a_proposal_shows_what_changes_and_changes_nothing(bank: Desk) -> None:
    review = seen(bank, propose(bank, 70)).review
    ((rule,),) = [one["rules"] for one in review["differences"]]
    assert rule == {
        "kind": "changed",
        "oldNumber": 1,
        "newNumber": 1,
        "cells": [{"what": "limit", "old": "50", "new": "70"}],
    }
    assert (review["base"]["version"], review["findings"], decided(bank)) == (1, [], (1, 50))


def test_an_approved_version_decides_from_its_instant_on_and_not_before(bank: Desk) -> None:
    approve(bank, propose(bank, 70, days=2))
    bank.clock.move(timedelta(days=2, seconds=-1))
    assert decided(bank) == (1, 50)
    bank.clock.move(timedelta(seconds=1))
    assert decided(bank) == (2, 70)


def test_a_version_without_an_instant_holds_at_once(bank: Desk) -> None:
    approve(bank, propose(bank, 70))
    assert decided(bank) == (2, 70)
    table = bank.perform(read_table, APPROVER, "limits")
    assert [(one.version, one.standing) for one in table.versions] == [(2, "in-force"), (1, "past")]


def test_what_was_decided_before_an_instant_can_be_asked_again_as_of_then(bank: Desk) -> None:
    approve(bank, propose(bank, 70, days=1))
    bank.clock.move(timedelta(days=3))
    assert decided(bank) == (2, 70)
    bank.clock.move(timedelta(days=-3))
    assert decided(bank) == (1, 50)


@pytest.mark.parametrize("scopes", [scopes_of(["rule_author", "rule_approver"]), frozenset(SCOPES)])
def test_nobody_approves_or_rejects_their_own_proposal_not_even_an_administrator(
    bank: Desk, scopes: frozenset[str]
) -> None:
    own = Actor("liuyang", scopes=scopes)
    key = propose(bank, 70, actor=own)
    with pytest.raises(ForbiddenError, match="another person than 'liuyang'"):
        approve(bank, key, actor=own)
    with pytest.raises(ForbiddenError, match="another person than 'liuyang'"):
        bank.perform(reject_table, own, key, "no")
    assert decided(bank) == (1, 50)


def test_without_the_right_nobody_proposes_or_decides(bank: Desk) -> None:
    key = propose(bank, 70)
    for actor in (AUTHOR, Actor("lina", scopes=scopes_of(["clerk", "auditor"]))):
        with pytest.raises(ForbiddenError):
            bank.perform(approve_table, actor, key, base_key=None)
    with pytest.raises(ForbiddenError):
        propose(bank, 80, actor=APPROVER)


def test_a_proposal_is_decided_once(bank: Desk) -> None:
    key = propose(bank, 70)
    approve(bank, key)
    with pytest.raises(ConflictError, match="it is approved"):
        approve(bank, key)
    with pytest.raises(ConflictError, match="it is approved"):
        bank.perform(reject_table, APPROVER, key, "too late")
    assert len(bank.rows(DecisionDefinitionRow)) == 2


def test_a_rejection_needs_a_reason_and_keeps_what_was_seen(bank: Desk) -> None:
    key = propose(bank, 70)
    with pytest.raises(InvalidInputError, match="reason"):
        bank.perform(reject_table, APPROVER, key, " ")
    bank.perform(reject_table, APPROVER, key, "The board said 60")
    row = bank.row(TableReleaseRow, key=key)
    assert (row.state, row.decided_by, row.decision_reason) == ("REJECTED", "sunhong", "The board said 60")
    approve(bank, propose(bank, 60))
    assert seen(bank, key).review["differences"][0]["rules"][0]["cells"][0]["old"] == "50"


def test_a_version_is_taken_back_before_it_takes_effect_but_not_after(bank: Desk) -> None:
    key = propose(bank, 70, days=2)
    approve(bank, key)
    bank.perform(withdraw_table, APPROVER, key, "The order was postponed")
    bank.clock.move(timedelta(days=3))
    assert decided(bank) == (1, 50)
    late = propose(bank, 80)
    approve(bank, late)
    with pytest.raises(ConflictError, match="not in force yet"):
        bank.perform(withdraw_table, APPROVER, late, "oh")
    assert decided(bank) == (3, 80)


def test_only_its_author_takes_a_proposal_back(bank: Desk) -> None:
    key = propose(bank, 70)
    with pytest.raises(ForbiddenError, match="'liuyang' to take the proposal back"):
        bank.perform(withdraw_table, Actor("zhaolei", scopes=AUTHOR.scopes), key, "mine is better")
    bank.perform(withdraw_table, AUTHOR, key, "a mistake")
    with pytest.raises(ConflictError, match="it is withdrawn"):
        approve(bank, key)


def test_failed_tests_keep_a_table_back(bank: Desk) -> None:
    key = propose(bank, 70, tests=TESTS.format(60))
    assert seen(bank, key).review["tests"]["passed"] == 1
    with pytest.raises(TableNotReadyError, match="Expected 60, but got 70"):
        approve(bank, key)
    assert decided(bank) == (1, 50)


def test_the_next_version_is_tested_by_the_scenarios_released_last(bank: Desk) -> None:
    approve(bank, propose(bank, 70, tests=TESTS.format(70)))
    with pytest.raises(TableNotReadyError, match="Expected 70, but got 90"):
        approve(bank, propose(bank, 90))
    approve(bank, propose(bank, 90, tests=TESTS.format(90)))
    assert decided(bank)[1] == 90


def test_a_proposal_that_was_compared_with_another_version_must_be_looked_at_again(bank: Desk) -> None:
    first, second = propose(bank, 60), propose(bank, 70)
    base = int(seen(bank, second).review["base"]["key"])
    approve(bank, first)
    with pytest.raises(ConflictError, match="another will be in force"):
        bank.perform(approve_table, APPROVER, second, base_key=base)
    approve(bank, second)
    assert decided(bank) == (3, 70)


def test_nothing_is_approved_that_a_version_approved_for_later_would_undo_unseen(bank: Desk) -> None:
    approve(bank, propose(bank, 60, days=5))
    with pytest.raises(ConflictError, match="version 2 takes effect"):
        approve(bank, propose(bank, 70, days=1))
    approve(bank, propose(bank, 70, days=6))
    bank.clock.move(timedelta(days=7))
    assert decided(bank) == (3, 70)


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"file": "limits.bpmn"}, "file"),
        ({"tests_file": "other.tests.csv", "tests": "x"}, "testsFile"),
        ({"content": b"<definitions/>"}, ""),
        ({"content": limits(50)}, ""),
    ],
)
def test_what_is_no_change_of_a_table_is_not_proposed(bank: Desk, changes: dict[str, Any], wrong: str) -> None:
    files = TableFiles(**({"file": "limits.dmn", "content": limits(70)} | changes))
    with pytest.raises((InvalidInputError, ConflictError)) as refused:
        bank.perform(propose_table, AUTHOR, TableProposal(files, "why"))
    assert not wrong or wrong in getattr(refused.value, "fields", {})


def test_where_four_eyes_are_asked_for_a_deployment_changes_no_table(database: Any) -> None:
    desk = Desk(database.url, table_release="four-eyes")
    desk.deploy(limits__dmn=limits(50))
    with pytest.raises(
        DeploymentRefusedError, match=r"limits\.dmn: Expected the table limit as it is in force.*/tables"
    ):
        desk.deploy(limits__dmn=limits(70))
    approve(desk, propose(desk, 70))
    desk.deploy(limits__dmn=limits(70), note__txt="with another file")
    with pytest.raises(DeploymentRefusedError):
        desk.deploy(limits__dmn=limits(50))
    assert decided(desk)[1] == 70
    desk.close()


@pytest.fixture
def strict(database: Any) -> Iterator[Desk]:
    with open_desk(database.url, table_release="four-eyes") as desk:
        yield desk


def asking(decision_id: str, process_id: str = "p") -> Node:
    called = zeebe("calledDecision", decisionId=decision_id, resultVariable="r")
    return process(activity("businessRuleTask", "ask", ext=(called,)), flows="s -> ask -> e", ident=process_id)


def test_where_four_eyes_are_asked_for_nobody_alone_brings_a_new_table_that_something_asks(strict: Desk) -> None:
    strict.deploy(asking("limit"))
    with pytest.raises(DeploymentRefusedError, match=r"limits\.dmn: .*nothing asks yet, but ask of the process p does"):
        strict.deploy(limits__dmn=limits(50))
    approve(strict, propose(strict, 50))
    assert decided(strict) == (1, 50)
    for one in ("clocks", "field_access"):
        with pytest.raises(DeploymentRefusedError, match="but the product does"):
            strict.deploy(own__dmn=limits(50).replace(b'"limit"', f'"{one}"'.encode()))


def test_where_four_eyes_are_asked_for_a_bundle_brings_tables_of_its_own_but_none_to_what_runs(strict: Desk) -> None:
    strict.deploy(asking("limit"), limits__dmn=limits(50))
    second = limits(70).replace(b'"limit"', b'"other"')
    with pytest.raises(DeploymentRefusedError, match="ask of the process p does"):
        strict.deploy(asking("other"), other__dmn=second)
    strict.deploy(asking("other", "q"), other__dmn=second)
    strict.deploy(asking("=chosen", "any"))
    with pytest.raises(DeploymentRefusedError, match="ask of the process any does"):
        strict.deploy(third__dmn=limits(1).replace(b'"limit"', b'"third"'))


def test_where_four_eyes_are_asked_for_the_shipped_tables_are_installed_once(strict: Desk) -> None:
    shipped = {f"{path.stem}__dmn": path.read_bytes() for path in (ROOT / "dmn").glob("*.dmn")}
    strict.deploy(**shipped)
    proposal = TableFiles("severity.dmn", shipped["severity__dmn"].replace("严重".encode(), "极严重".encode()))
    key = strict.perform(propose_table, AUTHOR, TableProposal(proposal, "why"))
    assert seen(strict, key).review["base"]["version"] == 1
    with pytest.raises(DeploymentRefusedError, match="as it is in force"):
        strict.deploy(severity__dmn=proposal.content)


def test_of_two_who_approve_at_once_one_releases_and_the_other_is_told(bank: Desk) -> None:
    key = propose(bank, 70)
    base = int(seen(bank, key).review["base"]["key"])
    both = [APPROVER, Actor("zhaolei", scopes=APPROVER.scopes)]

    def decide(actor: Actor) -> bool:
        try:
            bank.perform(approve_table, actor, key, base_key=base)
        except ConflictError:
            return False
        return True

    with ThreadPoolExecutor(2) as pool:
        assert sorted(pool.map(decide, both)) == [False, True]
    assert [row.version for row in bank.rows(DecisionDefinitionRow)] == [1, 2]


def test_where_four_eyes_are_asked_for_nobody_alone_deletes_a_table_that_something_asks(strict: Desk) -> None:
    strict.deploy(limits__dmn=limits(50))
    (first,) = strict.rows(DecisionRequirementsRow)
    called = zeebe("calledDecision", decisionId="limit", resultVariable="r")
    ask = activity("businessRuleTask", "ask", ext=(called,))
    strict.deploy(process(work_for("wait"), ask, flows="s -> wait -> ask -> e"))
    strict.start()
    (version,) = strict.rows(ProcessDefinitionRow)
    for _ in range(2):  # whether or not the process may start anew: what runs will ask
        with pytest.raises(ConflictError, match="ask of the process p asks limit"):
            strict.perform(delete_resource, BOSS, first.key)
        if strict.rows(ProcessDefinitionRow)[0].deleted_at is None:
            strict.perform(delete_resource, BOSS, version.key)
    strict.complete("wait", amount=1)
    strict.perform(delete_resource, BOSS, first.key)
