"""Rejects a proposed version of a decision table, with the reason its author is told."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.table_releases import REJECTED, RELEASE, require_open, require_second_person
from app.errors import InvalidInputError
from app.services.read_tables import get_release
from app.services.record_audit import record_audit
from app.services.review_table import files_of, review_table
from app.services.unit_of_work import UnitOfWork
from app.storage.table_releases import write_table_release


def reject_table(work: UnitOfWork, actor: Actor, key: int, reason: str) -> None:
    """Reject another's proposal, and keep what was seen of it.

    Raises ForbiddenError, NotFoundError, ConflictError where it was decided on, InvalidInputError without a reason.
    """
    require_scope(actor, RELEASE)
    release = get_release(work, key, lock=True)
    require_second_person(actor, release.proposed_by)
    require_open(release.state)
    if not reason.strip():
        raise InvalidInputError("Expected a reason to reject a proposal, but there is none", {"reason": ["Required"]})
    review = review_table(work, files_of(release), max(release.effective_at or work.now, work.now))
    decided = {"state": REJECTED, "decided_by": actor.username, "decided_at": work.now, "decision_reason": reason}
    write_table_release(work.connection, key, decided | {"review": review})
    record_audit(work, actor, "UPDATE", "RESOURCE", key, details={"rejected": release.file})
