"""Says that two customers are one person: the one known longer stands for both, and nothing of either is moved."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import InvalidInputError, NotFoundError
from app.services.record_audit import record_audit
from app.services.see_customer import see_customer
from app.services.unit_of_work import UnitOfWork
from app.storage.complaints import take_sequence
from app.storage.customer_merges import ACCEPTED, add_merge, decide_proposal, list_proposals_about
from app.storage.customers import change_customer, find_customer, list_parts, set_root

MERGE = "merge"
"""The scope."""


def merge_customers(work: UnitOfWork, actor: Actor, key: int, other: int, *, reason: str) -> int:
    """Merge the customers that these two keys stand for; returns the key of the one that stands for both.

    Its identities, complaints and tags are all of the merged from now on; which came from whom stays known, so that
    `unmerge_customers` takes them apart as they were. Open proposals between the two are accepted by it. Raises
    ForbiddenError, NotFoundError, InvalidInputError for one person named twice or no reason.
    """
    require_scope(actor, MERGE)
    if not reason.strip():
        raise InvalidInputError("Expected a reason for the merge, but there is none", {"reason": ["Needed"]})
    hold_customers(work)
    one, two = (see_customer(work, actor, each)[0].root_key for each in (key, other))
    if one == two:
        raise InvalidInputError(f"Expected two customers to merge, but {key} and {other} are one")
    stays, goes = sorted((int(one), int(two)))
    pairs = [{row.key for row in list_parts(work.connection, root)} for root in (stays, goes)]
    change_customer(work.connection, goes, {"merged_into": stays})
    set_root(work.connection, pairs[1], stays)
    merge = {"key": work.next_key(), "stays_key": stays, "goes_key": goes, "reason": reason.strip()}
    undone = {"undone_at": None, "undone_by": None, "undone_reason": None}
    add_merge(work.connection, {**merge, "by": actor.username, "at": work.now, **undone})
    decided = {"state": ACCEPTED, "decided_by": actor.username, "decided_at": work.now}
    for row in list_proposals_about(work.connection, pairs[0]):
        if {row.one_key, row.other_key} & pairs[1]:
            decide_proposal(work.connection, row.one_key, row.other_key, decided)
    details = {"customerMerged": str(goes), "into": str(stays)}
    record_audit(work, actor, "UPDATE", "RESOURCE", stays, details=details)
    return stays


def hold_customers(work: UnitOfWork) -> None:
    """Wait for whoever makes or merges customers just now, and let others wait until this transaction ends."""
    take_sequence(work.connection, work.now.astimezone(work.runtime.zone).year, 0)


def branch_of(work: UnitOfWork, key: int) -> set[int]:
    """Return a customer with everybody that was merged into it, and into them."""
    found = find_customer(work.connection, key)
    if found is None:
        raise NotFoundError(f"Expected a customer {key}, but there is none")
    rows = list_parts(work.connection, found.root_key)
    branch, size = {key}, 0
    while size != len(branch):
        size = len(branch)
        branch |= {row.key for row in rows if row.merged_into in branch}
    return branch
