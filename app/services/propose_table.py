"""Proposes a version of a decision table, for another person to decide on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.dmn.table_tests import read_suite
from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.table_releases import PROPOSE, PROPOSED
from app.errors import ConflictError, InvalidInputError
from app.services.deploy_resources import read_files
from app.services.read_resource import ResourceFile
from app.services.record_audit import record_audit
from app.services.review_table import TESTS_SUFFIXES, TableFiles, review_table
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import DecisionRequirementsRow
from app.storage.table_releases import add_table_release

LONGEST_NAME = 255
LONGEST_REASON = 4000


@dataclass(frozen=True)
class TableProposal:
    """A version somebody wants: its files, why, and from when on (None: as soon as it is approved)."""

    files: TableFiles
    reason: str
    effective_at: datetime | None = None


def propose_table(work: UnitOfWork, actor: Actor, proposal: TableProposal) -> int:
    """Keep a proposal, and return its key; nothing takes effect.

    Raises ForbiddenError without the right to propose, InvalidInputError (with fields), DeploymentRefusedError with
    every problem of the file, SuiteError for scenarios that cannot be read, ConflictError where nothing would change.
    """
    require_scope(actor, PROPOSE)
    _check(work, proposal)
    files = proposal.files
    (read,) = read_files([ResourceFile(files.file, files.content)])
    graph = next(one for one in read.declared if one.table is DecisionRequirementsRow)
    if files.tests_file is not None and files.tests is not None:
        read_suite(files.tests, file=files.tests_file)
    review = review_table(work, files, proposal.effective_at or work.now)
    if review["base"] is not None and not review["differences"] and files.tests is None:
        raise ConflictError(f"Expected {files.file} to change something, but it decides as the version in force does")
    key = work.next_key()
    row = {
        "key": key,
        "table_id": graph.id,
        "name": graph.name or graph.id,
        "file": files.file,
        "content": files.content,
        "tests_file": files.tests_file,
        "tests": files.tests,
        "reason": proposal.reason,
        "state": PROPOSED,
        "effective_at": proposal.effective_at,
        "proposed_by": actor.username,
        "proposed_at": work.now,
        "decided_by": None,
        "decided_at": None,
        "decision_reason": None,
        "withdrawn_by": None,
        "withdrawn_at": None,
        "withdrawal_reason": None,
        "review": None,
        "deployment_key": None,
    }
    add_table_release(work.connection, row)
    # Camunda's audit log has no name of its own for a proposal.
    record_audit(work, actor, "CREATE", "RESOURCE", key, details={"proposed": files.file})
    return key


def _check(work: UnitOfWork, proposal: TableProposal) -> None:
    files = proposal.files
    wrong: dict[str, list[str]] = {}
    if not files.file.endswith(".dmn") or len(files.file) > LONGEST_NAME or "\x00" in files.file:
        wrong["file"] = ["A file name ending in .dmn"]
    stem = files.file.removesuffix(".dmn")
    if files.tests_file is not None and files.tests_file not in {stem + suffix for suffix in TESTS_SUFFIXES}:
        wrong["testsFile"] = [f"One of {', '.join(stem + suffix for suffix in TESTS_SUFFIXES)}"]
    if not 0 < len(proposal.reason.strip()) <= LONGEST_REASON:
        wrong["reason"] = ["Why the table changes"]
    if proposal.effective_at is not None and proposal.effective_at < work.now:
        wrong["effectiveAt"] = ["Not in the past"]
    if wrong:
        told = "; ".join(f"{name}: {said[0]}" for name, said in wrong.items())
        raise InvalidInputError(f"Expected a proposal that is complete, but {told}", wrong)
