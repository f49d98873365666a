"""Says which account a complaint is about, or that a name in it means somebody else (回避).

For compliance: naming somebody hides the complaint from them, so it is not for whoever handles it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import Actor
from app.domain.field_access import Shown
from app.domain.recusal import Relation
from app.domain.redaction import mask_text
from app.domain.sight import OVERSEE
from app.errors import InvalidInputError
from app.services.mark_recusals import mark_again
from app.services.record_audit import record_audit
from app.services.see_complaint import see_complaint
from app.services.show_fields import FieldRights, own_steps
from app.services.unit_of_work import UnitOfWork
from app.storage.access_events import RECUSAL, add_access_event
from app.storage.accounts import find_any_account
from app.storage.complaint_recusals import CHOSEN, CLEARED, list_recusals, write_recusal
from app.storage.complaints import add_event

STAFF = "staff"
"""The kind of field that names staff, as the table `field_access` calls it."""


def name_respondent(
    work: UnitOfWork, actor: Actor, number: str, username: str, *, is_respondent: bool, reason: str
) -> None:
    """Record that the complaint is about this account, or that it is not; who is recused is worked out anew.

    Needs the scope `oversee`. Raises ForbiddenError, NotFoundError, InvalidInputError for nobody, oneself or no reason.
    """
    require_scope(actor, OVERSEE)
    complaint = see_complaint(work, actor, number)
    if not reason.strip():
        raise InvalidInputError("Expected a reason, but there is none", {"reason": ["missing"]})
    if username == actor.username or find_any_account(work.connection, username) is None:
        raise InvalidInputError(f"Expected another's account, but got '{username}'", {"username": ["unknown"]})
    row = {"username": username, "complaint_key": complaint.key, "relation": str(Relation.RESPONDENT), "hidden": False}
    row |= {"source": CHOSEN if is_respondent else CLEARED, "set_by": actor.username, "set_at": work.now}
    write_recusal(work.connection, row)
    mark_again(work, complaint)
    _record(work, actor, complaint, username, "respondent" if is_respondent else "not-respondent", reason)


def read_recusals(work: UnitOfWork, actor: Actor, number: str) -> Sequence[Row[Any]]:
    """Return who is recused from a complaint and who was cleared: rows, by username.

    For compliance, which answers for it, and for whom the table `field_access` lets read the names of staff; else none.
    """
    complaint = see_complaint(work, actor, number, only_read=True)
    if OVERSEE in actor.scopes:
        return list_recusals(work.connection, complaint.key)
    right_to = FieldRights(work, actor).on(own_steps(work.connection, actor, [number]).get(number))
    is_readable = right_to(STAFF).shown is Shown.READABLE
    return list_recusals(work.connection, complaint.key) if is_readable else ()


def _record(work: UnitOfWork, actor: Actor, complaint: Row[Any], username: str, kind: str, reason: str) -> None:
    line = {"key": work.next_key(), "complaint_key": complaint.key, "at": work.now, "actor": actor.username}
    add_event(work.connection, {**line, "kind": kind, "details": {}})  # the name is not for whoever sees the timeline
    details = {"complaint": complaint.number, kind: username}
    record_audit(work, actor, "UPDATE", "RESOURCE", complaint.key, instance_key=complaint.instance_key, details=details)
    said = {"kind": RECUSAL, "what": f"{kind}: {username}", "reason": mask_text(reason.strip())}
    event = {**line, **said, "key": work.next_key(), "purpose": None, "expires_at": None, "once": None}
    add_access_event(work.connection, event)
