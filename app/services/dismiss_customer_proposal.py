"""Says that two customers who share an identity are two people; they are not proposed again."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, NotFoundError
from app.services.merge_customers import MERGE
from app.services.record_audit import record_audit
from app.services.see_customer import see_customer
from app.services.unit_of_work import UnitOfWork
from app.storage.customer_merges import DISMISSED, OPEN, decide_proposal, find_proposal


def dismiss_customer_proposal(work: UnitOfWork, actor: Actor, key: int, other: int) -> None:
    """Dismiss the proposal about two customers.

    Raises ForbiddenError, NotFoundError where nothing was proposed, ConflictError where it was decided before.
    """
    require_scope(actor, MERGE)
    see_customer(work, actor, key)
    found = find_proposal(work.connection, key, other)
    if found is None:
        raise NotFoundError(f"Expected a proposal about {key} and {other}, but there is none")
    if found.state != OPEN:
        raise ConflictError(f"Expected an open proposal, but it was decided by {found.decided_by}")
    decided = {"state": DISMISSED, "decided_by": actor.username, "decided_at": work.now}
    decide_proposal(work.connection, key, other, decided)
    record_audit(work, actor, "UPDATE", "RESOURCE", key, details={"notTheSameAs": str(other)})
