"""Proposes many complaints on one matter as major (群体性投诉), and raises them where people accept it.

How many are enough is the rule's affair (`dmn/on_complaint_filed.dmn`, action `propose_major`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Row

from app.domain.access import require_scope
from app.domain.actor import SYSTEM, Actor
from app.domain.likeness import ALIKE, likeness
from app.errors import ConflictError, NotFoundError
from app.services.find_similar_complaints import NEAR
from app.services.leave_notices import NoticeRequest, leave_notices
from app.services.record_audit import record_audit
from app.services.unit_of_work import UnitOfWork
from app.services.update_user_task import update_user_task
from app.storage.automation import list_open_tasks_of, set_complaint_flag
from app.storage.complaints import add_event, find_complaint_by_key
from app.storage.matters import (
    DISMISSED,
    PROPOSED,
    RAISED,
    add_group,
    add_members,
    decide_group,
    find_group_of,
    list_marked,
    list_marks,
    list_members_of,
    list_proposed_groups,
    lock_group,
)

MAJOR = "major"
"""The flag of a complaint that was raised."""

RAISED_PRIORITY = 90
OVERSEE = "oversee"
TEMPLATE = "major_proposed"
TOLD = "consumer_protection"


def list_same_matter(work: UnitOfWork, complaint: Row[Any]) -> Sequence[Row[Any]]:
    """Return the complaints of the last 30 days that tell alike of the same product line, this one included."""
    marks = [row.mark for row in list_marks(work.connection, complaint.key)]
    rows = {complaint.key: complaint} | {row.key: row for row in list_marked(work.connection, marks)}
    return [
        row
        for row in rows.values()
        if row.key == complaint.key
        or (
            row.received_at >= complaint.received_at - NEAR
            and row.product_line == complaint.product_line
            and row.merged_into is None
            and likeness(row.fingerprint, complaint.fingerprint) >= ALIKE
        )
    ]


def propose_major(work: UnitOfWork, complaint_key: int) -> int | None:
    """Put a complaint and its like into their group, a new one where there is none; returns the group's key.

    A new group is a proposal: people are told. A complaint that joins a raised group is raised with it.
    """
    complaint = find_complaint_by_key(work.connection, complaint_key)
    if complaint is None:
        return None
    alike = [row.key for row in list_same_matter(work, complaint)]
    group = find_group_of(work.connection, alike)
    if group is None:
        key = work.next_key()
        add_group(
            work.connection,
            {"key": key, "state": PROPOSED, "found_at": work.now, "decided_by": None, "decided_at": None},
        )
        parameters = {"number": complaint.number, "count": len(alike)}
        leave_notices(
            work,
            NoticeRequest(f"matter:{key}", TEMPLATE, (TOLD,), parameters, complaint_key=complaint.key),
        )
    else:
        key = group.key
    new = add_members(work.connection, key, alike, work.now)
    if group is not None and group.state == RAISED:
        _raise(work, SYSTEM, new, key)
    return key


def list_proposed(work: UnitOfWork, actor: Actor) -> list[tuple[Row[Any], Sequence[Row[Any]]]]:
    """Return the groups that wait for a decision, each with its complaints. Raises ForbiddenError."""
    require_scope(actor, OVERSEE)
    groups = list_proposed_groups(work.connection)
    return [(group, list_members_of(work.connection, group.key)) for group in groups]


def decide_major(work: UnitOfWork, actor: Actor, group_key: int, *, accepted: bool) -> int:
    """Accept a proposal, which flags its complaints as major and raises their tasks, or dismiss it; returns how many.

    Raises ForbiddenError, NotFoundError, ConflictError where it was decided before.
    """
    require_scope(actor, OVERSEE)
    group = lock_group(work.connection, group_key)
    if group is None:
        raise NotFoundError(f"Expected a group of complaints {group_key}, but there is none")
    if group.state != PROPOSED:
        raise ConflictError(f"Expected a proposal, but it was decided by {group.decided_by}")
    state = RAISED if accepted else DISMISSED
    decided = {"state": state, "decided_by": actor.username, "decided_at": work.now}
    decide_group(work.connection, group_key, decided)
    members = [row.key for row in list_members_of(work.connection, group_key)]
    if accepted:
        _raise(work, actor, members, group_key)
    record_audit(work, actor, "UPDATE", "RESOURCE", group_key, details={"matterGroup": state, "size": len(members)})
    return len(members)


def _raise(work: UnitOfWork, actor: Actor, complaints: Collection[int], group_key: int) -> None:
    for key in complaints:
        complaint = find_complaint_by_key(work.connection, key)
        if complaint is None or complaint.ended_at is not None:
            continue
        set_complaint_flag(work.connection, key, MAJOR, work.now)
        line = {"key": work.next_key(), "complaint_key": key, "at": work.now, "actor": actor.username}
        add_event(work.connection, {**line, "kind": "raised-major", "details": {"group": str(group_key)}})
        tasks = [] if complaint.instance_key is None else list_open_tasks_of(work.connection, complaint.instance_key)
        for task in tasks:
            if task.priority < RAISED_PRIORITY:
                update_user_task(work, SYSTEM, task.key, {"priority": RAISED_PRIORITY})
                work.writes.flush()
