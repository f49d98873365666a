"""Takes a version of a decision table back before it takes effect."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.table_releases import APPROVED, PROPOSE, RELEASE, WITHDRAWN, require_open
from app.errors import ConflictError, ForbiddenError, InvalidInputError
from app.services.read_tables import get_release
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.storage.deployments import take_decisions_back, take_deployment_mark
from app.storage.table_releases import write_table_release


def withdraw_table(work: UnitOfWork, actor: Actor, key: int, reason: str) -> None:
    """Take back one's own proposal, or, with the right to release, an approved version that is not in force yet.

    A version taken back keeps its number and never comes into force. Raises ForbiddenError, NotFoundError,
    ConflictError where it is too late, InvalidInputError without a reason.
    """
    take_deployment_mark(work.connection)
    release = get_release(work, key, lock=True)
    if not reason.strip():
        raise InvalidInputError("Expected a reason to take a version back, but there is none", {"reason": ["Required"]})
    if release.state == APPROVED:
        require_scope(actor, RELEASE)
        if release.effective_at <= work.now:
            raise ConflictError(
                f"Expected a version that is not in force yet, but it has been since {release.effective_at.isoformat()}"
            )
        take_decisions_back(work.connection, release.deployment_key)
    else:
        require_scope(actor, PROPOSE)
        require_open(release.state)
        if actor.username != release.proposed_by:
            raise ForbiddenError(f"Expected '{release.proposed_by}' to take the proposal back, but it is somebody else")
    ended = {"withdrawn_by": actor.username, "withdrawn_at": work.now, "withdrawal_reason": reason}
    write_table_release(work.connection, key, {"state": WITHDRAWN, **ended})
    record_audit(work, actor, "UPDATE", "RESOURCE", key, details={"withdrawn": release.file})
