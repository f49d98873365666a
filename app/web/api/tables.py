"""Decision tables: what is in force, what is proposed, and the second person's decision on it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.table_releases import STATES
from app.services.approve_table import approve_table
from app.services.propose_table import TableProposal, propose_table
from app.services.read_tables import (
    ReleaseView,
    Table,
    TableVersion,
    list_releases,
    read_release,
    read_table,
    read_tables,
)
from app.services.reject_table import reject_table
from app.services.review_table import TableFiles
from app.services.withdraw_table import withdraw_table
from app.web import wire
from app.web.api.blueprint import ProductBlueprint, asking
from app.web.authentication import runtime

blueprint = ProductBlueprint("tables", "Decision tables, their versions, and proposals to change them")

VERSION = wire.result(
    "TableVersion",
    {
        "key": wire.key(),
        "version": wire.whole(),
        "standing": wire.one_of("in-force", "scheduled", "past", "taken-back"),
        "effectiveAt": wire.instant(null=True),
        "deployedAt": wire.instant(),
        "deployedBy": wire.text(),
    },
)
TABLE_MEMBERS: wire.Names = {
    "id": wire.text(),
    "name": wire.text(),
    "file": wire.text(),
    "decisions": wire.many(wire.text()),
    "inForce": wire.nested(VERSION, null=True),
    "scheduled": wire.nested(VERSION, null=True),
    "proposals": wire.whole(),
}
TABLE = wire.result("DecisionTable", TABLE_MEMBERS)
TABLE_HISTORY = wire.result("DecisionTableHistory", {**TABLE_MEMBERS, "versions": wire.many(VERSION)})
RELEASE_MEMBERS: wire.Names = {
    "key": wire.key(),
    "table": wire.text(),
    "name": wire.text(),
    "file": wire.text(),
    "testsFile": wire.text(null=True),
    "reason": wire.text(),
    "state": wire.one_of(*STATES),
    "effectiveAt": wire.instant(null=True),
    "proposedBy": wire.text(),
    "proposedAt": wire.instant(),
    "decidedBy": wire.text(null=True),
    "decidedAt": wire.instant(null=True),
    "decisionReason": wire.text(null=True),
    "withdrawnBy": wire.text(null=True),
    "withdrawnAt": wire.instant(null=True),
    "withdrawalReason": wire.text(null=True),
    "deploymentKey": wire.key(null=True),
}
RELEASE = wire.result("TableRelease", RELEASE_MEMBERS)
BASE = wire.result("TableReleaseBase", {"key": wire.text(), "id": wire.text(), "version": wire.whole()})
TESTS = wire.result(
    "TableTestResults",
    {
        "file": wire.text(null=True),
        "passed": wire.whole(),
        "failed": wire.many(wire.a_map()),
        "missed": wire.many(wire.a_map()),
        "problem": wire.text(null=True),
    },
)
OPEN_CLOCKS = wire.result(
    "OpenClocksUnderATable",
    {"open": wire.whole(), "compared": wire.whole(), "moved": wire.many(wire.a_map())},
)
REVIEW = wire.result(
    "TableReview",
    {
        "base": wire.nested(BASE, null=True),
        "differences": wire.many(wire.a_map()),
        "findings": wire.many(wire.a_map()),
        "tests": wire.nested(TESTS),
        "openClocks": wire.nested(OPEN_CLOCKS, null=True),
    },
)
REVIEWED = wire.result("ReviewedTableRelease", {**RELEASE_MEMBERS, "review": wire.nested(REVIEW)})
PROPOSAL = wire.shape(
    "TableProposal",
    {
        "file": wire.text(required=True, shortest=5, longest=255),
        "text": wire.text(required=True, shortest=1, longest=2_000_000),
        "testsFile": wire.text(null=True, longest=255),
        "tests": wire.text(null=True, longest=2_000_000),
        "effectiveAt": wire.instant(null=True),
        "reason": wire.text(required=True, shortest=1, longest=4000),
    },
)
KEY = wire.result("TableReleaseKey", {"key": wire.key()})
APPROVAL = wire.shape("TableApproval", {"baseKey": wire.key(null=True), "reason": wire.text(longest=4000)})
REASON = wire.shape("TableReleaseReason", {"reason": wire.text(required=True, shortest=1, longest=4000)})
STATE_QUERY = wire.shape("TableReleaseQuery", {"state": wire.one_of(*STATES)})


@blueprint.operation("GET", "/tables", TABLE, many=True)
def tables() -> list[dict[str, Any]]:
    """List the decision tables with the version in force and the one that takes effect next."""
    return [_table(table) for table in runtime().perform(read_tables, asking())]


@blueprint.operation("GET", "/tables/<string:table_id>", TABLE_HISTORY)
def table(table_id: str) -> dict[str, Any]:
    """Read a decision table with every version it had, or will have."""
    found = runtime().perform(read_table, asking(), table_id)
    return {**_table(found), "versions": [_version(one) for one in found.versions]}


@blueprint.operation("GET", "/table-releases", RELEASE, many=True, query=STATE_QUERY)
def releases(query: dict[str, Any]) -> list[dict[str, Any]]:
    """List proposals, the newest first; `state` narrows them."""
    return [_release(row) for row in runtime().perform(list_releases, asking(), query.get("state"))]


@blueprint.operation("POST", "/table-releases", KEY, status=201, body=PROPOSAL)
def propose(body: dict[str, Any]) -> dict[str, Any]:
    """Propose a version of a table; it takes effect once another approved it, at `effectiveAt` or at once."""
    files = TableFiles(body["file"], body["text"].encode(), body.get("testsFile"), body.get("tests"))
    proposal = TableProposal(files, body["reason"], body.get("effectiveAt"))
    return {"key": runtime().perform(propose_table, asking(), proposal)}


@blueprint.operation("GET", "/table-releases/<int:key>", REVIEWED)
def release(key: int) -> dict[str, Any]:
    """Read a proposal with its difference, the analysis' findings and the tests' results."""
    return _reviewed(runtime().perform(read_release, asking(), key))


@blueprint.operation("POST", "/table-releases/<int:key>/approval", REVIEWED, body=APPROVAL)
def approve(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Approve another's proposal; `baseKey` is the version its review compared it with."""
    runtime().perform(approve_table, asking(), key, base_key=body.get("baseKey"), reason=body.get("reason", ""))
    return _reviewed(runtime().perform(read_release, asking(), key))


