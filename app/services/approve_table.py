"""Approves a proposed version of a decision table: the second pair of eyes, and the instant it takes effect."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.table_releases import (
    APPROVED,
    RELEASE,
    TableNotReadyError,
    blockers,
    require_open,
    require_second_person,
)
from app.errors import ConflictError
from app.services.deploy_resources import read_files, store_files
from app.services.read_resource import ReadResource, ResourceFile
from app.services.read_tables import get_release
from app.services.review_table import files_of, review_table
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import DecisionDefinitionRow, list_decision_versions, take_deployment_mark
from app.storage.table_releases import write_table_release


def approve_table(work: UnitOfWork, actor: Actor, key: int, *, base_key: int | None, reason: str = "") -> None:
    """Release a proposed version from the instant it asks for, or at once where that has passed.

    `base_key` is the version the approver compared it with. Raises ForbiddenError without the right or for one's own
    proposal, NotFoundError, ConflictError where it was decided on, where another version took the base's place, or
    where one that was approved for later would undo it unseen, and TableNotReadyError with failed tests or errors.
    """
    require_scope(actor, RELEASE)
    take_deployment_mark(work.connection)  # before the row, as every deployment does; nobody changes a base meanwhile
    release = get_release(work, key, lock=True)
    require_second_person(actor, release.proposed_by)
    require_open(release.state)
    effective_at = max(release.effective_at or work.now, work.now)
    files = files_of(release)
    review = review_table(work, files, effective_at)
    seen = None if base_key is None else str(base_key)
    if (review["base"] or {}).get("key") != seen:
        raise ConflictError("Expected the version that the proposal was compared with, but another will be in force")
    keeping_back = blockers(review)
    if keeping_back:
        raise TableNotReadyError(f"Expected a table without errors and failed tests, but {'; '.join(keeping_back)}")
    read = read_files([ResourceFile(name, content) for name, content in files.named()])
    _refuse_overtaking(work, read, effective_at)
    deployment = store_files(work, actor, read, effective_at)
    decided = {"state": APPROVED, "decided_by": actor.username, "decided_at": work.now, "decision_reason": reason}
    kept = {"review": review, "deployment_key": deployment.key, "effective_at": effective_at}
    write_table_release(work.connection, key, decided | kept)


def _refuse_overtaking(work: UnitOfWork, read: Sequence[ReadResource], effective_at: datetime) -> None:
    for one in (one for resource in read for one in resource.declared if one.table is DecisionDefinitionRow):
        later = [row for row in list_decision_versions(work.connection, one.id) if row.effective_at > effective_at]
        if later:
            raise ConflictError(
                f"Expected no version of {one.id} to be approved for later, but version {later[0].version} takes "
                f"effect on {later[0].effective_at.isoformat()} and would undo this one: take it back first"
            )
