"""Merges two complaints about the same facts: the one received earlier goes on, the other keeps its trail and ends."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Row

from app.domain.actor import Actor
from app.domain.clocks import Superseded
from app.domain.complaint import ComplaintStatus
from app.errors import ConflictError, InvalidInputError
from app.services.instance_tree import InstanceTree
from app.services.kept_clocks import open_clocks, record_on
from app.services.record_audit import record_audit
from app.services.see_complaint import see_complaint
from app.services.unit_of_work import UnitOfWork
from app.storage.clocks import list_clocks, lock_complaint, write_due
from app.storage.complaint_access import add_access, list_subjects
from app.storage.complaint_recusals import take_over_recusals
from app.storage.complaints import add_event, change_status, set_merged
from app.storage.instances import lock_instance


def merge_complaints(work: UnitOfWork, actor: Actor, number: str, other: str, *, document: str) -> str:
    """Merge two complaints and return the number of the one that goes on: that with the earlier received stamp.

    The other's running clocks are superseded by those of the one that goes on, its process is ended, and both timelines
    say so; nothing of either is lost. Raises ForbiddenError, NotFoundError, InvalidInputError, and ConflictError when
    one of them was merged before.
    """
    if number == other:
        raise InvalidInputError(f"Expected two complaints to merge, but {number} is named twice")
    stays, goes = sorted(
        (see_complaint(work, actor, each) for each in (number, other)), key=lambda row: (row.received_at, row.key)
    )
    _end_process(work, actor, goes)  # first: whoever commands an instance takes its row before the complaint's
    stays, goes = (_lock(work, row) for row in (stays, goes))
    if stays.merged_into is not None or goes.merged_into is not None:
        raise ConflictError(f"Expected complaints that stand by themselves, but {number} or {other} was merged before")
    if stays.ended_at is not None and goes.ended_at is None:
        raise ConflictError(
            f"Expected {stays.number} still to be handled, but it has ended, and {goes.number} would be answered by "
            "nobody: record what the later one says as new facts of the earlier one first"
        )
    _supersede_clocks(work, actor, stays, goes, document)
    set_merged(work.connection, goes.key, stays.key)
    add_access(work.connection, stays.key, stays.received_at, list_subjects(work.connection, goes.key))
    take_over_recusals(work.connection, goes.key, stays.key)
    change_status(work.connection, goes.key, ComplaintStatus.ARCHIVED, goes.ended_at or work.now)
    for row, kind, told in ((stays, "merged", goes.number), (goes, "merged-into", stays.number)):
        write_due(work.connection, row.key)
        line = {"key": work.next_key(), "complaint_key": row.key, "at": work.now, "actor": actor.username}
        add_event(work.connection, {**line, "kind": kind, "details": {"complaint": told, "document": document}})
    details = {"merged": goes.number, "into": stays.number}
    record_audit(work, actor, "UPDATE", "RESOURCE", stays.key, instance_key=stays.instance_key, details=details)
    survivor: str = stays.number
    return survivor


def _lock(work: UnitOfWork, row: Row[Any]) -> Row[Any]:
    locked = lock_complaint(work.connection, row.key)
    assert locked is not None, f"complaint {row.number} was read before and is never deleted"
    return locked


def _end_process(work: UnitOfWork, actor: Actor, complaint: Row[Any]) -> None:
    found = None if complaint.instance_key is None else lock_instance(work.connection, complaint.instance_key)
    if found is None or found[0].state is None:
        return
    tree = InstanceTree(work, actor)
    run = tree.open_suspended(complaint.instance_key)
    run.instance.cancel()
    tree.settle(run)


def _supersede_clocks(work: UnitOfWork, actor: Actor, stays: Row[Any], goes: Row[Any], document: str) -> None:
    running = {row.clock_id: row.key for row in list_clocks(work.connection, stays.key, only_open=True)}
    for clock in open_clocks(work, list_clocks(work.connection, goes.key, only_open=True)):
        successor = str(running.get(clock.row.clock_id, stays.number))
        at = max(work.now, clock.history.events[-1].at)
        end = Superseded(id="merged", at=at, by=actor.username, document=document, successor=successor, reason="merged")
        record_on(work, actor, clock, end)