@blueprint.operation("POST", "/table-releases/<int:key>/rejection", REVIEWED, body=REASON)
def reject(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Reject another's proposal."""
    runtime().perform(reject_table, asking(), key, body["reason"])
    return _reviewed(runtime().perform(read_release, asking(), key))


@blueprint.operation("POST", "/table-releases/<int:key>/withdrawal", REVIEWED, body=REASON)
def withdraw(body: dict[str, Any], key: int) -> dict[str, Any]:
    """Take back one's own proposal, or an approved version before it takes effect."""
    runtime().perform(withdraw_table, asking(), key, body["reason"])
    return _reviewed(runtime().perform(read_release, asking(), key))


def _table(found: Table) -> dict[str, Any]:
    return {
        "id": found.id,
        "name": found.name,
        "file": found.file,
        "decisions": list(found.decisions),
        "inForce": None if found.in_force is None else _version(found.in_force),
        "scheduled": None if found.scheduled is None else _version(found.scheduled),
        "proposals": found.proposed,
    }


def _version(one: TableVersion) -> dict[str, Any]:
    return {
        "key": one.key,
        "version": one.version,
        "standing": one.standing,
        "effectiveAt": one.effective_at,
        "deployedAt": one.deployed_at,
        "deployedBy": one.deployed_by,
    }


def _reviewed(view: ReleaseView) -> dict[str, Any]:
    return {**_release(view.row), "review": view.review}


def _release(row: Row[Any]) -> dict[str, Any]:
    return {
        "key": row.key,
        "table": row.table_id,
        "name": row.name,
        "file": row.file,
        "testsFile": row.tests_file,
        "reason": row.reason,
        "state": row.state,
        "effectiveAt": row.effective_at,
        "proposedBy": row.proposed_by,
        "proposedAt": row.proposed_at,
        "decidedBy": row.decided_by,
        "decidedAt": row.decided_at,
        "decisionReason": row.decision_reason,
        "withdrawnBy": row.withdrawn_by,
        "withdrawnAt": row.withdrawn_at,
        "withdrawalReason": row.withdrawal_reason,
        "deploymentKey": row.deployment_key,
    }
