"""Takes a merge of customers back: each is again who it was, with what has come to it since."""

from __future__ import annotations

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.errors import ConflictError, InvalidInputError, NotFoundError
from app.services.merge_customers import MERGE, branch_of, hold_customers
from app.services.record_audit import record_audit
from app.services.see_customer import see_customer
from app.services.unit_of_work import UnitOfWork
from app.storage.customer_merges import find_merge, undo_merge
from app.storage.customers import change_customer, set_root


def unmerge_customers(work: UnitOfWork, actor: Actor, merge_key: int, *, reason: str) -> int:
    """Undo one merge; returns the key of the customer that stands by itself again.

    The rule: what each had before, it has again. A complaint filed since, an identity learned since or a tag set since
    belongs to the one whose identity it came with (of several, the one that proves most, then the one known longer);
    merges made before or after this one, of others, stay. Raises ForbiddenError, NotFoundError, InvalidInputError
    without a reason, ConflictError for a merge that was undone before.
    """
    require_scope(actor, MERGE)
    if not reason.strip():
        raise InvalidInputError("Expected a reason to take the merge back, but there is none", {"reason": ["Needed"]})
    hold_customers(work)
    merge = find_merge(work.connection, merge_key)
    if merge is None:
        raise NotFoundError(f"Expected a merge {merge_key}, but there is none")
    see_customer(work, actor, merge.stays_key)
    if merge.undone_at is not None:
        raise ConflictError(f"Expected a merge that holds, but {merge_key} was undone before")
    goes: int = merge.goes_key
    branch = branch_of(work, goes)
    change_customer(work.connection, goes, {"merged_into": None})
    set_root(work.connection, branch, goes)
    undo_merge(
        work.connection,
        merge_key,
        {"undone_at": work.now, "undone_by": actor.username, "undone_reason": reason.strip()},
    )
    details = {"customerUnmerged": str(goes), "from": str(merge.stays_key)}
    record_audit(work, actor, "UPDATE", "RESOURCE", goes, details=details)
    return goes
